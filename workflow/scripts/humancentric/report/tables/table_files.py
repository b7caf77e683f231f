"""Build all tables of a study and write their files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa

from humancentric.core.files import write_text
from humancentric.report.render import latex, plain
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.score_cells import Scores
from humancentric.report.tables import (
    against_paper,
    chance_table,
    claims_table,
    control_table,
    datasets_table,
    differences_table,
    fewshot_table,
    intervals_table,
    protocols_table,
    subset_table,
    texts_table,
    ties_table,
    transfer_table,
    zeroshot_table,
)
from humancentric.report.tables.sheet import Sheet
from humancentric.study import report_files, report_outputs
from humancentric.study.study import Study

# By the name of the table in `entries.TABLES`; a table of one dataset also takes the dataset.
SHEETS: dict[str, Callable[..., Sheet]] = {
    "{dataset}": transfer_table.sheet,
    "{dataset}-intervals": intervals_table.sheet,
    "{dataset}-ties": ties_table.sheet,
    "claims": claims_table.sheet,
    "chance": chance_table.sheet,
    "protocols": protocols_table.sheet,
    "fewshot": fewshot_table.sheet,
    "differences": differences_table.sheet,
}
WRITERS = {"tex": latex.render, "csv": plain.comma_separated, "md": plain.markdown}


def sheets(scores: Scores, study: Study, beside: ReportInputs) -> dict[str, Sheet]:
    """Return a study's tables by name, in the order of `targets.table_names`."""
    makers = {
        **SHEETS,
        "{dataset}-against-paper": partial(against_paper.sheet, reference=beside.reference),
        "zeroshot": partial(zeroshot_table.sheet, timings=beside.timings),
        "control": partial(control_table.sheet, reference=beside.reference),
        "subset": partial(subset_table.sheet, beside=beside),
        "datasets": partial(datasets_table.sheet, beside=beside),
        "texts": partial(texts_table.sheet, beside=beside),
    }
    return {
        table.name: makers[table.entry.name](scores, study, *([table.dataset] if table.dataset else []))
        for table in report_outputs.placed(report_outputs.TABLES, study)
    }


def write_tables(scores: pa.Table, study: Study, beside: ReportInputs, folder: str | Path) -> list[Path]:
    """Write every table of a study as LaTeX, CSV and Markdown to `folder`; return the paths in target order."""
    paths = []
    for name, sheet in sheets(Scores(scores, beside.claims), study, beside).items():
        for kind in report_files.TABLE_KINDS:
            path = Path(folder) / f"{name}.{kind}"
            write_text(path, WRITERS[kind](sheet))
            paths.append(path)
    return paths
