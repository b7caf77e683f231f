"""How good predictions are, as fractions from 0 to 1. Names and zero cases as in scikit-learn with zero_division=0."""

import numpy as np

from humancentric.labels import MULTI, SINGLE
from humancentric.measures import calibration

HEADLINES = {SINGLE: "accuracy", MULTI: "f1_samples"}
METRICS = ("accuracy", "f1_samples", "f1_macro", "f1_micro", "map", *calibration.NAMES, *calibration.SCALED)


def accuracy(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Return the share of equal entries of two (n,) vectors; 0 without samples."""
    return float(np.mean(truth == predicted)) if len(truth) else 0.0


def f1(truth: np.ndarray, predicted: np.ndarray, axis: int | None) -> np.ndarray:
    """Return F1 = 2 TP / (positives + predicted positives) of 0/1 matrices, summed along `axis` first.

    Axis 1 gives one value per sample, 0 per class, None a single one. Without positives on either side it is 0.
    """
    true, found = np.asarray(truth, bool), np.asarray(predicted, bool)
    both = (true & found).sum(axis=axis, dtype=np.int64)
    total = true.sum(axis=axis, dtype=np.int64) + found.sum(axis=axis, dtype=np.int64)
    return 2 * both / np.maximum(total, 1)


def average_precision(truth: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return the average precision per class (n_classes) of scores (n, n_classes); NaN for a class without positives.

    Equal scores share one threshold, hence one precision: that of the last of them.
    """
    samples = len(truth)
    order = np.argsort(-scores, axis=0, kind="stable")
    hits = np.take_along_axis(np.asarray(truth, bool), order, axis=0)
    ranked = np.take_along_axis(scores, order, axis=0)
    precision = np.cumsum(hits, axis=0) / np.arange(1, samples + 1)[:, None]
    last = np.where(
        np.vstack([ranked[1:] != ranked[:-1], np.ones_like(hits[:1])]), np.arange(samples)[:, None], samples
    )
    last = np.minimum.accumulate(last[::-1], axis=0)[::-1]
    summed = (hits * np.take_along_axis(precision, last, axis=0)).sum(axis=0)
    positives = hits.sum(axis=0)
    return np.where(positives > 0, summed / np.maximum(positives, 1), np.nan)


def single_label(truth: np.ndarray, probabilities: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Return accuracy and macro-F1 (over all classes) of class indices (n,) against probabilities (n, n_classes).

    The prediction is the most probable class, the first of several; `threshold` plays no part.
    """
    classes = np.arange(probabilities.shape[1])
    predicted = probabilities.argmax(axis=1)
    return {
        "accuracy": accuracy(truth, predicted),
        "f1_macro": float(f1(truth[:, None] == classes, predicted[:, None] == classes, axis=0).mean()),
    }


def multi_label(truth: np.ndarray, probabilities: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Return samples-, macro- and micro-F1 and mAP of a 0/1 matrix against probabilities, both (n, n_classes).

    A class is predicted where its probability is above `threshold`. mAP is the mean over classes with positives, 0 if
    there are none.
    """
    predicted = probabilities > threshold
    precisions = average_precision(truth, probabilities)
    known = ~np.isnan(precisions)
    return {
        "f1_samples": float(f1(truth, predicted, axis=1).mean()),
        "f1_macro": float(f1(truth, predicted, axis=0).mean()),
        "f1_micro": float(f1(truth, predicted, axis=None)),
        "map": float(precisions[known].mean()) if known.any() else 0.0,
    }


KINDS = {SINGLE: single_label, MULTI: multi_label}


def evaluate(
    truth: np.ndarray, probabilities: np.ndarray, task: str, threshold: float = 0.5
) -> dict[str, float]:
    """Return all metrics of a task by name; `truth` as `labels.encode` makes it, at least one sample."""
    return KINDS[task](truth, probabilities, threshold)
