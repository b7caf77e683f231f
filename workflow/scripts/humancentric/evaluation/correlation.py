"""Correlations of numbers, and what each sample contributes to Spearman's.

A correlation is no mean of scores of samples. Its first-order expansion is one: with the influence function I of the
correlation r, the mean of r + I(sample) over the samples is r, and the variance of that mean is the delta method's
variance of r (infinitesimal jackknife; Efron 1982, *The Jackknife, the Bootstrap and Other Resampling Plans*,
chapter 6). So r + I(sample) is resampled like any other score: in pairs, by clusters, and crossed with seeds.
"""

import numpy as np


def mid_ranks(values: np.ndarray) -> np.ndarray:
    """Return the mid-distribution function (n; 0 to 1) of numbers: (below + half of the equal ones) / n."""
    ordered = np.sort(values)
    return (ordered.searchsorted(values, "left") + ordered.searchsorted(values, "right")) / (2 * len(values))


def pearson(one: np.ndarray, other: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return Pearson's correlation of numbers (n), 0 if either side is constant; `weights` (n) are of samples.

    `scipy.stats.pearsonr` has no weights.
    """
    if not len(one) or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    (first, both), (_, second) = np.cov(one, other, aweights=weights, ddof=0)
    return float(both / np.sqrt(first * second)) if first > 0 and second > 0 else 0.0


def _sums_of_not_below(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return for every number (n) the mean over all samples of `weights` where they are larger, half where equal."""
    ordered = np.argsort(values, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(weights[ordered])])
    left, right = (values[ordered].searchsorted(values, side) for side in ("left", "right"))
    return (sums[-1] - (sums[left] + sums[right]) / 2) / len(values)


def _influence_of_product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the influence of every sample on the mean product of the mid-ranks of two lists of numbers (n)."""
    first, second = mid_ranks(one), mid_ranks(other)
    product = first * second
    found = product + _sums_of_not_below(one, second) + _sums_of_not_below(other, first)
    return found - 3 * product.mean()


def spearman_scores(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return one score a sample (n) whose mean is Spearman's correlation of numbers (n), ties by their mean ranks.

    It is the correlation plus its influence function; 0 for all if either side is constant.
    """
    if not len(one) or np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.zeros(len(one))
    first, second = mid_ranks(one), mid_ranks(other)
    value, spread = pearson(first, second), np.sqrt(first.var() * second.var())
    influence = _influence_of_product(one, other) / spread
    for numbers, ranks in ((one, first), (other, second)):
        influence -= value / 2 * _influence_of_product(numbers, numbers) / ranks.var()
    return value + influence
