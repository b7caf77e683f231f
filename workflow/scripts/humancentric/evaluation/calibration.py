"""Calibration metrics (ECE, Brier score, NLL) and temperature scaling.

Temperature scaling divides all logits by one number (Guo et al. 2017, arXiv 1706.04599).
"""

from collections.abc import Callable

import numpy as np

from humancentric.dataset.labels import MULTI, REGRESSION, SINGLE

BINS = 15
NAMES = ("ece", "brier", "nll")
SCALED = tuple(f"{name}_scaled" for name in NAMES)  # the same after temperature scaling
LIMITS = (0.05, 20.0)  # range of temperatures: without any error on a few samples the optimum would be 0
EPSILON = float(np.finfo(np.float32).eps)  # probabilities are float32: none is closer to 0 or 1


def expected_calibration_error(confidence: np.ndarray, hits: np.ndarray) -> float:
    """Return the expected calibration error of confidences (n) in 15 bins of equal width; `hits` (n) are 0 or 1."""
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, confidence - hits, BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def single_label(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Return ECE of the most probable class, Brier score (summed over classes) and NLL of class indices (n)."""
    rows = np.arange(len(truth))
    squares = np.square(probabilities).sum(axis=1) - 2 * probabilities[rows, truth] + 1
    return {
        "ece": expected_calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == truth),
        "brier": float(squares.mean()),
        "nll": float(-np.log(np.clip(probabilities[rows, truth], EPSILON, 1)).mean()),
    }


def multi_label(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Return the means over labels of binary ECE, Brier score and NLL of a 0/1 matrix (n, n_classes)."""
    clipped = np.clip(probabilities, EPSILON, 1 - EPSILON)
    surprise = -np.log(np.where(truth, clipped, 1 - clipped))
    columns = zip(probabilities.T, truth.T, strict=True)
    return {
        "ece": float(np.mean([expected_calibration_error(confidence, hits) for confidence, hits in columns])),
        "brier": float(np.square(probabilities - truth).mean()),
        "nll": float(surprise.mean()),
    }


KINDS = {SINGLE: single_label, MULTI: multi_label}


def evaluate(
    truth: np.ndarray, probabilities: np.ndarray, task: str, temperature: float | None = None
) -> dict[str, float]:
    """Return ECE, Brier score and NLL of probabilities (n, n_classes), n > 0; also ``*_scaled`` with a temperature.

    The result is empty for regression.
    """
    if task == REGRESSION:
        return {}
    probabilities = probabilities.astype(np.float64)
    found = KINDS[task](truth, probabilities)
    if temperature is not None:
        scaled_metrics = KINDS[task](truth, scaled(probabilities, task, temperature))
        found |= {f"{name}_scaled": value for name, value in scaled_metrics.items()}
    return found


def _logits(probabilities: np.ndarray, task: str) -> np.ndarray:
    """Return the logits of probabilities; for single-label tasks up to a constant per sample."""
    clipped = np.clip(probabilities, EPSILON, 1 - EPSILON if task == MULTI else 1)
    return np.log(clipped) - (np.log1p(-clipped) if task == MULTI else 0)


def _probabilities(logits: np.ndarray, task: str) -> np.ndarray:
    if task == MULTI:
        return 1 / (1 + np.exp(-logits))
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def scaled(probabilities: np.ndarray, task: str, temperature: float) -> np.ndarray:
    """Return probabilities (n, n_classes) whose logits are divided by `temperature`."""
    return _probabilities(_logits(probabilities.astype(np.float64), task) / temperature, task)


def _root(slope: Callable[[float], float], low: float, high: float) -> float:
    """Return the zero of an increasing function between `low` and `high` (bisection), or the nearer end without one."""
    for _ in range(60):
        midpoint = (low * high) ** 0.5
        low, high = (midpoint, high) if slope(midpoint) < 0 else (low, midpoint)
    return (low * high) ** 0.5


def temperature(truth: np.ndarray, probabilities: np.ndarray, task: str) -> float | None:
    """Return the temperature that minimises the NLL on held-out samples; None without samples and for regression.

    The NLL is convex in 1 / temperature, so its derivative has one zero, which is searched for between 0.05 and 20.
    """
    if not len(truth) or task == REGRESSION:
        return None
    logits = _logits(probabilities.astype(np.float64), task)
    target = truth if task == MULTI else np.eye(logits.shape[1])[truth]
    inverse = _root(
        lambda factor: float(((_probabilities(factor * logits, task) - target) * logits).sum()),
        1 / LIMITS[1],
        1 / LIMITS[0],
    )
    return 1 / inverse
