"""List the files of tables and figures that follow from a configuration alone; import nothing heavy."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from humancentric.study import report_outputs, report_sections
from humancentric.study.study import Dataset, Row, Study

TABLE_KINDS = ("tex", "csv", "md")
FIGURE_KINDS = ("pdf", "png")
TABLES, FIGURES = "results/tables", "results/figures"


def excerpt(study: Study) -> dict[str, Any]:
    """Return what tables, figures and report read of a study, as parameters of a job (see `Study.from_params`).

    Paths, options of training and the rows of other studies are left out, so that changing one redraws nothing.
    """
    protocols = {name: replace(study.protocols[name], row={}) for name in study.chosen_protocols}
    reduced = replace(
        study,
        datasets={name: _dataset(study.datasets[name]) for name in study.dataset_names},
        encoders={name: replace(row, row={}) for name, row in study.encoders.items()},
        protocols=protocols,
        detectors={name: _detector(row) for name, row in study.detectors.items()},
        prompts={},
        claims={name: {} for name in study.claims},
        audit={key: study.audit[key] for key in ("datasets", "detectors") if key in study.audit},
        tmdb={},
        downloads={},
        demo={},
    )
    return reduced.as_params()


def _dataset(row: Dataset) -> Dataset:
    """Return a dataset without what only earlier stages read."""
    keys = ("kind", "of", "ids") if row.is_subset else ("kind",)
    return Dataset(
        name=row.name,
        source={key: row.source[key] for key in keys},
        task=row.task,
        views={name: replace(view, column=None) for name, view in row.views.items()},
        human_centric=row.human_centric,
        origin=row.origin,
        generated=row.generated,
        from_tmdb=row.from_tmdb,
        publish=row.publish,
        templates=row.templates,
    )


def _detector(row: Row) -> dict[str, Any]:
    """Return what decides whether a detector is audited with and without white text."""
    found = {key: row[key] for key in ("kind", "of", "path") if key in row}
    return found | ({"white_text": True} if row.get("white_text") else {})


def table_names(study: Study) -> list[str]:
    """Return the names of the tables a study fills, in the order of the report."""
    return [table.name for table in report_outputs.placed(report_outputs.TABLES, study)]


def figure_names(study: Study) -> list[str]:
    """Return the names of the figures a study draws."""
    return [figure.name for figure in report_outputs.placed(report_outputs.FIGURES, study)]


def table_files(study: Study) -> list[str]:
    """Return the paths of all table files of a study, relative to the project."""
    return [f"{TABLES}/{name}.{kind}" for name in table_names(study) for kind in TABLE_KINDS]


def figure_files(study: Study) -> list[str]:
    """Return the paths of all figure files of a study, relative to the project."""
    return [f"{FIGURES}/{name}.{kind}" for name in figure_names(study) for kind in FIGURE_KINDS]


def audit_tables(study: Study) -> list[str]:
    """Return the paths of the tables of the masking audit, relative to the project."""
    return [f"{TABLES}/{name}.{kind}" for name in report_sections.audit_tables(study) for kind in TABLE_KINDS]


def section_files(study: Study, exists: Callable[[str], bool]) -> list[str]:
    """Return the files that sections of the page read of their own: those the study asks for, and those there are."""
    return [
        path
        for section in report_sections.SECTIONS.values()
        for path in section.files(study)
        if section.asked(study) or exists(path)
    ]
