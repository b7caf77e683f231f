"""Few-shot: classify each sample by its nearest prototype, with a few prototypes per class, or by another method.

The other methods (`fewshot_classifiers`) use the same draws: means of a class's prototypes, or a linear probe on them.
Both metrics, accuracy and samples-F1, are means over test samples, so intervals need only the scores of the samples.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core.errors import UserError, nearest
from humancentric.dataset import labels
from humancentric.embedding import feature_vectors, neighbours
from humancentric.evaluation import metrics
from humancentric.probing import fewshot_classifiers, prototypes
from humancentric.study.study import PROTOTYPE

log = logging.getLogger("humancentric")


def _correct(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    return truth == predicted


def _f1(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    return metrics.f1(truth, predicted, axis=1)


KINDS = {labels.SINGLE: _correct, labels.MULTI: _f1}  # (truth, predicted) -> score of every sample (n)


@dataclass(frozen=True)
class Episodes:
    """The results of all draws of prototypes: every metric is the mean of `scores` over the test samples."""

    runs: list[dict[str, Any]]  # one per (shots, repeat), with the metric
    scores: np.ndarray  # (n, repeats, shots), float32
    prototypes: list[dict[str, list[int]]]  # per repeat: the rows of each class, in the order drawn
    short: dict[str, dict[str, int]]  # {shots: {class: samples}} of classes with fewer samples than shots


def members_of(targets: np.ndarray, classes: Sequence[str], task: str) -> list[np.ndarray]:
    """Return the rows of each class's samples; `targets` come from `labels.encode`."""
    has = targets[:, None] == np.arange(len(classes)) if task == labels.SINGLE else targets.astype(bool)
    return [np.flatnonzero(column) for column in has.T]


def short_classes(
    members: Sequence[np.ndarray], classes: Sequence[str], shots: Sequence[int]
) -> dict[str, dict[str, int]]:
    """Return ``{shots: {class: samples it has}}`` for the classes that have fewer samples than shots."""
    found = {
        count: {name: len(rows) for name, rows in zip(classes, members, strict=True) if len(rows) < count}
        for count in shots
    }
    return {str(count): few for count, few in found.items() if few}


def rows_needed(
    members: Sequence[np.ndarray], classes: Sequence[str], shots: Sequence[int], repeats: int, seed: int
) -> np.ndarray:
    """Return the training rows, ascending, that are prototypes in any draw: only these need vectors."""
    draws = (prototypes.draw(members, classes, max(shots), repeat, seed) for repeat in range(repeats))
    return np.unique(np.concatenate([np.empty(0, np.int64), *draws]))


def episodes(
    train: np.ndarray,
    test: np.ndarray,
    train_targets: np.ndarray,
    test_targets: np.ndarray,
    classes: Sequence[str],
    *,
    task: str,
    shots: Sequence[int],
    repeats: int,
    seed: int,
    distance: str = "cosine",
    method: str = PROTOTYPE,
    rows: np.ndarray | None = None,
) -> Episodes:
    """Classify the test samples by every draw of prototypes and every number of shots.

    Features are (n, width) with samples in order of id, and targets come from `labels.encode`. With several labels the
    prediction is the whole label set of the nearest prototype. Without training or test samples there are no runs.
    `train` may hold only the vectors of the training samples that are ever drawn; `rows` are then their row numbers,
    ascending. A run of a linear probe has its ``C``.
    """
    members = members_of(train_targets, classes, task)
    short = short_classes(members, classes, shots)
    if not any(map(len, members)) or not len(test):
        log.warning("%d training and %d test samples; nothing is scored", len(train), len(test))
        return Episodes([], np.empty((0, repeats, len(shots)), np.float32), [], short)
    known = np.arange(len(train_targets)) if rows is None else rows
    classify = _by_prototypes(train, test, known, train_targets, distance)
    if method != PROTOTYPE:
        classify = _by_class(train, test, known, train_targets, task, distance == "cosine", method)
    scores = np.empty((len(test), repeats, len(shots)), np.float32)
    runs, draws = [], []
    for repeat in range(repeats):
        order = prototypes.class_permutations(members, classes, repeat, seed)
        draws.append({name: own[: max(shots)].tolist() for name, own in zip(classes, order, strict=True)})
        for column, (count, (predicted, strength)) in enumerate(
            zip(shots, classify(order, shots), strict=True)
        ):
            values = KINDS[task](test_targets, predicted)
            scores[:, repeat, column] = values
            run = {"shots": count, "repeat": repeat, metrics.HEADLINES[task]: float(values.mean())}
            runs.append(run if strength is None else {**run, "C": strength})
    return Episodes(sorted(runs, key=lambda run: (run["shots"], run["repeat"])), scores, draws, short)


Orders = Sequence[np.ndarray]  # by class, the rows in the order drawn
Predict = Callable[[Orders, Sequence[int]], Iterable[tuple[np.ndarray, float | None]]]


def _by_prototypes(
    train: np.ndarray, test: np.ndarray, known: np.ndarray, targets: np.ndarray, distance: str
) -> Predict:
    space = neighbours.Space(test, train, distance)

    def predict(order: Orders, shots: Sequence[int]) -> Iterable[tuple[np.ndarray, None]]:
        sets = [np.searchsorted(known, prototypes.first_k(order, count)) for count in shots]
        return ((targets[known[prototype]], None) for prototype in space.nearest(sets))

    return predict


def _by_class(
    train: np.ndarray,
    test: np.ndarray,
    known: np.ndarray,
    targets: np.ndarray,
    task: str,
    unit: bool,
    method: str,
) -> Predict:
    if unit:
        train, test = feature_vectors.l2_normalize(train), feature_vectors.l2_normalize(test)
    classifier = fewshot_classifiers.CLASSIFIERS[method]
    extra = fewshot_classifiers.EXTRA.get(method, 0)

    def predict(order: Orders, shots: Sequence[int]) -> Iterable[tuple[np.ndarray, float | None]]:
        positions = [np.searchsorted(known, rows[: max(shots) + extra]) for rows in order]
        draw = fewshot_classifiers.Draw(train, targets[known], positions, task, unit)
        return classifier(draw, shots, test)

    return predict


def score(
    samples_path: str | Path,
    train_paths: Sequence[str | Path],
    test_paths: Sequence[str | Path],
    *,
    dataset: str,
    features_name: str,
    task: str,
    shots: Sequence[int],
    repeats: int,
    seed: int,
    distance: str = "cosine",
    method: str = PROTOTYPE,
) -> tuple[dict[str, Any], list[str], np.ndarray]:
    """Return the few-shot results of one set of features as JSON, the ids of the test samples and their scores.

    ``prototypes`` holds, per repeat, the ids of each class in the order of the draw: N shots are the first N. The
    scores (n, repeats, shots) are those of `Episodes`.
    """
    if distance not in neighbours.KINDS:
        raise UserError(f"few-shot distance '{distance}' is unknown{nearest(distance, neighbours.KINDS)}")
    names = [part.name for part in feature_vectors.parse(features_name)]
    splits = labels.read(samples_path)
    train, test = splits["train"], splits["test"]
    classes = labels.classes_of(train, test)
    targets = labels.encode(train, classes, task)
    reach = max(shots) + fewshot_classifiers.EXTRA.get(method, 0)
    rows = rows_needed(members_of(targets, classes, task), classes, [reach], repeats, seed)
    found = episodes(
        feature_vectors.load(train_paths, names, train.ids, rows)[0],
        feature_vectors.load(test_paths, names, test.ids)[0],
        targets,
        labels.encode(test, classes, task),
        classes,
        task=task, shots=shots, repeats=repeats, seed=seed, distance=distance,
        method=method, rows=rows,
    )  # fmt: skip
    for count, few in found.short.items():
        counts = ", ".join(f"{name} has only {number}" for name, number in few.items())
        log.warning("%s shots: %s", count, counts)
    results = {
        "dataset": dataset,
        "features": features_name,
        **({} if method == PROTOTYPE else {"protocol": method}),
        "metric": metrics.HEADLINES[task],
        "distance": distance,
        "seed": seed,
        "classes": len(classes),
        "runs": found.runs,
        "short_classes": found.short,
        "prototypes": [
            {name: [train.ids[row] for row in rows] for name, rows in draw.items()}
            for draw in found.prototypes
        ],
    }
    return results, test.ids if found.runs else [], found.scores
