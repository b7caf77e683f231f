"""Draw how well scores tell unknown samples from known ones: ROC curves by comparison and view."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from humancentric.core import schemas, tables
from humancentric.evaluation import separation
from humancentric.report.encoder_looks import looks
from humancentric.report.panels import QUIET, empty, handle, legend, list_missing, panels
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables.unlabelled_tables import SCORES, comparison_title
from humancentric.study import feature_sets
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TICKS = range(0, 101, 25)
LINES = {"mahalanobis": "-", "knn": (0, (4, 1.5)), "mcm": (0, (1, 1.2)), "energy": (0, (5, 1, 1, 1))}


def score_files(study: Study) -> list[str]:
    """Return the scores of the samples of every comparison and encoder."""
    cells = [cell for cell in feature_sets.item_cells(study) if cell[0] == "ood"]
    return feature_sets.item_files(study, cells, "scores.parquet")


def draw(inputs: ReportInputs, study: Study) -> Figure:
    """Return one panel per comparison and view: a curve per encoder (colour) and score (line)."""
    wanted = [(name, view) for name, row in study.ood.items() for view in row["views"]]
    figure, axes = panels(len(wanted), height=3.1, width=3.5)
    encoder_looks, handles = looks(study), {}
    for (name, view), panel in zip(wanted, axes, strict=True):
        title = textwrap.fill(f"{comparison_title(study, name)}, {label(study, 'views', view).lower()}", 36)
        panel.set_title(title)
        names = [own for own in feature_sets.ood_features(study, name) if own.split(".")[0] == view]
        missing = []
        for own in names:
            encoder = own.split(".")[1]
            look, called = encoder_looks[encoder], label(study, "encoders", encoder)
            path = inputs.further.get(*feature_sets.item_files(study, [("ood", name, own)], "scores.parquet"))
            curves = _curves(path) if path else {}
            for score, (false, true) in curves.items():
                panel.plot(100 * false, 100 * true, color=look.colour, ls=LINES[score], lw=1.3)
            if curves:
                handles[called] = handle(color=look.colour)
            else:
                missing.append(called)
        if len(missing) == len(names):
            empty(panel)
            continue
        list_missing(panel, missing, right=True, low=True)
        panel.plot([0, 100], [0, 100], color=QUIET, lw=0.8, ls=(0, (1, 2)))
        panel.axhline(100 * separation.ACCEPTED, color=QUIET, lw=0.8, ls=(0, (1, 2)))
        panel.set_xticks(TICKS)
        panel.set_yticks(TICKS)
        panel.set_xlabel("unknown samples that pass, %")
        panel.set_ylabel("known samples that pass, %")
    if handles:
        handles |= {SCORES[score]: handle(color=QUIET, ls=line) for score, line in LINES.items()}
    legend(figure, handles, columns=4)
    return figure


def _curves(path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return {score: (false-positive rates, true-positive rates)}; nothing without known or unknown samples."""
    table = tables.read(path, schemas.OOD_SCORES)
    known = table["known"].to_numpy()
    if known.all() or not known.any():
        return {}
    columns = [name for name in SCORES if not table[name].null_count]
    return {name: separation.roc(known, table[name].to_numpy())[:2] for name in columns}


FIGURES = (
    FigureSpec(
        name="ood",
        section="ood",
        title="Known and unknown samples",
        order=55,
        shown=lambda study: tuple(study.ood),
        files=score_files,
        draw=draw,
        caption=(
            "ROC curves: the share of known test samples that pass a threshold against that of unknown ones, by "
            "encoder (colour) and score (line). Dotted: chance, and the 95 % at which the table gives the share of "
            "unknown samples."
        ),
        alt=(
            "Line charts, one panel per comparison and view: share of known against share of unknown samples that "
            "pass a threshold, one curve per encoder and score. The table beside it holds the areas."
        ),
    ),
)
