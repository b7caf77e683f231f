"""The tables of a report: each is a `TableSpec` in the tuple `TABLES` of one module of this package.

Planning reads the specs, so adding a table takes one new module.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

from humancentric.core.files import write_text
from humancentric.core.registry import kind_module, kinds
from humancentric.report import latex, table_model
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import Instance, TableSpec, instances
from humancentric.report.table_model import Table
from humancentric.study.study import Study

FOLDER = "results/tables"
WRITERS = {"tex": latex.render, "csv": table_model.comma_separated, "md": table_model.markdown}


@cache
def table_specs() -> tuple[TableSpec, ...]:
    """Return the specs of all modules of this package in the order of the report."""
    found = [spec for kind in kinds(__name__) for spec in kind_module(__name__, kind, "tables").TABLES]
    return tuple(sorted(found, key=lambda spec: spec.order))


def study_tables(study: Study) -> list[Instance[TableSpec]]:
    """Return the tables of a study in the order of the report."""
    return instances(table_specs(), study)


def table_names(study: Study) -> list[str]:
    """Return the names of a study's tables in the order of the report."""
    return [table.name for table in study_tables(study)]


def table_files(study: Study) -> list[str]:
    """Return the paths of all table files of a study, relative to the project."""
    return [f"{FOLDER}/{name}.{kind}" for name in table_names(study) for kind in WRITERS]


def build_table(table: Instance[TableSpec], inputs: ReportInputs, study: Study) -> Table:
    """Return one table of a study with its name and caption."""
    built = table.spec.build(inputs, study, *table.arguments)
    return replace(built, name=table.name, caption=table.caption(study))


def build_tables(inputs: ReportInputs, study: Study) -> dict[str, Table]:
    """Return a study's tables by name, in the order of the report."""
    return {table.name: build_table(table, inputs, study) for table in study_tables(study)}


def write_table(table: Table, folder: str | Path) -> list[Path]:
    """Write a table as LaTeX, CSV and Markdown to `folder`; return the paths."""
    paths = {kind: Path(folder) / f"{table.name}.{kind}" for kind in WRITERS}
    for kind, path in paths.items():
        write_text(path, WRITERS[kind](table))
    return list(paths.values())


def write_tables(inputs: ReportInputs, study: Study, folder: str | Path) -> list[Path]:
    """Write every table of a study to `folder`; return the paths in the order of `table_files`."""
    return [path for table in build_tables(inputs, study).values() for path in write_table(table, folder)]
