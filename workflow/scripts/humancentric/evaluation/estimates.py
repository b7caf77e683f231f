"""Estimates with their uncertainty: bootstrap resamples, and the variance due to test items and to repetitions.

`combine` returns weighted sums of estimates: differences, differences in differences and means over datasets. The
resamples of a population are the same for every cell, so differences are paired.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import ndtri

from humancentric.evaluation import significance
from humancentric.evaluation.significance import LEVEL

ZERO = 1e-6  # smaller standard errors are rounding errors: sums of weights are float32


@dataclass(frozen=True)
class Interval:
    """The two ends of a confidence interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """A weighted sum of mean scores between 0 and 1, with bootstrap resamples and the parts of its variance.

    `items` holds the jackknife influence of each cluster of items by population. `seeds` holds, for every set of
    repetitions (seeds of trained heads, draws of few-shot prototypes), the deviation of the estimate from each alone.
    """

    value: float
    draws: np.ndarray  # (resamples,)
    items: Mapping[str, np.ndarray]  # population: (clusters,)
    seeds: Mapping[tuple, np.ndarray]  # repetitions: (repetitions,), left out if there is only one
    clusters: Mapping[str, float]  # population: effective number of clusters
    span: tuple[float, float] = (0.0, 1.0)  # lowest and highest possible value

    @cached_property
    def item_parts(self) -> list[tuple[float, float]]:
        """Return (variance, degrees of freedom) of every population: its effective number of clusters minus one.

        The effective number is that of Carter, Schnepel and Steigerwald (2017) for a mean of uncorrelated items.
        """
        return [(float(part @ part), self.clusters[name] - 1) for name, part in self.items.items()]

    @cached_property
    def seed_parts(self) -> list[tuple[float, float]]:
        """Return (variance, degrees of freedom) of every set of repetitions."""
        sizes = ((len(part), float(part @ part)) for part in self.seeds.values())
        return [(total / (size - 1) / size, size - 1.0) for size, total in sizes if size > 1]

    @property
    def item_error(self) -> float:
        """Return the standard error due to the sampling of test items."""
        return _total(self.item_parts) ** 0.5

    @property
    def seed_error(self) -> float:
        """Return the standard error of the mean over repetitions; nan for a single repetition."""
        return _total(self.seed_parts) ** 0.5 if self.seed_parts else np.nan

    @cached_property
    def error(self) -> float:
        """Return the standard error of the bootstrap: items, repetitions and selection within resamples."""
        return float(self.draws.std())

    @cached_property
    def units(self) -> float:
        """Return the smallest effective number of clusters over the populations."""
        return min(self.clusters.values(), default=0.0)

    @cached_property
    def parts(self) -> list[tuple[float, float]]:
        """Return (variance, degrees of freedom) of items and of repetitions; none if a population is one cluster."""
        sides = (self.item_parts, self.seed_parts) if self.units > 1 else ()
        return [(_total(side), _dof(side)) for side in sides if side]

    def interval(self, alpha: float = 1 - LEVEL) -> Interval:
        """Return the expanded percentile interval (Hesterberg 2015): wider by Student's factor for few clusters.

        Without any variance it is the exact interval of Clopper and Pearson (1934) for constant scores.
        """
        if not self.parts:
            return Interval(-np.inf, np.inf)
        if self.error <= ZERO:
            lowest, highest = self.span
            share = (alpha / 2) ** (1 / self.units)
            return Interval(lowest + share * (self.value - lowest), highest - share * (highest - self.value))
        ends = np.quantile(self.draws, [alpha / 2, 1 - alpha / 2])
        factor = significance.quantile(self.parts, alpha) / ndtri(1 - alpha / 2)
        low, high = self.value + (ends - self.value) * factor
        return Interval(float(low), float(high))

    def half_width(self, alpha: float = 1 - LEVEL) -> float:
        """Return the smallest distance from a bound that is significant at `alpha` (two-sided)."""
        if self.error > ZERO and self.parts:
            return self.error * significance.quantile(self.parts, alpha)
        ends = self.interval(alpha)
        return max(ends.high - self.value, self.value - ends.low)

    def of_seeds(self) -> Interval:
        """Return the t-interval over repetitions with the test items fixed; nan for a single repetition."""
        if not self.seed_parts:
            return Interval(np.nan, np.nan)
        half = significance.t_margin(self.seed_error, _dof(self.seed_parts))
        return Interval(self.value - half, self.value + half)

    def above(self, bound: float = 0.0) -> float:
        """Return the one-sided p-value for a true value above `bound`."""
        if self.error <= ZERO and self.parts:
            return significance.constant_above(self.value, bound, self.span[0], self.units)
        return significance.above(self.value, self.error, self.parts, bound)

    def below(self, bound: float = 0.0) -> float:
        """Return the one-sided p-value for a true value below `bound`."""
        if self.error <= ZERO and self.parts:
            return significance.constant_above(-self.value, -bound, -self.span[1], self.units)
        return significance.below(self.value, self.error, self.parts, bound)


def _add(total: dict[Any, np.ndarray], parts: Mapping[Any, np.ndarray], weight: float) -> None:
    for name, numbers in parts.items():
        total[name] = total[name] + weight * numbers if name in total else weight * numbers


def combine(terms: Iterable[tuple[float, Estimate]]) -> Estimate:
    """Return the weighted sum of estimates that were resampled together."""
    value, draws, low, high = 0.0, np.zeros(1), 0.0, 0.0
    items: dict[str, np.ndarray] = {}
    seeds: dict[tuple, np.ndarray] = {}
    clusters: dict[str, float] = {}
    for weight, part in terms:
        value, draws = value + weight * part.value, draws + weight * part.draws
        ends = sorted(weight * end for end in part.span)
        low, high = low + ends[0], high + ends[1]
        _add(items, part.items, weight)
        _add(seeds, part.seeds, weight)
        clusters |= part.clusters
    return Estimate(value, draws, items, seeds, clusters, (low, high))


def finite(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Replace nan and infinity by None, since JSON has neither."""
    return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in numbers.items()}


def _total(parts: list[tuple[float, float]]) -> float:
    return sum(variance for variance, _ in parts)


def _dof(parts: list[tuple[float, float]]) -> float:
    """Return the degrees of freedom of a sum of variances (Satterthwaite 1946); the smallest if all variances are 0."""
    spread = sum(variance**2 / dof for variance, dof in parts)
    return _total(parts) ** 2 / spread if spread > 0 else min((dof for _, dof in parts), default=0.0)
