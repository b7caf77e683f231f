"""The 95 % intervals of single cells: over their seeds, and over test samples and seeds together."""

import math

from humancentric.reporting.cells import Cell, Scores
from humancentric.statistics import significance

Interval = tuple[float, float]


def over_seeds(cell: Cell) -> Interval | None:
    """Return the t-interval of the mean over seeds, the test samples taken as they are; None for a single run."""
    if cell.runs < 2:
        return None
    half = significance.t_margin(cell.std_sample / math.sqrt(cell.runs), cell.runs - 1)
    return cell.mean - half, cell.mean + half


def over_samples(scores: Scores, dataset: str, features: str, task: str = "transfer") -> Interval | None:
    """Return the bootstrap interval over test samples and seeds that the rule `claims` found; None where it did not."""
    for row in scores.claims.get("cells", ()):
        if (row["task"], row["dataset"], row["features"]) == (task, dataset, features):
            return None if None in (row["low"], row["high"]) else (row["low"], row["high"])
    return None
