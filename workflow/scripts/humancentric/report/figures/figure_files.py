"""Draw the figures of a study and write their files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from matplotlib.figure import Figure

from humancentric.report.cell_files import CellFiles
from humancentric.report.figures import (
    claims_figure,
    classes_figure,
    confusion_figure,
    control_figure,
    differences_figure,
    fewshot_figure,
    masking_figure,
    reliability_figure,
    specification_figure,
)
from humancentric.report.figures.panels import save, settle, styled
from humancentric.report.score_cells import Scores
from humancentric.study import report_files, report_outputs
from humancentric.study.report_outputs import TableInstance
from humancentric.study.study import Study

# By the name of the figure in `figure_entries.FIGURES`; a figure of one dataset also takes the dataset.
DRAWN: dict[str, Callable[..., Figure]] = {
    "claims": claims_figure.draw,
    "fewshot": fewshot_figure.draw,
    "control": control_figure.draw,
    "differences": differences_figure.draw,
    "specification-{dataset}": specification_figure.draw,
}
# These also take files besides the scores.
DRAWN_FROM_FILES: dict[str, Callable[..., Figure]] = {
    "masking-effect": masking_figure.draw,
    "classes-{dataset}": classes_figure.draw,
    "confusion-{dataset}": confusion_figure.draw,
    "reliability-{dataset}": reliability_figure.draw,
}


def draw(place: TableInstance, scores: Scores, study: Study, files: CellFiles) -> Figure:
    """Return one figure of a study with its title, in the project's style."""
    name, dataset = place.entry.name, [place.dataset] if place.dataset else []
    with styled():
        if name in DRAWN:
            figure = DRAWN[name](scores, study, *dataset)
        else:
            figure = DRAWN_FROM_FILES[name](scores, study, files, *dataset)
        figure.suptitle(place.title, x=0.005, ha="left")
    return figure


def write_figures(
    scores: pa.Table,
    study: Study,
    folder: str | Path,
    claims: Mapping[str, Any] | None = None,
    files: CellFiles | None = None,
) -> list[Path]:
    """Write every figure of a study as PDF and PNG to `folder`; return the paths in target order.

    `claims` is the content of ``claims.json``.
    """
    grouped, paths = Scores(scores, claims), []
    for place in report_outputs.placed(report_outputs.FIGURES, study):
        figure = draw(place, grouped, study, files or CellFiles())
        with styled():
            settle(figure)
            for kind in report_files.FIGURE_KINDS:
                paths.append(Path(folder) / f"{place.name}.{kind}")
                save(figure, paths[-1])
    return paths
