"""Draw F1 of every class beside its number of test samples, and confusion matrices of single-label datasets."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from humancentric.dataset.labels import SINGLE
from humancentric.evaluation import metrics
from humancentric.evaluation.prediction_files import Predictions
from humancentric.report.panels import GRID, INK, QUIET, Look, empty, handle, hole, legend, looks, new_figure
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.study import report_config
from humancentric.study.report_config import KINDS, label, plain_views
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, SPREAD = 0.24, 0.44  # inches per class; the part of its row that dots are spread over


def draw_classes(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return F1 of the classes of a dataset: one panel per view, most frequent class on top.

    A dot is an encoder's mean, a bar its range over seeds. The last panel counts the test samples of each class.
    """
    encoder_looks = looks(study)
    views = [(view, m) for m in ("image", "text") for view in plain_views(study, dataset, m)]
    found = {
        view: {
            encoder: inputs.predictions.answers(study, dataset, f"{view}.{encoder}")
            for encoder in report_config.encoders(study, modality)
        }
        for view, modality in views
    }
    known = [answers for by_encoder in found.values() for answers in by_encoder.values() if answers]
    if not known:
        return _nothing(len(views))
    counts = metrics.support(known[0].truth, len(known[0].classes), known[0].task)
    order = sorted(range(len(counts)), key=lambda index: (-counts[index], known[0].classes[index]))
    figure = new_figure(2.3 + 2.6 * len(views) + 1.2, 1.5 + ROW * len(order))
    ratios = [1.0] * len(views) + [0.42]
    axes = figure.subplots(1, len(views) + 1, sharey=True, width_ratios=ratios, squeeze=False)[0]
    for (view, by_encoder), panel in zip(found.items(), axes, strict=False):
        panel.set_title(label(study, "views", view))
        ran = {name: answers for name, answers in by_encoder.items() if answers}
        for index, (name, answers) in enumerate(ran.items()):
            shift = SPREAD * (index / max(len(ran) - 1, 1) - 0.5) if len(ran) > 1 else 0.0
            _dots(panel, answers, order, encoder_looks[name], shift)
        hole(panel, [label(study, "encoders", name) for name in by_encoder if name not in ran])
        panel.set_xlim(-0.03, 1.03)
        panel.set_xlabel("F1 of the class")
        panel.tick_params(axis="y", length=0)
        panel.grid(axis="y", visible=False)
        for row in range(1, len(order), 2):
            panel.axhspan(row - 0.5, row + 0.5, color=GRID, alpha=0.45, lw=0, zorder=0)
    _support(axes[-1], counts[order])
    axes[0].set_yticks(range(len(order)), [known[0].classes[index] for index in order])
    axes[0].set_ylim(len(order) - 0.4, -0.6)
    shown = {name: encoder_looks[name] for by in found.values() for name, answers in by.items() if answers}
    dots: dict[str, Any] = {
        label(study, "encoders", name): handle(color=look.colour, marker=look.marker, ls="")
        for name, look in shown.items()
    }
    legend(figure, dots, min(len(dots), 4 if len(views) < 2 else 6))
    return figure


def _nothing(count: int) -> Figure:
    figure = new_figure(6.4, 1.6)
    empty(figure.subplots())
    return figure


def _dots(panel: Axes, answers: Predictions, order: list[int], look: Look, shift: float) -> None:
    """Draw the mean F1 over seeds of every class, and a line from the lowest seed to the highest."""
    blocks = [answers.probabilities[:, seed] for seed in range(answers.seeds)]
    given = (answers.task, answers.threshold)
    values = np.array([metrics.of_classes(answers.truth, block, *given)[2] for block in blocks])[:, order]
    rows, mean = np.arange(len(order)) + shift, values.mean(axis=0)
    panel.hlines(rows, values.min(axis=0), values.max(axis=0), color=look.colour, lw=1.1, alpha=0.7)
    panel.plot(mean, rows, color=look.colour, marker=look.marker, ms=5.5, ls="", mec="white", mew=0.5)


def _support(panel: Axes, counts: np.ndarray) -> None:
    """Draw the number of test samples of every class as labelled bars."""
    panel.barh(range(len(counts)), counts, color=QUIET, alpha=0.45, height=0.62)
    panel.set_title("Support")
    panel.set_xlabel("test samples")
    panel.margins(x=0.35)
    panel.set_xlim(left=0)
    panel.locator_params(axis="x", nbins=2)
    panel.tick_params(axis="y", length=0)
    panel.grid(axis="y", visible=False)
    for row, count in enumerate(counts.tolist()):
        position: dict[str, Any] = {"xytext": (3, 0), "textcoords": "offset points", "va": "center"}
        panel.annotate(f"{count:,}", (count, row), **position, fontsize=7.5, color=INK)


COLOURS = "Blues"  # sequential: the order survives in grey
MANY = 14  # with more classes, columns are numbered and small shares not printed
LEAST = {
    True: 0.1,
    False: 0.005,
}  # smallest shares that are printed, for many classes and for few


def draw_confusion(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return confusion matrices of the best features of each modality on a dataset.

    Rows are true classes and sum to one. Predictions of all seeds are pooled.
    """
    chosen = {
        kind: name for kind, name in inputs.scores.best_of_each(study, dataset).items() if kind != "both"
    }
    found = {kind: name and inputs.predictions.answers(study, dataset, name) for kind, name in chosen.items()}
    classes = next((answers.classes for answers in found.values() if answers), ["not run"])
    side = max(2.2, 0.19 * len(classes) if len(classes) > MANY else 0.3 * len(classes))
    name_length = 0.085 * max(map(len, classes))  # inches of the longest name
    size = (
        (1.2 if len(classes) > MANY else 1.9) + name_length + len(found) * (side + 0.2),
        side + 1.4 + (0 if len(classes) > MANY else name_length),
    )
    figure = new_figure(*size)
    axes = figure.subplots(1, len(found), sharey=any(found.values()), squeeze=False)[0]
    image = None
    for (kind, answers), panel in zip(found.items(), axes, strict=True):
        name = chosen[kind]
        panel.set_title(f"{KINDS[kind]}\n{report_config.name_of(study, name)}" if name else KINDS[kind])
        if not answers:
            empty(panel)
            continue
        image = _matrix(panel, answers)
    if image is not None:
        figure.colorbar(image, ax=axes, shrink=0.7, pad=0.015, label="share of the true class")
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


def _matrix(panel: Axes, answers: Predictions):
    matrix, support = shares(answers)
    many = len(support) > MANY
    image = panel.imshow(matrix, cmap=COLOURS, vmin=0, vmax=1, aspect="equal")
    for row, column in zip(*np.nonzero(np.nan_to_num(matrix) >= LEAST[many]), strict=True):
        share = matrix[row, column]
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 6.5 if many else 7.5}
        panel.text(column, row, f"{100 * share:.0f}", color="white" if share > 0.55 else "#22272e", **style)
    numbers = [str(index) for index in range(1, len(support) + 1)]
    rows = [f"{name} ({count:,})" for name, count in zip(answers.classes, support.tolist(), strict=True)]
    if many:
        rows = [f"{row}  {number}" for row, number in zip(rows, numbers, strict=True)]
        panel.set_xticks(range(len(support)), numbers, fontsize=7)
    else:
        panel.set_xticks(range(len(support)), answers.classes, rotation=90, fontsize=8)
    panel.set_yticks(range(len(support)), rows, fontsize=8)
    panel.set_xlabel("predicted class")
    if panel.get_subplotspec().is_first_col():
        panel.set_ylabel("true class (test samples)")
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
        shown=attrgetter("trained"),
        draw=draw_classes,
        caption=(
            "F1 of every class on the test split, the most frequent class on top, with one panel per view. "
            "Markers are means over seeds of an encoder alone, lines the range over seeds. Right: number "
            "of test samples."
        ),
        alt=(
            "Dot chart, one row a class and one panel a view: F1 of each encoder, beside bars of the "
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
            "10 % are not printed."
        ),
        alt=(
            "Confusion matrices, one a modality: rows are the true classes, columns the predicted ones, "
            "darker squares larger shares; a dark diagonal means that classes are recognised."
        ),
    ),
)
