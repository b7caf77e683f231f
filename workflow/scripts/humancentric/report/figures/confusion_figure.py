"""Draw confusion matrices of single-label datasets, or the most confused pairs if there are many classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from humancentric.core import fonts
from humancentric.dataset.labels import SINGLE
from humancentric.evaluation.prediction_files import Predictions
from humancentric.report.panels import class_names, empty, labelled_bars, name_rows, new_figure
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.study import report_config
from humancentric.study.report_config import KINDS
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = "Blues"  # sequential, so the order is kept in greyscale
MANY = 14  # with more classes, columns are numbered and small shares are not printed
LEAST = {True: 0.1, False: 0.005}  # smallest share that is printed, with many classes and with few
MOST = 50  # with more classes, the most confused pairs are drawn instead of a matrix
PAIRS, ROW = 25, 0.24  # number of pairs; inches per pair


def draw_confusion(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return confusion matrices of the best features of each modality on a dataset.

    Rows are true classes and sum to one. Predictions of all seeds are pooled. With more than 50 classes, the pairs that
    are confused most often are drawn, because a matrix would be unreadable and its memory is quadratic in the classes.
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
    if len(classes) > MOST:
        return _draw_pairs(found, titles, classes)
    side = max(2.2, 0.19 * len(classes) if len(classes) > MANY else 0.3 * len(classes))
    name_length = 0.085 * max(map(fonts.cells, classes))  # length of the longest name in inches
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
        if image is None:  # first panel
            panel.set_ylabel("true class (test samples)")
        image = _matrix(panel, answers, classes)
    if image is not None:
        figure.colorbar(
            image, ax=axes, shrink=0.7, pad=0.015, label="share of the true class", format="{x:.0%}"
        )
    return figure


def shares(answers: Predictions) -> tuple[np.ndarray, np.ndarray]:
    """Return the row-normalised confusion matrix (true class, predicted class) and the support (n_classes).

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
    """Samples of one class that heads predict as another: their number per head, and their share of the class."""

    truth: int
    predicted: int
    samples: float
    share: float


def confused(answers: Predictions, most: int = PAIRS) -> list[Pair]:
    """Return the pairs of classes that are confused most often, averaged over seeds; ties are in class order."""
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
            *divmod(int(pairs[position]), size),
            number := counts[position] / answers.seeds,
            number / support[pairs[position] // size],
        )
        for position in order
    ]


def _draw_pairs(
    found: Mapping[str, Predictions | None], titles: Mapping[str, str], classes: list[str]
) -> Figure:
    figure = new_figure(len(found) * (3.2 + 0.14 * max(map(fonts.cells, classes))), 1.7 + ROW * PAIRS)
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
        panel.set_ylim(bottom=PAIRS - 0.4)  # keeps the row height if there are fewer pairs
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
        name="confusion-{dataset}",
        section="classes",
        title="{dataset}: confusion of classes",
        order=80,
        shown=_single_label,
        draw=draw_confusion,
        caption=(
            "Percentage of the test samples of each true class (rows, number of samples in brackets) that "
            "was predicted as each class (columns), for the best encoder of each modality, over all seeds. "
            "Rows sum to 100 %. With more than 14 classes, columns carry the numbers of the rows, and "
            "shares below 10 % are not printed. With more than 50 classes, only the pairs of true and "
            "predicted class that are confused most often are shown, with means over seeds."
        ),
        alt=(
            "Confusion matrices, one per modality: rows are the true classes, columns the predicted ones, "
            "darker squares larger shares; a dark diagonal means that classes are recognised. With many classes: "
            "bars, one per pair of classes, of the test samples of the first that were taken for the second."
        ),
    ),
)
