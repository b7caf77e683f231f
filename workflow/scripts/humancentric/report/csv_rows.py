"""Convert cells to plain records, the rows of CSV files."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.paper_comparison import Comparison
from humancentric.report.score_cells import Cell


def numbers(cell: Cell | None) -> dict[str, Any]:
    """Return a cell's mean, both standard deviations and number of runs as record fields (None if not run)."""
    if cell is None:
        return {"mean": None, "std": None, "std_sample": None, "runs": 0}
    return {"mean": cell.mean, "std": cell.std, "std_sample": cell.std_sample, "runs": cell.runs}


def record(
    dataset: str,
    metric: str,
    features: str,
    cell: Cell | None,
    bold: set[str],
    underlined: set[str],
    verdicts: Mapping[str, Comparison] | None = None,
) -> dict[str, Any]:
    """Return the record of one cell of a dataset's table, with the paper's numbers if there are any."""
    row = {"dataset": dataset, "features": features, "metric": metric, **numbers(cell)}
    row |= {"bold": features in bold, "underlined": features in underlined}
    if verdicts:
        verdict = verdicts.get(features)
        row |= {
            "paper": verdict and verdict.paper,
            "paper_std": verdict and verdict.paper_std,
            "difference": verdict and verdict.difference,
            "state": verdict and verdict.state,
        }
    return row
