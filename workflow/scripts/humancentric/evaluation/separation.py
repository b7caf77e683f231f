"""Metrics of out-of-distribution detection: AUROC, and the false-positive rate at 95 % true positives (FPR95).

Known samples are the positives, and a higher score means known. Neither metric is a mean over samples, but both are the
mean of pseudo-values, whose deviations are the influence of each sample. `humancentric.evaluation.bootstrap` resamples
these values like scores, so intervals and claims are paired over samples.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import Estimate

ACCEPTED = 0.95  # share of known samples above the threshold
WINDOW = 0.025  # on either side of `ACCEPTED`, for the slope of the ROC curve


def auroc(known: np.ndarray, scores: np.ndarray) -> float:
    """Return the area under the ROC curve of scores (n); `known` (n, bool) contains both values."""
    # imported here because planning imports this module, and scikit-learn takes two seconds
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(known, scores))


def roc(known: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return false-positive rates, true-positive rates and thresholds of the ROC curve, by scikit-learn."""
    from sklearn.metrics import roc_curve

    return roc_curve(known, scores)


def false_positives(known: np.ndarray, scores: np.ndarray, accepted: float = ACCEPTED) -> float:
    """Return the false-positive rate at the highest threshold with a true-positive rate of at least `accepted`."""
    rates, true, _ = roc(known, scores)
    return float(rates[np.argmax(true >= accepted - 1e-12)])


def auroc_values(known: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return values (n) whose mean is the AUROC, and whose spread gives its variance by DeLong et al. (1988).

    The placement of a known sample is the share of unknown samples below it, that of an unknown sample the share of
    known samples above it; ties count half. The AUROC is the mean of either.
    """
    placements = np.empty(len(scores))
    for own, sign in ((known, 1), (~known, -1)):
        others = np.sort(sign * scores[~own])
        below, upto = (np.searchsorted(others, sign * scores[own], side) for side in ("left", "right"))
        placements[own] = (below + upto) / 2 / len(others)
    return _as_values(known, placements, float(placements[known].mean()))


def false_positive_values(known: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return values (n) whose mean is `false_positives`, and whose spread gives its variance.

    The influence of an unknown sample is whether it passes the threshold. The threshold is a quantile of the known
    samples, whose influence is that quantile's times the slope of the ROC curve between 92.5 and 97.5 % true positives.
    """
    rates, true, thresholds = roc(known, scores)
    position = int(np.argmax(true >= ACCEPTED - 1e-12))
    low, high = (
        false_positives(known, scores, level) for level in (ACCEPTED - WINDOW, min(1, ACCEPTED + WINDOW))
    )
    passes = (scores >= thresholds[position]).astype(float)
    influence = np.where(
        known, -(high - low) / (2 * WINDOW) * (passes - true[position]), passes - rates[position]
    )
    return _as_values(known, influence + rates[position], float(rates[position]))


def _as_values(known: np.ndarray, parts: np.ndarray, total: float) -> np.ndarray:
    """Return values (n) with the mean `total` from deviations of `parts`, weighted by n over the size of their side."""
    weights = np.where(known, len(known) / known.sum(), len(known) / (~known).sum())
    return total + (parts - total) * weights


VALUES = {"auroc": auroc_values, "fpr95": false_positive_values}


def estimates(
    name: str,
    known: np.ndarray,
    scores: Mapping[str, np.ndarray],
    clusters: Sequence[str],
    *,
    resamples: int = 2000,
    seed: int = 0,
) -> dict[str, dict[str, Estimate]]:
    """Return AUROC and FPR95 of every score (n), with the same resamples of clusters for all of them."""
    values = {(key, m): f(known, block)[:, None] for key, block in scores.items() for m, f in VALUES.items()}
    population = Population(name, values, clusters, resamples=resamples, seed=seed)
    return {key: {m: population.mean((key, m)) for m in VALUES} for key in scores}


def numbers(found: Mapping[str, Estimate], lowest: float = 0.0) -> dict[str, float]:
    """Return the estimates by name with their 95 % intervals, clipped to between `lowest` and 1."""
    rows: dict[str, float] = {}
    for name, estimate in found.items():
        ends = estimate.interval()
        low, high = max(lowest, ends.low), min(1.0, ends.high)
        rows |= {name: estimate.value, f"{name}_low": low, f"{name}_high": high}
    return rows
