"""Compute metrics as fractions from 0 to 1, with names and zero cases as in scikit-learn (zero_division=0).

Regression has correlations, R2 and the mean absolute error instead. The module also has the decision threshold that
maximises samples-F1 on validation, precision, recall and F1 by class, and per-sample scores whose mean is Spearman's
correlation.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from humancentric.dataset.labels import MULTI, REGRESSION, SINGLE
from humancentric.evaluation import calibration

HEADLINES = {SINGLE: "accuracy", MULTI: "f1_samples", REGRESSION: "spearman"}
OF_NUMBERS = ("spearman", "pearson", "r2", "mae")
WEIGHTED = tuple(f"{name}_weighted" for name in OF_NUMBERS)
METRICS = (
    *("accuracy", "f1_samples", "f1_macro", "f1_micro", "map"),
    *(*calibration.NAMES, *calibration.SCALED, *OF_NUMBERS, *WEIGHTED),
)


def accuracy(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Return the share of equal entries of two (n,) vectors; 0 without samples."""
    return float(np.mean(truth == predicted)) if len(truth) else 0.0


def f1(truth: np.ndarray, predicted: np.ndarray, axis: int | None) -> np.ndarray:
    """Return F1 = 2 TP / (positives + predicted positives) of 0/1 matrices, summed along `axis` first.

    Axis 1 gives one value per sample, 0 one per class, None a single one. It is 0 without true or predicted positives.
    scikit-learn has no F1 by sample, and its mean over 37,838 samples with 18 classes takes 240 ms; this takes 13 ms.
    """
    true, found = np.asarray(truth, bool), np.asarray(predicted, bool)
    true_positives = (true & found).sum(axis=axis, dtype=np.int64)
    total = true.sum(axis=axis, dtype=np.int64) + found.sum(axis=axis, dtype=np.int64)
    return 2 * true_positives / np.maximum(total, 1)


def average_precision(truth: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return the average precision per class of scores (n, n_classes); NaN for a class without positives.

    It is the sum over the distinct scores, from the highest, of the gain in recall times the precision there, as in
    scikit-learn, whose import takes 1.7 s of the 6 s of a probe in the default study.
    """
    found = np.full(truth.shape[1], np.nan)
    for column in np.flatnonzero(truth.any(axis=0)):
        order = np.argsort(-scores[:, column], kind="stable")
        ranked = scores[order, column]
        last = np.append(
            np.flatnonzero(np.diff(ranked)), len(ranked) - 1
        )  # position of the last sample with each score
        hits = truth[order, column].cumsum(dtype=np.int64)[last]
        found[column] = np.sum(np.diff(hits, prepend=0) / hits[-1] * (hits / (last + 1)))
    return found


def single_label(truth: np.ndarray, probabilities: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Return accuracy and macro-F1 (over all classes) of class indices (n,) against probabilities (n, n_classes).

    The prediction is the most probable class, the first one in a tie; `threshold` is ignored.
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


def regression(truth: np.ndarray, predicted: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Return Spearman's and Pearson's correlation, R2 and MAE of true values and weights (n, 2) and predictions (n, 1).

    If weights differ, there are also ``*_weighted`` metrics, where Spearman's is the weighted Pearson correlation of
    ranks. Correlations with constant values, and R2 of constant true values, are 0. MAE has the unit of the target.
    """
    from sklearn.metrics import mean_absolute_error, r2_score

    values, weights, predictions = truth[:, 0], truth[:, 1], predicted[:, 0].astype(np.float64)
    ranks = mid_ranks(values), mid_ranks(predictions)
    varies = np.ptp(values) > 0
    found: dict[str, float] = {}
    for names, chosen in ((OF_NUMBERS, None), (WEIGHTED, weights if np.ptp(weights) > 0 else None)):
        if names is WEIGHTED and chosen is None:
            continue
        measured = (
            pearson(*ranks, chosen),
            pearson(values, predictions, chosen),
            float(r2_score(values, predictions, sample_weight=chosen)) if varies else 0.0,
            float(mean_absolute_error(values, predictions, sample_weight=chosen)),
        )
        found |= dict(zip(names, measured, strict=True))
    return found


KINDS = {SINGLE: single_label, MULTI: multi_label, REGRESSION: regression}


def evaluate(
    truth: np.ndarray, probabilities: np.ndarray, task: str, threshold: float = 0.5
) -> dict[str, float]:
    """Return all metrics of a task by name; `truth` is encoded by `labels.encode` and has at least one sample."""
    return KINDS[task](truth, probabilities, threshold)


DEFAULT = 0.5


def best(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the decision threshold with the best samples-F1; 0.5 if no threshold gives a score above 0.

    `truth` is a 0/1 matrix, `probabilities` (n, n_classes; float32). The search over thresholds is exhaustive; the
    result is the midpoint between the lowest probability that is predicted and the next lower one.
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    hits = np.take_along_axis(truth, order, axis=1).cumsum(axis=1)
    values = np.take_along_axis(probabilities, order, axis=1)
    sizes = truth.sum(axis=1, dtype=np.int64)[:, None] + np.arange(1, truth.shape[1] + 1)
    # The gain in a sample's F1 from its next most probable label, in the order in which a falling threshold adds them.
    gains = np.diff(2 * hits / sizes, axis=1, prepend=0).ravel()
    falling = np.argsort(-values.ravel(), kind="stable")
    values, score = values.ravel()[falling], gains[falling].cumsum()
    last = np.append(values[1:] != values[:-1], True)  # equal probabilities are predicted together
    values, score = (
        values[last],
        np.where(values > 0, score, 0)[last],
    )  # a probability of 0 is never above a threshold
    chosen = int(score.argmax())
    if score[chosen] <= 0:
        return DEFAULT
    upper, lower = values[chosen], np.append(values, np.float32(0))[chosen + 1]
    middle = (upper + lower) / 2
    return float(middle if middle < upper else lower)


def of_classes(
    truth: np.ndarray, probabilities: np.ndarray, task: str, threshold: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return precision, recall and F1 (n_classes each) of probabilities (n, n_classes)."""
    if task == MULTI:
        true, found = truth.astype(bool), probabilities > threshold
    else:
        classes = np.arange(probabilities.shape[1])
        true, found = truth[:, None] == classes, probabilities.argmax(axis=1)[:, None] == classes
    true_positives = (true & found).sum(axis=0, dtype=np.int64)
    precision, recall = (
        true_positives / np.maximum(part.sum(axis=0, dtype=np.int64), 1) for part in (found, true)
    )
    return precision, recall, f1(true, found, axis=0)


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
    """Return one row per class: name, support, and precision, recall and F1 of every seed in the order of `answers`.

    The result is empty for regression, which has no classes.
    """
    if not len(truth) or not answers or task == REGRESSION:
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


def mid_ranks(values: np.ndarray) -> np.ndarray:
    """Return the mid-distribution function (n; 0 to 1) of numbers: (below + half of the equal ones) / n."""
    ordered = np.sort(values)
    return (ordered.searchsorted(values, "left") + ordered.searchsorted(values, "right")) / (2 * len(values))


def pearson(one: np.ndarray, other: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return Pearson's correlation of numbers (n), 0 if either side is constant; `weights` (n) weigh the samples.

    `scipy.stats.pearsonr` has no weights.
    """
    if not len(one) or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    (first, both), (_, second) = np.cov(one, other, aweights=weights, ddof=0)
    return float(both / np.sqrt(first * second)) if first > 0 and second > 0 else 0.0


def _sums_of_not_below(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return, for every value (n), the sum of `weights` of larger values and half of equal ones, divided by n."""
    ordered = np.argsort(values, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(weights[ordered])])
    left, right = (values[ordered].searchsorted(values, side) for side in ("left", "right"))
    return (sums[-1] - (sums[left] + sums[right]) / 2) / len(values)


def _influence_of_product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the influence of every sample (n) on the mean product of the mid-ranks of two vectors (n)."""
    first, second = mid_ranks(left), mid_ranks(right)
    product = first * second
    found = product + _sums_of_not_below(left, second) + _sums_of_not_below(right, first)
    return found - 3 * product.mean()


def spearman_scores(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return one score per sample (n) whose mean is Spearman's correlation of numbers (n), with mean ranks for ties.

    A correlation r is not a mean over samples, but its first-order expansion is one. With the influence function I
    of r, the mean of r + I(sample) is r, and the variance of that mean is the delta method's variance of r
    (infinitesimal jackknife; Efron 1982, *The Jackknife, the Bootstrap and Other Resampling Plans*, chapter 6). So
    r + I(sample) is resampled like any other score: in pairs, by clusters, and crossed with seeds. The scores are 0 if
    either side is constant.
    """
    if not len(one) or np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.zeros(len(one))
    first, second = mid_ranks(one), mid_ranks(other)
    value, spread = pearson(first, second), np.sqrt(first.var() * second.var())
    influence = _influence_of_product(one, other) / spread
    for numbers, ranks in ((one, first), (other, second)):
        influence -= value / 2 * _influence_of_product(numbers, numbers) / ranks.var()
    return value + influence
