"""A share with its interval: things counted on pictures, resampled picture by picture."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest, bootstrap

LEVEL = 0.95


class Share(NamedTuple):
    """A share, its 95 % interval (None where it cannot be said), and of how many things on how many pictures."""

    value: float | None
    low: float | None
    high: float | None
    things: int
    pictures: int


def share(
    parts: Sequence[float] | np.ndarray,
    wholes: Sequence[float] | np.ndarray,
    resamples: int = 2000,
    seed: int = 0,
) -> Share:
    """Return sum(parts) / sum(wholes), where each picture gives one of both; pictures without a whole are left out.

    The interval is the percentile bootstrap over pictures (Efron and Tibshirani 1993, chapter 13), since what stands
    on one picture shares its fate. Where all or nothing is counted no resample differs: then it is the exact interval
    (Clopper and Pearson 1934) with a whole picture as one thing. None for the share where nothing is counted, for the
    interval with one picture.
    """
    parts, wholes = np.asarray(parts, float), np.asarray(wholes, float)
    parts, wholes = parts[wholes > 0], wholes[wholes > 0]
    if not len(wholes):
        return Share(None, None, None, 0, 0)
    value, counts = float(parts.sum() / wholes.sum()), (int(wholes.sum()), len(wholes))
    if len(wholes) < 2:
        return Share(value, None, None, *counts)

    if value in (0.0, 1.0):
        exact = binomtest(round(value * len(wholes)), len(wholes)).proportion_ci(LEVEL, "exact")
        return Share(value, float(exact.low), float(exact.high), *counts)

    def ratio(part: np.ndarray, whole: np.ndarray, axis: int = -1) -> np.ndarray:
        return part.sum(axis=axis) / whole.sum(axis=axis)

    found = bootstrap(
        (parts, wholes),
        ratio,
        n_resamples=resamples,
        paired=True,
        vectorized=True,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Share(value, float(found.low), float(found.high), *counts)
