"""Difference-in-differences: does one encoder's lead over another shrink on samples that came after it?

The lead of encoder a over encoder b is the mean over samples of a's score minus b's. Its change is the lead on the
control (after) minus the lead on the test split of the dataset that the heads were trained on (before): what both
encoders lose alike, because the samples have become harder or their labels others, cancels. Intervals are percentiles
of a bootstrap over samples, the same for every encoder, before and after on their own, and over the heads' seeds, the
same before and after, since those are the same heads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95
BETWEEN = "~"  # between the features whose difference is meant: standard.clip~standard.rn50


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval."""

    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Lead:
    """One encoder's lead over another: before, after, and how it changed."""

    before: Estimate
    after: Estimate
    change: Estimate


def _weights(size: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Return how often each of `size` things is drawn, as shares (resamples, size)."""
    counts = [np.bincount(rng.integers(size, size=size), minlength=size) for _ in range(resamples)]
    return np.stack(counts).astype(np.float32) / size


def resampled(
    scores: Mapping[str, np.ndarray], resamples: int, rng: np.random.Generator, block: int = 100
) -> dict[str, np.ndarray]:
    """Return the mean over resampled samples of each seed (resamples, seeds), by features.

    `scores` holds (n, seeds) with the same samples in every row order; they are drawn alike for all features.
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in scores}
    size = len(next(iter(scores.values())))
    for begin in range(0, resamples, block):
        weights = _weights(size, min(block, resamples - begin), rng)
        for name, values in scores.items():
            found[name].append(weights @ values)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def leads(
    before: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray],
    pairs: Sequence[tuple[str, str]],
    *,
    resamples: int = 2000,
    seed: int = 0,
) -> dict[tuple[str, str], Lead]:
    """Return the lead of the first over the second features of every pair, before, after, and its change.

    `before` and `after` hold scores (n, seeds) by features, the rows of one side being the same samples in the same
    order. Nothing where a side has no samples.
    """
    if not pairs or not all(len(values) for side in (before, after) for values in side.values()):
        return {}
    rng = np.random.default_rng(seed)
    drawn = [resampled(side, resamples, rng) for side in (before, after)]
    seeds = {name: _weights(values.shape[1], resamples, rng) for name, values in before.items()}
    means = [{name: (side[name] * seeds[name]).sum(axis=1) for name in side} for side in drawn]
    found = {}
    for one, other in pairs:
        points = [float(side[one].mean() - side[other].mean()) for side in (before, after)]
        draws = [side[one] - side[other] for side in means]
        found[one, other] = Lead(
            _estimate(points[0], draws[0]),
            _estimate(points[1], draws[1]),
            _estimate(points[1] - points[0], draws[1] - draws[0]),
        )
    return found


def _estimate(point: float, draws: np.ndarray) -> Estimate:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(point, float(low), float(high))
