"""Few-shot classifiers with a score per class: nearest class mean, or logistic regression on the shots of all classes.

With one label, the prediction is the class with the highest score. With several labels, it is the k classes with the
highest scores, where k is the mean number of labels of the shots, rounded half up, at least 1; the shots of a class are
samples with its label, whatever other labels they have.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from humancentric.dataset.labels import MULTI, SINGLE
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.evaluation import metrics
from humancentric.probing import prototypes

VALIDATION = 4  # samples per class at most, and no more than shots, as in CoOp (arXiv 2109.01134)
# candidates for C, for features whose mean squared distance from their mean is 1
STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Draw:
    """One draw of shots: rows of `train` by class, in the order drawn, and the targets of all rows of `train`."""

    train: np.ndarray  # (m, width)
    targets: np.ndarray  # class indices (m) or a 0/1 matrix (m, n_classes)
    orders: Sequence[np.ndarray]  # by class
    task: str
    unit: bool  # whether vectors have length one and angles are compared

    def labels_each(self, rows: np.ndarray) -> int:
        """Return the number of classes to predict per sample, from the labels of some rows."""
        return 1 if self.task == SINGLE else max(1, int(np.floor(self.targets[rows].sum() / len(rows) + 0.5)))

    def predicted(self, scores: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return class indices (n), or the 0/1 matrix of the k best classes (n, n_classes), for scores of classes."""
        if self.task == SINGLE:
            return scores.argmax(axis=1)
        chosen = np.zeros(scores.shape, np.uint8)
        best = np.argsort(-scores, axis=1, kind="stable")[:, : self.labels_each(rows)]
        np.put_along_axis(chosen, best, 1, axis=1)
        return chosen


def class_means(
    draw: Draw, shots: Sequence[int], test: np.ndarray
) -> Iterator[tuple[np.ndarray, float | None]]:
    """Yield the classes predicted for `test` (n, width) by nearest class means, for every number of shots.

    For unit vectors the nearest mean has the largest cosine (Classifier-Baseline of Chen et al. 2021), for others the
    smallest distance, as in scikit-learn's `NearestCentroid`. A class without shots is never predicted.
    """
    for count in shots:
        found = [rows[:count] for rows in draw.orders]
        means = np.stack([draw.train[rows].mean(axis=0) if len(rows) else draw.train[0] for rows in found])
        means = l2_normalize(means) if draw.unit else means
        scores = test @ means.T - (0 if draw.unit else np.square(means).sum(axis=1) / 2)
        scores[:, [not len(rows) for rows in found]] = -np.inf
        yield draw.predicted(scores, prototypes.first_k(draw.orders, count)), None


def logistic(draw: Draw, shots: Sequence[int], test: np.ndarray) -> Iterator[tuple[np.ndarray, float | None]]:
    """Yield the classes predicted for `test` (n, width) by logistic regression, and C, for every number of shots.

    C is the smallest of `STRENGTHS` with the best headline metric on up to `VALIDATION` samples per class that follow
    the shots in the draw and are not shots of any class; without such samples it is 1. With several labels there is
    one regression per label.
    """
    all_shots = prototypes.first_k(draw.orders, max(shots))
    for count in shots:
        rows = prototypes.first_k(draw.orders, count)
        following = [order[max(shots) : max(shots) + min(count, VALIDATION)] for order in draw.orders]
        held = np.setdiff1d(np.concatenate(following), all_shots)
        centre = draw.train[rows].mean(axis=0, dtype=np.float64)
        spread = float(np.sqrt(np.square(draw.train[rows] - centre).sum(axis=1).mean())) or 1.0
        inputs, validation = ((draw.train[some] - centre) / spread for some in (rows, held))
        best: tuple[float, float, Callable[[np.ndarray], np.ndarray]] | None = None
        for strength in STRENGTHS if len(held) else (1.0,):
            scores = _regression(inputs, draw, rows, strength)
            value = (
                _headline(draw.targets[held], draw.predicted(scores(validation), rows), draw.task)
                if len(held)
                else 0.0
            )
            if best is None or value > best[0]:
                best = value, strength, scores
        assert best is not None
        yield draw.predicted(best[2]((test - centre) / spread), rows), best[1]


def _headline(truth: np.ndarray, predicted: np.ndarray, task: str) -> float:
    if task == SINGLE:
        return metrics.accuracy(truth, predicted)
    return float(metrics.f1(truth, predicted, axis=1).mean())


def _regression(
    inputs: np.ndarray, draw: Draw, rows: np.ndarray, strength: float
) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function from features (n, width) to probabilities (n, n_classes), 0 for unseen classes."""
    # Prototypes and class means need no scikit-learn, which takes two seconds to import.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    targets, classes = draw.targets[rows], len(draw.orders)
    present = np.unique(targets) if draw.task == SINGLE else np.arange(classes)
    if len(present) == 1 and draw.task == SINGLE:
        return lambda features: np.tile(np.eye(classes)[present[0]], (len(features), 1))
    model = LogisticRegression(C=strength, max_iter=500)
    if draw.task == MULTI:
        model = OneVsRestClassifier(model)
    with warnings.catch_warnings():
        # separable classes need not converge further; a label that all shots or none have is constant
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UserWarning)
        model.fit(inputs, targets)

    def scores(features: np.ndarray) -> np.ndarray:
        found = np.zeros((len(features), classes))
        found[:, present] = model.predict_proba(features) if len(features) else 0
        return found

    return scores


Classify = Callable[[Draw, Sequence[int], np.ndarray], Iterator[tuple[np.ndarray, float | None]]]
CLASSIFIERS: dict[str, Classify] = {"class-mean": class_means, "linear": logistic}
EXTRA = {"linear": VALIDATION}  # further samples drawn per class
