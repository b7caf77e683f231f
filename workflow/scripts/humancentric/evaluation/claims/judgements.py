"""Compute the p-values for and against a contrast from estimates, and its value from the paper's printed means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from humancentric.evaluation.claims.comparisons import Best, Cell, Comparison, Terms
from humancentric.evaluation.estimates import Estimate, Interval, combine
from humancentric.evaluation.significance import LEVEL

ALPHA = 1 - LEVEL


@dataclass(frozen=True)
class Judgement:
    """What the parts of a contrast say together; p-values are one-sided."""

    value: float
    interval: Interval
    in_favour: float
    against: float
    deciding: int  # the part that the value is of

    @property
    def p(self) -> float:
        """Return the two-sided p."""
        return min(1.0, 2 * min(self.in_favour, self.against))


def smallest(values: Sequence[float]) -> int:
    """Return the index of the smallest lead."""
    return min(range(len(values)), key=values.__getitem__)


def widest(values: Sequence[float]) -> int:
    """Return the index of the lead with the largest absolute value."""
    return max(range(len(values)), key=lambda place: abs(values[place]))


def _of_one(values: Sequence[float]) -> float:
    return min(1.0, min(values) * len(values))


def _lowest(parts: Sequence[Estimate]) -> Interval:
    """Return the interval of the smallest lead: above its low end all leads lie, below its high end one does."""
    ends = [part.interval(ALPHA / len(parts)).high for part in parts]
    return Interval(min(part.interval(ALPHA).low for part in parts), min(ends))


def best(parts: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether every lead is above zero."""
    place = smallest([part.value for part in parts])
    favour, against = max(part.above() for part in parts), _of_one([part.below() for part in parts])
    return Judgement(parts[place].value, _lowest(parts), favour, against, place)


def not_above(parts: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether the smallest lead stays below the margin (non-superiority); against it: all leads are above 0."""
    place = smallest([part.value for part in parts])
    favour = _of_one([part.below(margin) for part in parts])
    return Judgement(parts[place].value, _lowest(parts), favour, max(p.above() for p in parts), place)


def equivalent(parts: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether every lead lies within the margin: two one-sided tests (Schuirmann 1987)."""
    place = widest([part.value for part in parts])
    favour = max(max(part.above(-margin), part.below(margin)) for part in parts)
    against = _of_one([min(part.above(margin), part.below(-margin)) for part in parts])
    intervals = [part.interval(ALPHA) for part in parts]
    interval = Interval(min(i.low for i in intervals), max(i.high for i in intervals))
    return Judgement(parts[place].value, interval, favour, against, place)


def order(parts: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether every lead has the sign that it has in `references`, where it must be there as well."""
    turned = [
        combine([(-1.0, part)]) if before.value < 0 else part
        for part, before in zip(parts, references, strict=True)
    ]
    place = smallest([part.value for part in turned])
    known = [min(before.above(), before.below()) for before in references]
    favour = max(max(p, part.above()) for p, part in zip(known, turned, strict=True))
    against = _of_one([max(p, part.below()) for p, part in zip(known, turned, strict=True)])
    return Judgement(turned[place].value, _lowest(turned), favour, against, place)


JUDGES: dict[str, Callable[[Sequence[Estimate], Sequence[Estimate], float], Judgement]] = {
    "best": best,
    "not-above": not_above,
    "equivalent": equivalent,
    "indistinct": equivalent,
    "lower": best,
    "order": order,
    "interaction": best,
}


def printed(kind: str, values: Sequence[float], references: Sequence[float]) -> float:
    """Return the same number as the judge's value from plain means, such as those that a paper prints."""
    if kind == "order":
        values = [-value if before < 0 else value for value, before in zip(values, references, strict=True)]
    return values[(widest if JUDGES[kind] is equivalent else smallest)(values)]


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
        values = [value for value in known if value is not None]
        if len(values) < len(known):
            return None
        total += weight * max(values)
    return total


def of_comparison(kind: str, part: Comparison, reference: Mapping[str, Any]) -> float | None:
    """Return the contrast's value in the paper; None where a cell of it is not printed."""
    values = [of_terms(terms, reference) for terms in (*part.sums, *part.references)]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return printed(kind, known[: len(part.sums)], known[len(part.sums) :])
