"""Write the captions of figures and tables from the configuration alone."""

from collections.abc import Callable

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
from humancentric.study import report_outputs
from humancentric.study.study import Study

# By the name of the table in `entries.TABLES`; a table of one dataset also takes the dataset.
TABLES: dict[str, Callable[..., str]] = {
    "{dataset}": transfer_table.caption,
    "{dataset}-against-paper": against_paper.caption,
    "{dataset}-intervals": intervals_table.caption,
    "chance": chance_table.caption,
    "protocols": protocols_table.caption,
    "{dataset}-ties": ties_table.caption,
    "claims": claims_table.caption,
    "fewshot": fewshot_table.caption,
    "zeroshot": zeroshot_table.caption,
    "control": control_table.caption,
    "differences": differences_table.caption,
    "subset": subset_table.caption,
    "datasets": datasets_table.caption,
    "texts": texts_table.caption,
}


def tables(study: Study) -> dict[str, str]:
    """Return the caption of every table of a study by name, in the order of `targets.table_names`."""
    return {
        table.name: TABLES[table.entry.name](study, *([table.dataset] if table.dataset else []))
        for table in report_outputs.placed(report_outputs.TABLES, study)
    }


def figures(study: Study) -> dict[str, str]:
    """Return the caption of every figure of a study by name."""
    return {
        figure.name: figure.entry.caption for figure in report_outputs.placed(report_outputs.FIGURES, study)
    }
