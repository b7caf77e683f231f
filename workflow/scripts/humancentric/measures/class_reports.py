"""Precision, recall and F1 of every class, with its number of test samples. Zero cases are 0, as in scikit-learn."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from humancentric.labels import MULTI


def of_classes(
    truth: np.ndarray, probabilities: np.ndarray, task: str, threshold: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return precision, recall and F1 (n_classes each) of probabilities (n, n_classes)."""
    if task == MULTI:
        true, found = truth.astype(bool), probabilities > threshold
    else:
        classes = np.arange(probabilities.shape[1])
        true, found = truth[:, None] == classes, probabilities.argmax(axis=1)[:, None] == classes
    both, relevant, predicted = ((part).sum(axis=0, dtype=np.int64) for part in (true & found, true, found))
    return (
        both / np.maximum(predicted, 1),
        both / np.maximum(relevant, 1),
        2 * both / np.maximum(relevant + predicted, 1),
    )


def support(truth: np.ndarray, classes: int, task: str) -> np.ndarray:
    """Return the number of samples of each class (n_classes)."""
    return truth.sum(axis=0, dtype=np.int64) if task == MULTI else np.bincount(truth, minlength=classes)


def report(
    truth: np.ndarray,
    answers: Mapping[int, np.ndarray],
    classes: Sequence[str],
    task: str,
    threshold: float,
) -> list[dict[str, Any]]:
    """Return one row a class: name, support, and precision, recall and F1 of every seed in the order of `answers`."""
    if not len(truth) or not answers:
        return []
    values = np.array([of_classes(truth, block, task, threshold) for block in answers.values()]).round(6)
    counts = support(truth, len(classes), task)
    return [
        {
            "class": name,
            "support": int(counts[number]),
            **{key: values[:, row, number].tolist() for row, key in enumerate(("precision", "recall", "f1"))},
        }
        for number, name in enumerate(classes)
    ]
