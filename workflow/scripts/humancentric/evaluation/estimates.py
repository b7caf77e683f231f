"""An estimate with what it may be off by: bootstrap draws, and its variance over test items and over seeds apart.

Estimates add up (`combine`), which is how a difference, a difference of differences or a mean over datasets is made:
draws of one population are the same for every cell, so that differences are paired.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from humancentric.evaluation import significance
from humancentric.evaluation.significance import LEVEL


@dataclass(frozen=True)
class Interval:
    """The two ends of a confidence interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """A number, its bootstrap draws, and the influences that its variance is made of.

    `items` holds for every population the influence of each cluster of items on the number, `seeds` for every set of
    trained heads by how much the number is off with each seed alone; both sum to zero.
    """

    value: float
    draws: np.ndarray  # (resamples,)
    items: Mapping[str, np.ndarray]  # population: (clusters,)
    seeds: Mapping[tuple, np.ndarray]  # heads: (seeds,), nothing where there is one seed

    @cached_property
    def item_parts(self) -> list[tuple[float, float]]:
        """Return (variance, degrees of freedom) of every population."""
        sizes = ((len(part), float(part @ part)) for part in self.items.values())
        return [(total * size / (size - 1), size - 1.0) for size, total in sizes if size > 1]

    @cached_property
    def seed_parts(self) -> list[tuple[float, float]]:
        """Return (variance, degrees of freedom) of every set of heads."""
        sizes = ((len(part), float(part @ part)) for part in self.seeds.values())
        return [(total / (size - 1) / size, size - 1.0) for size, total in sizes if size > 1]

    @property
    def item_error(self) -> float:
        """Return the standard error that comes from which items are in the test split."""
        return _total(self.item_parts) ** 0.5

    @property
    def seed_error(self) -> float:
        """Return the standard error of the mean over seeds; nan where there is one seed."""
        return _total(self.seed_parts) ** 0.5 if self.seed_parts else np.nan

    @cached_property
    def error(self) -> float:
        """Return the standard error of the bootstrap: items, seeds and what was chosen inside the draws."""
        return float(self.draws.std())

    @cached_property
    def dof(self) -> float:
        """Return the degrees of freedom by Welch and Satterthwaite; 0 where a population has one unit only."""
        if any(len(part) < 2 for part in self.items.values()):
            return 0.0
        return _dof([*self.item_parts, *self.seed_parts])

    def interval(self, alpha: float = 1 - LEVEL) -> Interval:
        """Return the expanded percentile interval (Hesterberg 2015): wider by Student's factor for few units."""
        if self.dof <= 0:
            return Interval(-np.inf, np.inf)
        ends = np.quantile(self.draws, [alpha / 2, 1 - alpha / 2])
        low, high = self.value + (ends - self.value) * significance.widening(self.dof, alpha)
        return Interval(float(low), float(high))

    def of_seeds(self) -> Interval:
        """Return the t-interval over seeds alone, the test items taken as they are; nan where there is one seed."""
        if not self.seed_parts:
            return Interval(np.nan, np.nan)
        half = significance.t_margin(self.seed_error, _dof(self.seed_parts))
        return Interval(self.value - half, self.value + half)

    def above(self, bound: float = 0.0) -> float:
        """Return the one-sided p for a true value above `bound`."""
        return significance.above(self.value, self.error, self.dof, bound)

    def below(self, bound: float = 0.0) -> float:
        """Return the one-sided p for a true value below `bound`."""
        return significance.below(self.value, self.error, self.dof, bound)


def _add(total: dict[Any, np.ndarray], parts: Mapping[Any, np.ndarray], weight: float) -> None:
    for name, numbers in parts.items():
        total[name] = total[name] + weight * numbers if name in total else weight * numbers


def combine(terms: Iterable[tuple[float, Estimate]]) -> Estimate:
    """Return the weighted sum of estimates whose draws were made together."""
    value, draws = 0.0, np.zeros(1)
    items: dict[str, np.ndarray] = {}
    seeds: dict[tuple, np.ndarray] = {}
    for weight, part in terms:
        value, draws = value + weight * part.value, draws + weight * part.draws
        _add(items, part.items, weight)
        _add(seeds, part.seeds, weight)
    return Estimate(value, draws, items, seeds)


def finite(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers as JSON can hold them: None for what is not finite."""
    return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in numbers.items()}


def _total(parts: list[tuple[float, float]]) -> float:
    return sum(variance for variance, _ in parts)


def _dof(parts: list[tuple[float, float]]) -> float:
    """Return the degrees of freedom of a sum of variances (Satterthwaite 1946), the smallest of all without any."""
    spread = sum(variance**2 / dof for variance, dof in parts)
    return _total(parts) ** 2 / spread if spread > 0 else min((dof for _, dof in parts), default=0.0)
