"""The same contrasts from the numbers that the paper prints."""

from collections.abc import Mapping
from typing import Any

from humancentric.claims import judgements
from humancentric.claims.comparisons import Best, Cell, Comparison, Terms


def of_cell(cell: Cell, reference: Mapping[str, Any]) -> float | None:
    """Return the mean that the paper prints of a cell, as a fraction; None where it prints none."""
    if cell.task == "transfer":
        table = reference["tables"].get(cell.dataset, {})
        value = table.get("cells", {}).get(cell.features, [None])[0]
    elif cell.task == "control":
        table = reference["controls"].get(cell.dataset, {})
        value = table.get("cells", {}).get(cell.features, [None, None])[1]
    else:
        return None
    return value if value is None or table["metric"] != "accuracy" else value / 100


def of_terms(terms: Terms, reference: Mapping[str, Any]) -> float | None:
    """Return a weighted sum of the paper's means; None where one of them is not printed."""
    total = 0.0
    for weight, part in terms:
        known = [of_cell(cell, reference) for cell in (part.cells if isinstance(part, Best) else (part,))]
        if None in known:
            return None
        total += weight * max(known)
    return total


def of_comparison(kind: str, part: Comparison, reference: Mapping[str, Any]) -> float | None:
    """Return the contrast's value in the paper; None where a cell of it is not printed."""
    sums, before = ([of_terms(terms, reference) for terms in side] for side in (part.sums, part.references))
    return None if None in (*sums, *before) else judgements.printed(kind, sums, before)
