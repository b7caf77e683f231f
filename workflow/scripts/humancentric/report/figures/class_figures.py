"""Draw the classes of a dataset: F1 of each beside its number of test samples, and which are confused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from humancentric.core import fonts
from humancentric.dataset.labels import SINGLE
from humancentric.evaluation import metrics
from humancentric.evaluation.prediction_files import Predictions
from humancentric.report.encoder_looks import Look, looks
from humancentric.report.panels import (
    GRID,
    class_names,
    empty,
    handle,
    labelled_bars,
    legend,
    list_missing,
    name_rows,
    new_figure,
)
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.study import report_config
from humancentric.study.report_config import KINDS, label, plain_views
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 60  # rows of classes
ROW, SPREAD = 0.24, 0.44  # inches per class; the part of its row that dots are spread over


@dataclass(frozen=True)
class ClassScores:
    """F1 of the classes of a dataset from the predictions of some features, one set of predictions in memory."""

    classes: list[str]
    counts: np.ndarray  # test samples (n_classes)
    f1: dict[str, np.ndarray]  # (seeds, n_classes) by features

    def rows(self) -> tuple[list[int], str]:
        """Return the classes to draw from top to bottom, and which these are if they are not all.

        At most `MOST` classes are there by falling number of samples. Of more, those with the highest and the lowest
        mean F1, best first.
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
    """Return F1 by class of those `features` that were run; None if none was."""
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
    """Return F1 of the classes of a dataset: one panel per view, most frequent class on top.

    A dot is an encoder's mean, a bar its range over seeds. The last panel counts the test samples of each class.
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
        return _nothing(len(views))
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
    for panel in axes:  # they share the axis
        name_rows(panel, [names[index] for index in order])
    axes[0].set_ylabel(which)
    shown = {name: encoder_looks[name] for names in ran.values() for name in names}
    dots = {label(study, "encoders", name): handle(**look.style(ls="")) for name, look in shown.items()}
    legend(figure, dots, min(len(dots), 4 if len(views) < 2 else 6))
    return figure


def _nothing(count: int) -> Figure:
    figure = new_figure(6.4, 1.6)
    empty(figure.subplots())
    return figure


def _dots(panel: Axes, values: np.ndarray, look: Look, shift: float) -> None:
    """Draw mean F1 (seeds, rows) over seeds, and a line from the lowest seed to the highest, in every row."""
    rows, mean = np.arange(values.shape[1]) + shift, values.mean(axis=0)
    panel.hlines(rows, values.min(axis=0), values.max(axis=0), color=look.colour, lw=1.1, alpha=0.7)
    panel.plot(mean, rows, **look.style(ms=5.5, ls="", mec="white", mew=0.5))


COLOURS = "Blues"  # sequential: the order survives in grey
MANY = 14  # with more classes, columns are numbered and small shares not printed
LEAST = {True: 0.1, False: 0.005}  # smallest shares that are printed, for many classes and for few
MOST_IN_MATRIX = 50  # with more classes, the most confused pairs instead of a matrix
PAIRS, PAIR = 25, 0.24  # number of pairs; inches of one


def draw_confusion(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return confusion matrices of the best features of each modality on a dataset.

    Rows are true classes and sum to one. Predictions of all seeds are pooled. Of more than 50 classes, the pairs that
    are confused most often are drawn, since a matrix could not be read and its memory grows with the classes squared.
    """
    chosen = {
        kind: name for kind, name in inputs.scores.best_of_each(study, dataset).items() if kind != "both"
    }
    found = {
        kind: inputs.predictions.answers(study, dataset, name) if name else None
        for kind, name in chosen.items()
    }
    known = next((answers.classes for answers in found.values() if answers), None)
    classes = class_names(known) if known else ["not run"]
    titles = {
        kind: f"{KINDS[kind]}\n{report_config.name_of(study, name)}" if name else KINDS[kind]
        for kind, name in chosen.items()
    }
    if len(classes) > MOST_IN_MATRIX:
        return _draw_pairs(found, titles, classes)
    side = max(2.2, 0.19 * len(classes) if len(classes) > MANY else 0.3 * len(classes))
    name_length = 0.085 * max(map(fonts.cells, classes))  # inches of the longest name
    size = (
        (1.2 if len(classes) > MANY else 1.9) + name_length + len(found) * (side + 0.2),
        side + 1.4 + (0 if len(classes) > MANY else name_length),
    )
    figure = new_figure(*size, fixed_shape=True)
    axes = figure.subplots(1, len(found), sharey=all(found.values()), squeeze=False)[0]
    image = None
    for (kind, answers), panel in zip(found.items(), axes, strict=True):
        panel.set_title(titles[kind])
        if not answers:
            empty(panel)
            continue
        if image is None:  # the first of the panels
            panel.set_ylabel("true class (test samples)")
        image = _matrix(panel, answers, classes)
    if image is not None:
        figure.colorbar(
            image, ax=axes, shrink=0.7, pad=0.015, label="share of the true class", format="{x:.0%}"
        )
    return figure


def shares(answers: Predictions) -> tuple[np.ndarray, np.ndarray]:
    """Return the row-normalised confusion matrix (n_classes, n_classes; truth, prediction) and the support (n_classes).

    A class without samples has a row of nan.
    """
    size = len(answers.classes)
    counts = np.zeros((size, size))
    for seed in range(answers.seeds):
        np.add.at(counts, (answers.truth, answers.probabilities[:, seed].argmax(axis=1)), 1)
    support = np.bincount(answers.truth, minlength=size)
    with np.errstate(invalid="ignore"):
        return counts / counts.sum(axis=1, keepdims=True), support


class Pair(NamedTuple):
    """Samples of one class that heads take for another: their number per head, and their share of the class."""

    truth: int
    predicted: int
    samples: float
    share: float


def confused(answers: Predictions, most: int = PAIRS) -> list[Pair]:
    """Return the pairs of classes that are confused most often, with means over seeds; ties in order of the classes."""
    size = len(answers.classes)
    wrong: list[np.ndarray] = []
    for seed in range(answers.seeds):
        predicted = answers.probabilities[:, seed].argmax(axis=1)
        pairs = answers.truth.astype(np.int64) * size + predicted
        wrong.append(pairs[predicted != answers.truth])
    pairs, counts = np.unique(np.concatenate(wrong), return_counts=True)
    support = np.bincount(answers.truth, minlength=size)
    order = np.argsort(-counts, kind="stable")[:most]
    return [
        Pair(
            *divmod(int(pairs[place]), size),
            number := counts[place] / answers.seeds,
            number / support[pairs[place] // size],
        )
        for place in order
    ]


def _draw_pairs(
    found: Mapping[str, Predictions | None], titles: Mapping[str, str], classes: list[str]
) -> Figure:
    figure = new_figure(len(found) * (3.2 + 0.14 * max(map(fonts.cells, classes))), 1.7 + PAIR * PAIRS)
    axes = figure.subplots(1, len(found), squeeze=False)[0]
    for (kind, answers), panel in zip(found.items(), axes, strict=True):
        panel.set_title(titles[kind])
        pairs = confused(answers) if answers else []
        if not pairs:
            empty(panel, "no confusions" if answers else "not run")
            continue
        labels = [f"{pair.samples:,.1f} ({100 * pair.share:.0f} %)" for pair in pairs]
        labelled_bars(panel, [pair.samples for pair in pairs], labels, ticks=4)
        arrow = " \N{RIGHTWARDS ARROW} "
        name_rows(panel, [arrow.join((classes[pair.truth], classes[pair.predicted])) for pair in pairs])
        panel.set_ylim(bottom=PAIRS - 0.4)  # the same height of a row where there are fewer
        panel.set_xlabel("test samples (share of the true class)")
    return figure


def _matrix(panel: Axes, answers: Predictions, classes: list[str]):
    matrix, support = shares(answers)
    many = len(support) > MANY
    image = panel.imshow(matrix, cmap=COLOURS, vmin=0, vmax=1, aspect="equal")
    for row, column in zip(*np.nonzero(np.nan_to_num(matrix) >= LEAST[many]), strict=True):
        share = matrix[row, column]
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 6.5 if many else 7.5}
        panel.text(column, row, f"{100 * share:.0f}", color="white" if share > 0.55 else "#22272e", **style)
    numbers = [str(index) for index in range(1, len(support) + 1)]
    rows = [f"{name} ({count:,})" for name, count in zip(classes, support.tolist(), strict=True)]
    if many:
        rows = [f"{row}  {number}" for row, number in zip(rows, numbers, strict=True)]
        panel.set_xticks(range(len(support)), numbers, fontsize=7)
    else:
        panel.set_xticks(range(len(support)), classes, rotation=90, fontsize=8)
    panel.set_yticks(range(len(support)), rows, fontsize=8)
    panel.set_xlabel("predicted class")
    panel.grid(visible=False)
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
    return image


def _single_label(study: Study) -> list[str]:
    return [name for name in study.trained if study.datasets[name].task == SINGLE]


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
    FigureSpec(
        name="confusion-{dataset}",
        section="classes",
        title="{dataset}: confusion of classes",
        order=80,
        shown=_single_label,
        draw=draw_confusion,
        caption=(
            "Share of the test samples of a class (rows, which sum to one; number of samples in brackets) "
            "by what was predicted (columns), in percent, of the best encoder of each modality, all seeds "
            "together. With more than 14 classes, columns are numbered as the rows are, and shares below "
            "10 % are not printed. With more than 50 classes, the pairs (true and predicted class) that are "
            "confused most often are shown, with means over seeds."
        ),
        alt=(
            "Confusion matrices, one per modality: rows are the true classes, columns the predicted ones, "
            "darker squares larger shares; a dark diagonal means that classes are recognised. With many classes: "
            "bars, one per pair of classes, of the test samples of the first that were taken for the second."
        ),
    ),
)
