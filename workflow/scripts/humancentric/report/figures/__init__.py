"""The figures of a report: each is a `FigureSpec` in the tuple `FIGURES` of one module of this package.

Planning reads the specs, so adding a figure takes one new module; matplotlib is imported only when a figure is drawn.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from humancentric.core.registry import kind_module, kinds
from humancentric.report.panels import drawable, save, styled, titled
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec, Instance, instances
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = "results/figures"
KINDS = ("pdf", "png")


@cache
def figure_specs() -> tuple[FigureSpec, ...]:
    """Return the specs of all modules of this package in the order of the report."""
    found = [spec for kind in kinds(__name__) for spec in kind_module(__name__, kind, "figures").FIGURES]
    return tuple(sorted(found, key=lambda spec: spec.order))


def study_figures(study: Study) -> list[Instance[FigureSpec]]:
    """Return the figures of a study in the order of the report."""
    return instances(figure_specs(), study)


def figure_names(study: Study) -> list[str]:
    """Return the names of a study's figures in the order of the report."""
    return [figure.name for figure in study_figures(study)]


def figure_files(study: Study) -> list[str]:
    """Return the paths of all figure files of a study, relative to the project."""
    return [f"{FOLDER}/{name}.{kind}" for name in figure_names(study) for kind in KINDS]


def draw(figure: Instance[FigureSpec], inputs: ReportInputs, study: Study) -> Figure:
    """Return one figure of a study with its title, in the project's style."""
    with styled():
        return titled(figure.spec.draw(inputs, study, *figure.arguments), figure.title)


def write_figures(inputs: ReportInputs, study: Study, folder: str | Path) -> list[Path]:
    """Write every figure of a study as PDF and PNG to `folder`; return the paths in the order of `figure_files`."""
    study, paths = drawable(study), []
    for figure in study_figures(study):
        own = [Path(folder) / f"{figure.name}.{kind}" for kind in KINDS]
        save(draw(figure, inputs, study), *own)
        paths += own
    return paths
