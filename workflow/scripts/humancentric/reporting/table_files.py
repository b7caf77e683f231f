"""All tables of a study, and the files they are written to."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric.files import write_text
from humancentric.reporting import (
    control_table,
    differences_table,
    entries,
    fewshot_table,
    latex,
    plain,
    targets,
    transfer_table,
    zeroshot_table,
)
from humancentric.reporting.cells import Scores
from humancentric.reporting.sheets import Sheet
from humancentric.reporting.study import Config

# By the name of the table in `entries.TABLES`; a table of one dataset is given it, too.
SHEETS: dict[str, Callable[..., Sheet]] = {
    "{dataset}": transfer_table.sheet,
    "fewshot": fewshot_table.sheet,
    "zeroshot": zeroshot_table.sheet,
    "control": control_table.sheet,
    "differences": differences_table.sheet,
}
WRITERS = {"tex": latex.render, "csv": plain.comma_separated, "md": plain.markdown}


def sheets(scores: Scores, config: Config, reference: Mapping[str, Any]) -> dict[str, Sheet]:
    """Return a study's tables by name, in the order of `targets.table_names`."""
    against_paper = partial(transfer_table.sheet, reference=reference)
    makers = {**SHEETS, "{dataset}-against-paper": against_paper}
    return {
        table.name: makers[table.entry.name](scores, config, *([table.dataset] if table.dataset else []))
        for table in entries.placed(entries.TABLES, config)
    }


def write_tables(
    scores: pa.Table, config: Config, reference: Mapping[str, Any], folder: str | Path
) -> list[Path]:
    """Write every table of a study as LaTeX, CSV and Markdown into `folder`; return the paths in target order."""
    paths = []
    for name, sheet in sheets(Scores(scores), config, reference).items():
        for kind in targets.TABLE_KINDS:
            path = Path(folder) / f"{name}.{kind}"
            write_text(path, WRITERS[kind](sheet))
            paths.append(path)
    return paths
