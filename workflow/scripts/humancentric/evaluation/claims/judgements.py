"""Judge one contrast from its leads: p-values for and against it, interval, detectable difference and power.

A lead is an estimated difference of scores. Each kind of contrast asks how many of its leads are above zero, or whether
they are within a margin. Power is computed from the joint bootstrap draws of all leads, which keep the dependence
between leads that share encoders or items.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from humancentric.evaluation.estimates import Estimate, Interval, combine
from humancentric.evaluation.significance import LEVEL

ALPHA = 1 - LEVEL
POWER = 0.8  # at which a difference counts as detectable

# (leads (draws, k), half widths of their intervals (k,)) -> the smallest shift or margin that each draw supports
Needed = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Judgement:
    """The joint result of the leads of a contrast; p-values are one-sided."""

    value: float
    interval: Interval
    in_favour: float
    against: float
    deciding: int  # index of the lead that `value` belongs to
    leads: tuple[Estimate, ...]  # with the sign that supports the contrast
    needed: Needed
    divisor: int = 1  # each lead is tested at alpha / divisor
    bound: float = 0.0  # the margin, or 0

    @property
    def p(self) -> float:
        """Return the two-sided p-value."""
        return min(1.0, 2 * min(self.in_favour, self.against))

    def detectable(self, alpha: float = ALPHA) -> float:
        """Return the smallest difference, common to all leads, that is detected with a power of 80 %.

        For contrasts with a margin it is the smallest margin within which equal cells are shown to be equal.
        """
        return float(np.quantile(self._needed(np.zeros(len(self.leads)), alpha), POWER))

    def power(self, truth: Sequence[float], alpha: float = ALPHA) -> float:
        """Return the power to support the contrast at `alpha` (two-sided) if its true leads are `truth` (k,)."""
        return float((self._needed(np.asarray(truth), alpha) <= self.bound).mean())

    def _needed(self, truth: np.ndarray, alpha: float) -> np.ndarray:
        half = np.array([lead.half_width(alpha / self.divisor) for lead in self.leads])
        leads = np.stack([lead.draws - lead.value for lead in self.leads], axis=1) + truth
        return self.needed(leads, half)


def at_least(count: int, leads: Sequence[Estimate]) -> Judgement:
    """Judge whether at least `count` of the leads are above zero (partial conjunction, Benjamini and Heller 2008).

    For all of them it is the intersection-union test (Berger 1982), whose p-value is the largest of the parts.
    """
    rest = len(leads) - count + 1  # this many leads below zero refute it
    deciding = sorted(range(len(leads)), key=lambda number: -leads[number].value)[count - 1]
    low = sorted((lead.interval(ALPHA / rest).low for lead in leads), reverse=True)[count - 1]
    high = sorted(lead.interval(ALPHA / count).high for lead in leads)[rest - 1]
    return Judgement(
        leads[deciding].value,
        Interval(low, high),
        min(1.0, rest * sorted(lead.above() for lead in leads)[count - 1]),
        min(1.0, count * sorted(lead.below() for lead in leads)[rest - 1]),
        deciding,
        tuple(leads),
        lambda found, half: np.sort(half - found, axis=1)[:, count - 1],
        divisor=rest,
    )


def best(leads: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether every lead is above zero."""
    return at_least(len(leads), leads)


def most(leads: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether more than half of the leads are above zero."""
    return at_least(len(leads) // 2 + 1, leads)


def not_above(leads: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether the smallest lead stays below the margin (non-superiority); against it if all are above 0."""
    all_above = best(leads, references, margin)
    favour = min(1.0, len(leads) * min(lead.below(margin) for lead in leads))
    return Judgement(
        all_above.value,
        all_above.interval,
        favour,
        all_above.in_favour,
        all_above.deciding,
        tuple(leads),
        lambda found, half: (found + half).min(axis=1),
        divisor=len(leads),
        bound=margin,
    )


def equivalent(leads: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether every lead lies within the margin: two one-sided tests (Schuirmann 1987)."""
    deciding = max(range(len(leads)), key=lambda number: abs(leads[number].value))
    intervals = [lead.interval(ALPHA) for lead in leads]
    return Judgement(
        leads[deciding].value,
        Interval(min(i.low for i in intervals), max(i.high for i in intervals)),
        max(max(lead.above(-margin), lead.below(margin)) for lead in leads),
        min(1.0, len(leads) * min(min(lead.above(margin), lead.below(-margin)) for lead in leads)),
        deciding,
        tuple(leads),
        lambda found, half: (np.abs(found) + half).max(axis=1),
        bound=margin,
    )


def order(leads: Sequence[Estimate], references: Sequence[Estimate], margin: float) -> Judgement:
    """Judge whether every lead has the sign that it has in `references`; both must be significant.

    A lead that is significant in both with opposite signs counts against it.
    """
    signs = [-1.0 if before.value < 0 else 1.0 for before in references]
    after, before = (
        [combine([pair]) for pair in zip(signs, side, strict=True)] for side in (leads, references)
    )
    kept = best([*after, *before], (), margin)
    reversed_p = min(max(b.above(), a.below()) for a, b in zip(after, before, strict=True))
    return Judgement(
        kept.value,
        kept.interval,
        kept.in_favour,
        min(1.0, len(leads) * reversed_p),
        kept.deciding,
        kept.leads,
        kept.needed,
    )


JUDGES: dict[str, Callable[[Sequence[Estimate], Sequence[Estimate], float], Judgement]] = {
    "best": best,
    "above": best,
    "most": most,
    "not-above": not_above,
    "equivalent": equivalent,
    "indistinct": equivalent,
    "lower": best,
    "lead-lower": best,
    "order": order,
    "interaction": best,
}
