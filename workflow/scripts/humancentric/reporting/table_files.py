"""All tables of a study, and the files they are written to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric.files import write_text
from humancentric.reporting import (
    control_table,
    differences_table,
    fewshot_table,
    latex,
    plain,
    study,
    targets,
    transfer_table,
    zeroshot_table,
)
from humancentric.reporting.cells import Scores
from humancentric.reporting.sheets import Sheet
from humancentric.reporting.study import Config

WRITERS = {"tex": latex.render, "csv": plain.comma_separated, "md": plain.markdown}


def sheets(scores: Scores, config: Config, reference: Mapping[str, Any]) -> dict[str, Sheet]:
    """Return a study's tables by name, in the order of `targets.table_names`."""
    found = {}
    for dataset in study.datasets(config):
        found[dataset] = transfer_table.sheet(scores, config, dataset)
        if dataset in targets.IN_PAPER:
            against = transfer_table.sheet(scores, config, dataset, reference)
            found[against.name] = against
    if study.fewshot_datasets(config):
        found["fewshot"] = fewshot_table.sheet(scores, config)
    if study.zeroshot_datasets(config):
        found["zeroshot"] = zeroshot_table.sheet(scores, config)
    if study.controls(config):
        found["control"] = control_table.sheet(scores, config)
    if study.differing_controls(config):
        found["differences"] = differences_table.sheet(scores, config)
    return found


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
