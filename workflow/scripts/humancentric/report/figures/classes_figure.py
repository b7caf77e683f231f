"""Draw F1 of every class beside its number of test samples."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from humancentric.evaluation import metrics
from humancentric.evaluation.prediction_files import Predictions
from humancentric.report.cell_files import CellFiles
from humancentric.report.figures.panels import GRID, INK, QUIET, Look, empty, hole, legend, looks
from humancentric.report.score_cells import Scores
from humancentric.study import report_config
from humancentric.study.report_config import label, plain_views
from humancentric.study.study import Study

ROW, SPREAD = 0.24, 0.44  # inches per class; the part of its row that dots are spread over


def draw(scores: Scores, study: Study, files: CellFiles, dataset: str) -> Figure:
    """Return F1 of the classes of a dataset: one panel per view, most frequent class on top.

    A dot is an encoder's mean, a bar its range over seeds. The last panel counts the test samples of each class.
    """
    drawn = looks(study)
    views = [(view, m) for m in ("image", "text") for view in plain_views(study, dataset, m)]
    found = {
        view: {
            encoder: files.answers(study, dataset, f"{view}.{encoder}")
            for encoder in report_config.encoders(study, modality)
        }
        for view, modality in views
    }
    known = [answers for by_encoder in found.values() for answers in by_encoder.values() if answers]
    if not known:
        return _nothing(len(views))
    counts = metrics.support(known[0].truth, len(known[0].classes), known[0].task)
    order = sorted(range(len(counts)), key=lambda place: (-counts[place], known[0].classes[place]))
    figure = Figure(figsize=(2.3 + 2.6 * len(views) + 1.2, 1.5 + ROW * len(order)), layout="constrained")
    ratios = [1.0] * len(views) + [0.42]
    axes = figure.subplots(1, len(views) + 1, sharey=True, width_ratios=ratios, squeeze=False)[0]
    for (view, by_encoder), panel in zip(found.items(), axes, strict=False):
        panel.set_title(label(study, "views", view))
        ran = {name: answers for name, answers in by_encoder.items() if answers}
        for place, (name, answers) in enumerate(ran.items()):
            shift = SPREAD * (place / max(len(ran) - 1, 1) - 0.5) if len(ran) > 1 else 0.0
            _dots(panel, answers, order, drawn[name], shift)
        hole(panel, [label(study, "encoders", name) for name in by_encoder if name not in ran])
        panel.set_xlim(-0.03, 1.03)
        panel.set_xlabel("F1 of the class")
        panel.tick_params(axis="y", length=0)
        panel.grid(axis="y", visible=False)
        for row in range(1, len(order), 2):
            panel.axhspan(row - 0.5, row + 0.5, color=GRID, alpha=0.45, lw=0, zorder=0)
    _support(axes[-1], counts[order])
    axes[0].set_yticks(range(len(order)), [known[0].classes[place] for place in order])
    axes[0].set_ylim(len(order) - 0.4, -0.6)
    shown = {name: drawn[name] for by in found.values() for name, answers in by.items() if answers}
    dots = {
        label(study, "encoders", name): Line2D([], [], color=look.colour, marker=look.marker, ls="")
        for name, look in shown.items()
    }
    legend(figure, dots, min(len(dots), 4 if len(views) < 2 else 6))
    return figure


def _nothing(count: int) -> Figure:
    figure = Figure(figsize=(6.4, 1.6), layout="constrained")
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
        place = {"xytext": (3, 0), "textcoords": "offset points", "va": "center"}
        panel.annotate(f"{count:,}", (count, row), **place, fontsize=7.5, color=INK)
