"""Draw recall against the number of candidates looked at, by pair of encoders and method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from humancentric.core import schemas, tables
from humancentric.evaluation import ranks
from humancentric.report.encoder_looks import Look, looks
from humancentric.report.panels import DASHED, QUIET, empty, handle, legend, new_figure
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables.retrieval_table import (
    DIRECTIONS,
    METHODS,
    encoders_of,
    methods_of,
    path_of,
    retrieval_files,
)
from humancentric.study import feature_sets
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure


ENDING = "ranks.parquet"
CHANCE: dict[str, Any] = {"color": QUIET, "ls": (0, (1, 2)), "lw": 1.2}


def draw(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return the recall curves of a dataset: a row for each pair of views, a column for each direction."""
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
        name="retrieval-{dataset}",
        section="retrieval",
        title="{dataset}: recall by candidates looked at",
        order=95,
        shown=lambda study: list(study.retrieval),
        draw=draw,
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
