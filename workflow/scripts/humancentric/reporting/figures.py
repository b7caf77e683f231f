"""The figures of a study, and the files they are drawn into."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from matplotlib.figure import Figure

from humancentric.reporting import (
    claims_figure,
    control_figure,
    differences_figure,
    entries,
    fewshot_figure,
    masking_figure,
    targets,
)
from humancentric.reporting.cells import Scores
from humancentric.reporting.panels import save, styled
from humancentric.reporting.study import Config

# By the name of the figure in `entries.FIGURES`; a figure of one dataset is given it, too.
DRAWN: dict[str, Callable[..., Figure]] = {
    "claims": claims_figure.draw,
    "fewshot": fewshot_figure.draw,
    "masking-effect": masking_figure.draw,
    "control": control_figure.draw,
    "differences": differences_figure.draw,
}


def write_figures(
    scores: pa.Table, config: Config, folder: str | Path, claims: Mapping[str, Any] | None = None
) -> list[Path]:
    """Draw every figure of a study as PDF and PNG into `folder`; return the paths in target order.

    `claims` is what the rule of that name found.
    """
    grouped, paths = Scores(scores, claims), []
    for place in entries.placed(entries.FIGURES, config):
        with styled():
            figure = DRAWN[place.entry.name](grouped, config, *([place.dataset] if place.dataset else []))
            for kind in targets.FIGURE_KINDS:
                paths.append(Path(folder) / f"{place.name}.{kind}")
                save(figure, paths[-1])
                figure.set_layout_engine("none")  # the first file has put everything in its place
    return paths
