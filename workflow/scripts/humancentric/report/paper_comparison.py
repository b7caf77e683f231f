"""Compare every cell with the paper's number: difference and verdict."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from humancentric.report.numbers import groups
from humancentric.report.score_cells import Cell

CLOSE = 0.01  # one percentage point of accuracy, .01 of F1
SIGNS = {"agree": "\N{ALMOST EQUAL TO}", "order": "\N{PARALLEL TO}", "disagree": "\N{NOT EQUAL TO}"}
MEANING = {"agree": "agrees", "order": "same order, different level", "disagree": "disagrees"}


@dataclass(frozen=True)
class Comparison:
    """One cell compared with the paper, in fractions. `state`: agree, order (same order, other level), disagree."""

    paper: float
    paper_std: float
    difference: float
    state: str


def printed(reference: Mapping[str, Any], dataset: str) -> dict[str, tuple[float, float]]:
    """Return the paper's ``{features: (mean, deviation)}`` of a dataset as fractions; empty if it has no table."""
    table = reference["tables"].get(dataset)
    if table is None:
        return {}
    scale = 0.01 if table["metric"] == "accuracy" else 1.0
    return {features: (mean * scale, std * scale) for features, (mean, std) in table["cells"].items()}


def compare(
    cells: Mapping[str, Cell | None], paper: Mapping[str, tuple[float, float]]
) -> dict[str, Comparison]:
    """Return the verdict on every cell that both have.

    Means agree when they differ by at most two standard errors of a difference, 2*sqrt(s1^2 + s2^2), or by one
    point. Otherwise a cell keeps the order if it ranks against every other cell of its group (one image view, one
    text view) as in the paper; a cell alone in its group disagrees.
    """
    ours = {features: cell for features, cell in cells.items() if cell is not None and features in paper}
    found = {}
    for members in groups(ours, keep_text_view=True):
        for features, cell in members.items():
            mean, std = paper[features]
            difference = cell.mean - mean
            tolerance = max(CLOSE, 2 * math.hypot(cell.std, std)) + 1e-12
            others = [other for other in members if other != features]
            kept = others and all(
                (cell.mean - members[other].mean) * (mean - paper[other][0]) >= 0 for other in others
            )
            state = "agree" if abs(difference) <= tolerance else "order" if kept else "disagree"
            found[features] = Comparison(mean, std, difference, state)
    return found
