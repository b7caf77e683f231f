"""Build the table of one dataset with the paper's numbers below ours, and whether they agree."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.csv_rows import record
from humancentric.report.numbers import Unit
from humancentric.report.paper_comparison import MEANING, SIGNS, Comparison, compare, printed
from humancentric.report.score_cells import Scores
from humancentric.report.tables.sheet import Item, Sheet
from humancentric.report.tables.transfer_table import Below, about, cells_of, grid, marked
from humancentric.study import report_config
from humancentric.study.study import Study

BELOW = "paper, difference"


def caption(study: Study, dataset: str) -> str:
    """Return the caption of the table."""
    cell = f"mean ± standard deviation over {report_config.seeds(study)} runs"
    below = "Below each row: the paper's mean and our difference to it."
    return f"{about(study, dataset, cell)} {below} {marked(study, dataset)}"


def told(verdict: Comparison | None, unit: Unit) -> Item:
    """Return the paper's number, our difference to it, and the verdict's sign and tone; empty without a verdict."""
    if verdict is None:
        return Item()
    text = f"{unit.difference(verdict.difference)} {SIGNS[verdict.state]}"
    return Item(unit.number(verdict.paper), text, tone=verdict.state)


def legend() -> str:
    """Return the legend of the signs of the three verdicts."""
    return "; ".join(f"{sign} {MEANING[state]}" for state, sign in SIGNS.items())


def sheet(scores: Scores, study: Study, dataset: str, reference: Mapping[str, Any]) -> Sheet:
    """Return a dataset's table with the paper's numbers from `reference`."""
    bare = grid(scores, study, dataset)
    verdicts = compare(cells_of(scores, study, dataset), printed(reference, dataset))
    items = {features: told(verdict, bare.unit) for features, verdict in verdicts.items()}
    found = grid(scores, study, dataset, [Below(BELOW, items)])
    metric = report_config.headline(study, dataset)
    return Sheet(
        f"{dataset}-against-paper",
        caption(study, dataset),
        found.head,
        found.body,
        (*found.notes, legend()),
        tuple(
            record(dataset, metric, features, cell, found.bold, found.underlined, verdicts)
            for features, cell in found.cells.items()
        ),
    )
