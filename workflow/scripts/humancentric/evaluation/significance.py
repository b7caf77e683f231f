"""Significance tests, and the compact letter display (insert and absorb, Piepho 2004).

Student's t is taken from `scipy.special`: a claim needs thousands of single values, and `scipy.stats.t` validates its
arguments in every call.
"""

from collections.abc import Collection, Sequence

import numpy as np
from scipy.special import bdtr, stdtr, stdtrit

LEVEL = 0.95
FEWEST_CLUSTERS = 6  # effective clusters of test items below which no verdict is given
MOST_EXACT = 12  # number of units up to which all sign patterns are enumerated instead of drawn


Parts = Sequence[tuple[float, float]]  # (variance, degrees of freedom) of independent parts of a variance


def quantile(parts: Parts, alpha: float) -> float:
    """Return Student's quantile at `alpha` (two-sided) for a sum of variances (Cochran and Cox 1950).

    It is the mean of the parts' quantiles, weighted by their variances. The Welch-Satterthwaite degrees of freedom
    reject too often if a part with one or two has most of the variance (up to .12 instead of .05).
    """
    shares = np.array([variance for variance, _ in parts])
    weights = shares / shares.sum() if shares.sum() > 0 else np.full(len(parts), 1 / len(parts))
    return -float(weights @ stdtrit([dof for _, dof in parts], alpha / 2))


def above(estimate: float, error: float, parts: Parts, bound: float = 0.0) -> float:
    """Return the one-sided p-value for a true value above `bound`: the level whose `quantile` is the t-statistic.

    It is 1 if `error` is 0 or a part has no degrees of freedom.
    """
    if error <= 0 or not parts or any(dof <= 0 for _, dof in parts):
        return 1.0
    distance = (estimate - bound) / error
    tails = sorted(float(stdtr(dof, -abs(distance))) for _, dof in parts)
    low, high = max(tails[0], 1e-300), max(tails[-1], 1e-300)
    while high / low > 1 + 1e-7:
        middle = low**0.5 * high**0.5
        if quantile(parts, 2 * middle) > abs(distance):
            low = middle
        else:
            high = middle
    return high if distance > 0 else 1 - high


def below(estimate: float, error: float, parts: Parts, bound: float = 0.0) -> float:
    """Return the one-sided p-value for a true value below `bound`, like `above`."""
    return above(-estimate, error, parts, -bound)


def constant_above(value: float, bound: float, lowest: float, units: float) -> float:
    """Return the one-sided p-value for a true mean above `bound` if all `units` independent scores equal `value`.

    By Markov's inequality, a variable that is never below `lowest` and has a mean of at most `bound` equals `value`
    with a probability of at most (bound - lowest) / (value - lowest). Student's t would give 0 for any `units`.
    """
    if value <= bound:
        return 1.0
    return float((max(bound - lowest, 0.0) / (value - lowest)) ** units)


def t_margin(error: float, dof: float, alpha: float = 1 - LEVEL) -> float:
    """Return the half width of a t-interval; nan for a single value."""
    return float(stdtrit(dof, 1 - alpha / 2) * error) if dof > 0 else np.nan


def holm(values: np.ndarray) -> np.ndarray:
    """Return p-values (k,) adjusted by the Holm-Bonferroni method (Holm 1979).

    For 45 values `statsmodels.stats.multitest.multipletests` takes 68 ms and this function 14 microseconds; simulations
    need thousands of calls.
    """
    values = np.asarray(values, float)
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p-value of McNemar's test for two discordant counts; 1 if both are 0."""
    return min(1.0, 2.0 * float(bdtr(min(only_first, only_second), only_first + only_second, 0.5)))


def sign_flips(values: np.ndarray, flips: int, rng: np.random.Generator, block: int = 200) -> np.ndarray:
    """Return two-sided p-values (k,) of the sign-flip permutation test of paired differences (units, k).

    All sign patterns are enumerated if there are few units. Otherwise `flips` are drawn, the same for all k, and the
    observed pattern counts as one of them (Phipson and Smyth 2010).
    """
    units = len(values)
    observed = np.abs(values.sum(axis=0))
    # Tolerance: sums of the same numbers in another order differ in their last digits.
    reached = observed * (1 - 1e-6) - 1e-12
    if units <= MOST_EXACT:
        patterns = ((np.arange(2**units)[:, None] >> np.arange(units)) & 1) * 2 - 1
        return (np.abs(patterns @ values) >= reached).mean(axis=0)
    narrow, count = values.astype(np.float32), np.zeros(values.shape[1])
    for begin in range(0, flips, block):
        size = (min(block, flips - begin), units)
        signs = rng.integers(0, 2, size=size, dtype=np.int8).astype(np.float32) * 2 - 1
        count += (np.abs(signs @ narrow) >= reached).sum(axis=0)
    return (count + 1) / (flips + 1)


def compact_letter_display(ordered: Sequence[str], apart: Collection[frozenset[str]]) -> dict[str, str]:
    """Return the letters of every name; `ordered` is sorted from best to worst, `apart` holds the pairs that differ.

    Two names share a letter if and only if they do not differ. The best name has the letter a.
    """
    columns = [set(ordered)]
    for pair in sorted(apart, key=lambda pair: sorted(map(ordered.index, pair))):
        split = []
        for column in columns:
            split += [column - {name} for name in pair] if pair <= column else [column]
        columns = [c for c in split if not any(c < other for other in split)]
        columns = [c for position, c in enumerate(columns) if c not in columns[:position]]
    columns.sort(key=lambda column: sorted(map(ordered.index, column)))
    return {
        name: "".join(_letter(position) for position, column in enumerate(columns) if name in column)
        for name in ordered
    }


def _letter(position: int) -> str:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    return alphabet[position] if position < len(alphabet) else f"({position + 1})"
