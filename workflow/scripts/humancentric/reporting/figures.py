"""The figures of a study, and the files they are drawn into."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from matplotlib.figure import Figure

from humancentric.reporting import (
    claims_figure,
    classes_figure,
    confusion_figure,
    control_figure,
    differences_figure,
    entries,
    fewshot_figure,
    figure_entries,
    masking_figure,
    reliability_figure,
    specification_figure,
    targets,
)
from humancentric.reporting.cell_files import CellFiles
from humancentric.reporting.cells import Scores
from humancentric.reporting.entries import Placed
from humancentric.reporting.panels import save, settle, styled
from humancentric.reporting.study import Config

# By the name of the figure in `figure_entries.FIGURES`; a figure of one dataset is given it, too.
DRAWN: dict[str, Callable[..., Figure]] = {
    "claims": claims_figure.draw,
    "fewshot": fewshot_figure.draw,
    "control": control_figure.draw,
    "differences": differences_figure.draw,
    "specification-{dataset}": specification_figure.draw,
}
# These are given files beside the scores.
DRAWN_FROM_FILES: dict[str, Callable[..., Figure]] = {
    "masking-effect": masking_figure.draw,
    "classes-{dataset}": classes_figure.draw,
    "confusion-{dataset}": confusion_figure.draw,
    "reliability-{dataset}": reliability_figure.draw,
}


def draw(place: Placed, scores: Scores, config: Config, files: CellFiles) -> Figure:
    """Return one figure of a study with its title, in the project's style."""
    name, dataset = place.entry.name, [place.dataset] if place.dataset else []
    with styled():
        if name in DRAWN:
            figure = DRAWN[name](scores, config, *dataset)
        else:
            figure = DRAWN_FROM_FILES[name](scores, config, files, *dataset)
        figure.suptitle(place.title, x=0.005, ha="left")
    return figure


def write_figures(
    scores: pa.Table,
    config: Config,
    folder: str | Path,
    claims: Mapping[str, Any] | None = None,
    files: CellFiles | None = None,
) -> list[Path]:
    """Draw every figure of a study as PDF and PNG into `folder`; return the paths in target order.

    `claims` is what the rule of that name found.
    """
    grouped, paths = Scores(scores, claims), []
    for place in entries.placed(figure_entries.FIGURES, config):
        figure = draw(place, grouped, config, files or CellFiles())
        with styled():
            settle(figure)
            for kind in targets.FIGURE_KINDS:
                paths.append(Path(folder) / f"{place.name}.{kind}")
                save(figure, paths[-1])
    return paths
