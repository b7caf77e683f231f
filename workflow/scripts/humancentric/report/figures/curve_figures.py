"""Draw ROC curves of out-of-distribution detection and recall curves of retrieval."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from humancentric.core import schemas, tables
from humancentric.evaluation import ranks, separation
from humancentric.report.encoder_looks import Look, looks
from humancentric.report.panels import DASHED, QUIET, empty, handle, legend, list_missing, new_figure, panels
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables.crossmodal_tables import (
    DIRECTIONS,
    METHODS,
    encoders_of,
    methods_of,
    path_of,
    retrieval_files,
)
from humancentric.report.tables.unlabelled_tables import SCORES, comparison_title
from humancentric.study import feature_sets
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TICKS = range(0, 101, 25)
LINES = {"mahalanobis": "-", "knn": (0, (4, 1.5)), "mcm": (0, (1, 1.2)), "energy": (0, (5, 1, 1, 1))}


def score_files(study: Study) -> list[str]:
    """Return the paths of the sample scores of every comparison and encoder."""
    cells = [cell for cell in feature_sets.item_cells(study) if cell[0] == "ood"]
    return feature_sets.item_files(study, cells, "scores.parquet")


def draw_ood(inputs: ReportInputs, study: Study) -> Figure:
    """Return ROC curves: one panel per comparison and view, one curve per encoder (colour) and score (line style)."""
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
            look, display_name = encoder_looks[encoder], label(study, "encoders", encoder)
            path = inputs.further.get(*feature_sets.item_files(study, [("ood", name, own)], "scores.parquet"))
            curves = _curves(path) if path else {}
            for score, (false, true) in curves.items():
                panel.plot(100 * false, 100 * true, color=look.colour, ls=LINES[score], lw=1.3)
            if curves:
                handles[display_name] = handle(color=look.colour)
            else:
                missing.append(display_name)
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
    """Return {score: (false-positive rates, true-positive rates)}; empty without known or unknown samples."""
    table = tables.read(path, schemas.OOD_SCORES)
    known = table["known"].to_numpy()
    if known.all() or not known.any():
        return {}
    columns = [name for name in SCORES if not table[name].null_count]
    return {name: separation.roc(known, table[name].to_numpy())[:2] for name in columns}


ENDING = "ranks.parquet"
CHANCE: dict[str, Any] = {"color": QUIET, "ls": (0, (1, 2)), "lw": 1.2}


def draw_retrieval(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return the recall curves of a dataset: one row per pair of views, one column per direction."""
    pairs, found = study.retrieval[dataset], looks(study)
    figure = new_figure(7.2, 2.9 * len(pairs) + 0.8)
    axes = figure.subplots(len(pairs), len(DIRECTIONS), squeeze=False, sharey=True)
    handles = {}
    for pair, row in zip(pairs, axes, strict=True):
        curves, number = {}, 0
        for features in feature_sets.retrieval_features(study, dataset):
            path = inputs.further.get(path_of(study, dataset, features, ENDING))
            if feature_sets.views_of(features) != pair or path is None or not path.exists():
                continue
            table = tables.read(path, schemas.RANKS).to_pandas()
            for method in methods_of(study, features):
                own = table[table["method"] == method]
                if len(own):
                    curves[features, method], number = own, len(own)
        views = " and ".join(label(study, "views", view).lower() for view in pair.split("+"))
        for (way, title), panel in zip(DIRECTIONS.items(), row, strict=True):
            panel.set_title(f"{title} ({views})" if len(pairs) > 1 else title)
            if not curves:
                empty(panel)
                continue
            steps = np.arange(1, number + 1)
            for (features, method), own in curves.items():
                image, text = (found[name] for _, name in feature_sets.split_features(features))
                style = Look(image.colour, text.marker).style(
                    filled=method == "shared", ms=5, lw=1.5, ls="-" if method == "shared" else DASHED
                )
                recall = np.searchsorted(np.sort(own[way.replace("-", "_")]), steps, side="right") / number
                marks = np.unique(np.geomspace(1, number, 6).astype(int)) - 1
                panel.plot(steps, 100 * recall, **style, markevery=marks.tolist())
                handles[f"{encoders_of(study, features)}, {METHODS[method]}"] = handle(**style)
            panel.plot(steps, 100 * ranks.chance_curve(own["hits"].to_numpy()), **CHANCE)
            handles["chance"] = handle(**CHANCE)
            panel.set_xscale("log")
            panel.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            panel.set_xlabel("candidates looked at")
            panel.set_ylim(-2, 102)
        row[0].set_ylabel("recall in percent")
    legend(figure, handles, 2)
    return figure


FIGURES = (
    FigureSpec(
        name="ood",
        section="ood",
        title="Known and unknown samples",
        order=55,
        shown=lambda study: tuple(study.ood),
        files=score_files,
        draw=draw_ood,
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
    FigureSpec(
        name="retrieval-{dataset}",
        section="retrieval",
        title="{dataset}: recall by candidates looked at",
        order=95,
        shown=lambda study: list(study.retrieval),
        draw=draw_retrieval,
        caption=(
            "Share of test queries whose text (left) or picture (right) is among the nearest candidates, against "
            "their number on a logarithmic scale. Colour: image encoder; marker: text encoder. Solid: compared in the "
            "space that both share; dashed: after a linear map learnt on the training split. Dotted: chance."
        ),
        alt=(
            "Recall curves of every pair of encoders, which rise from the recall at one candidate to 100 percent, "
            "above the dotted curve of chance. The retrieval table holds the numbers."
        ),
        files=lambda study: retrieval_files(study, ENDING),
    ),
)
