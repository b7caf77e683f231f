"""Draw the F1 score of every class next to its number of test samples."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from humancentric.evaluation import metrics
from humancentric.report.encoder_looks import Look, looks
from humancentric.report.panels import (
    GRID,
    class_names,
    empty_figure,
    handle,
    labelled_bars,
    legend,
    list_missing,
    name_rows,
    new_figure,
)
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.study.report_config import label, plain_views
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 60  # maximum number of classes
ROW, SPREAD = 0.24, 0.44  # inches per class; share of a row over which dots are spread


@dataclass(frozen=True)
class ClassScores:
    """F1 of the classes of a dataset for several features; only one set of predictions is in memory at a time."""

    classes: list[str]
    counts: np.ndarray  # test samples (n_classes)
    f1: dict[str, np.ndarray]  # (seeds, n_classes) by features

    def rows(self) -> tuple[list[int], str]:
        """Return the indices of the classes to draw from top to bottom, and a description if some are left out.

        Up to `MOST` classes are sorted by decreasing number of samples. If there are more, those with the highest and
        lowest mean F1 are drawn, best first.
        """
        order = sorted(range(len(self.classes)), key=lambda index: (-self.counts[index], self.classes[index]))
        if len(order) <= MOST:
            return order, ""
        mean = np.mean([values.mean(axis=0) for values in self.f1.values()], axis=0)
        tested = sorted((index for index in order if self.counts[index]), key=lambda index: -mean[index])
        half = MOST // 2
        chosen = tested[:half] + tested[half:][-half:]
        return chosen, f"{half} highest and {half} lowest of {len(order):,} classes"


def scored(inputs: ReportInputs, study: Study, dataset: str, features: list[str]) -> ClassScores | None:
    """Return F1 by class of the `features` that were run; None if none was run."""
    found = None
    for name in features:
        answers = inputs.predictions.answers(study, dataset, name)
        if answers is None:
            continue
        if found is None:
            counts = metrics.support(answers.truth, len(answers.classes), answers.task)
            found = ClassScores(answers.classes, counts, {})
        blocks = (answers.probabilities[:, seed] for seed in range(answers.seeds))
        given = (answers.task, answers.threshold)
        found.f1[name] = np.array([metrics.of_classes(answers.truth, block, *given)[2] for block in blocks])
    return found


def draw_classes(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return a figure of F1 by class: one panel per view, most frequent class on top.

    Dots are means of encoders, lines their range over seeds. The last panel has the test samples of each class.
    """
    encoder_looks = looks(study)
    views = {
        view: names
        for modality, names in (("image", study.image_encoders), ("text", study.text_encoders))
        for view in plain_views(study, dataset, modality)
    }
    found = scored(
        inputs, study, dataset, [f"{view}.{name}" for view, names in views.items() for name in names]
    )
    if found is None:
        return empty_figure(6.4, 1.6)
    order, which = found.rows()
    figure = new_figure(2.3 + 2.6 * len(views) + 1.2, 1.5 + ROW * len(order))
    ratios = [1.0] * len(views) + [0.42]
    axes = figure.subplots(1, len(views) + 1, sharey=True, width_ratios=ratios, squeeze=False)[0]
    ran = {view: [name for name in names if f"{view}.{name}" in found.f1] for view, names in views.items()}
    for (view, names), panel in zip(ran.items(), axes, strict=False):
        panel.set_title(label(study, "views", view))
        for index, name in enumerate(names):
            shift = SPREAD * (index / max(len(names) - 1, 1) - 0.5) if len(names) > 1 else 0.0
            _dots(panel, found.f1[f"{view}.{name}"][:, order], encoder_looks[name], shift)
        list_missing(panel, [label(study, "encoders", name) for name in views[view] if name not in names])
        panel.set_xlim(-0.03, 1.03)
        panel.set_xlabel("F1 of the class")
        for row in range(1, len(order), 2):
            panel.axhspan(row - 0.5, row + 0.5, color=GRID, alpha=0.45, lw=0, zorder=0)
    counts, names = found.counts[order].tolist(), class_names(found.classes)
    labelled_bars(axes[-1], counts, [f"{count:,}" for count in counts], ticks=2)
    axes[-1].set_title("Support")
    axes[-1].set_xlabel("test samples")
    for panel in axes:  # they share the y axis
        name_rows(panel, [names[index] for index in order])
    axes[0].set_ylabel(which)
    shown = {name: encoder_looks[name] for names in ran.values() for name in names}
    dots = {label(study, "encoders", name): handle(**look.style(ls="")) for name, look in shown.items()}
    legend(figure, dots, min(len(dots), 4 if len(views) < 2 else 6))
    return figure


def _dots(panel: Axes, values: np.ndarray, look: Look, shift: float) -> None:
    """Draw the mean over seeds of F1 (seeds, rows) in every row, with a line from the lowest to the highest seed."""
    rows, mean = np.arange(values.shape[1]) + shift, values.mean(axis=0)
    panel.hlines(rows, values.min(axis=0), values.max(axis=0), color=look.colour, lw=1.1, alpha=0.7)
    panel.plot(mean, rows, **look.style(ms=5.5, ls="", mec="white", mew=0.5))


FIGURES = (
    FigureSpec(
        name="classes-{dataset}",
        section="classes",
        title="{dataset}: class by class",
        order=70,
        shown=attrgetter("classified"),
        draw=draw_classes,
        caption=(
            "F1 of every class on the test split, the most frequent class on top, with one panel per view. "
            "Markers are means over seeds of an encoder alone (the two encoders of one model share a marker), "
            "lines the range over seeds. Right: number of test samples. Of more than 60 classes, the 30 with "
            "the highest and the 30 with the lowest mean F1 are shown."
        ),
        alt=(
            "Dot chart, one row per class and one panel per view: F1 of each encoder, beside bars of the "
            "number of test samples of the class, which fall from top to bottom."
        ),
    ),
)
