"""Draw confusion matrices of single-label datasets."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from humancentric.evaluation.prediction_files import Predictions
from humancentric.report.cell_files import CellFiles
from humancentric.report.figures.cell_choices import best_of_each
from humancentric.report.figures.panels import empty
from humancentric.report.score_cells import Scores
from humancentric.study import report_config
from humancentric.study.report_config import KINDS
from humancentric.study.study import Study

COLOURS = "Blues"  # sequential: the order survives in grey
MANY = 14  # with more classes, columns are numbered and small shares not printed
LEAST = {
    True: 0.1,
    False: 0.005,
}  # smallest shares that are printed, for many classes and for few


def draw(scores: Scores, study: Study, files: CellFiles, dataset: str) -> Figure:
    """Return confusion matrices of the best features of each modality on a dataset.

    Rows are true classes and sum to one. Predictions of all seeds are pooled.
    """
    chosen = {kind: name for kind, name in best_of_each(scores, study, dataset).items() if kind != "both"}
    found = {kind: name and files.answers(study, dataset, name) for kind, name in chosen.items()}
    classes = next((answers.classes for answers in found.values() if answers), ["not run"])
    side = max(2.2, 0.19 * len(classes) if len(classes) > MANY else 0.3 * len(classes))
    letters = 0.085 * max(map(len, classes))  # inches of the longest name
    size = (
        (1.2 if len(classes) > MANY else 1.9) + letters + len(found) * (side + 0.2),
        side + 1.4 + (0 if len(classes) > MANY else letters),
    )
    figure = Figure(figsize=size, layout="constrained")
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
        style = {"ha": "center", "va": "center", "fontsize": 6.5 if many else 7.5}
        panel.text(column, row, f"{100 * share:.0f}", color="white" if share > 0.55 else "#22272e", **style)
    numbers = [str(place) for place in range(1, len(support) + 1)]
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
