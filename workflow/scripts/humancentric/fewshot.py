"""Few-shot: a sample is what its nearest prototype is, with a handful of prototypes per class."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from humancentric import feature_names, features, labels, metrics, prototypes
from humancentric.errors import UserError, nearest

log = logging.getLogger("humancentric")


def _accuracy(truth: np.ndarray, predicted: np.ndarray) -> float:
    return metrics.accuracy(truth, predicted)


def _samples_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    return float(metrics.f1(truth, predicted, axis=1).mean())


KINDS = {labels.SINGLE: _accuracy, labels.MULTI: _samples_f1}


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
) -> tuple[list[dict[str, Any]], dict[str, dict[str, int]]]:
    """Return the metric of every (shots, repeat), and the classes that have fewer samples than shots, with how many.

    Features are (n, width) with samples in order of id, targets as `labels.encode` makes them. With several labels the
    prediction is the whole label set of the nearest prototype.
    """
    has = (
        train_targets[:, None] == np.arange(len(classes))
        if task == labels.SINGLE
        else train_targets.astype(bool)
    )
    members = [np.flatnonzero(column) for column in has.T]
    short = {
        str(count): few
        for count in shots
        if (
            few := {name: len(rows) for name, rows in zip(classes, members, strict=True) if len(rows) < count}
        )
    }
    if not len(train) or not len(test):
        log.warning("%d training and %d test samples: no runs", len(train), len(test))
        return [], short
    prepare = prototypes.KINDS[distance][0]
    train, test = prepare(train), prepare(test)
    name = metrics.HEADLINES[task]
    runs = []
    for count in shots:
        for repeat in range(repeats):
            rows = prototypes.draw(members, classes, count, repeat, seed)
            found = rows[prototypes.nearest(test, train[rows], distance)]
            value = KINDS[task](test_targets, train_targets[found])
            runs.append({"shots": count, "repeat": repeat, name: value})
    return runs, short


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
) -> dict[str, Any]:
    """Return the few-shot scores of one set of features, ready to be written as JSON."""
    if distance not in prototypes.KINDS:
        raise UserError(f"few-shot distance '{distance}' is unknown{nearest(distance, prototypes.KINDS)}")
    names = [part.name for part in feature_names.parse(features_name)]
    splits = labels.read(samples_path)
    train, test = splits["train"], splits["test"]
    classes = labels.classes_of(train, test)
    runs, short = episodes(
        features.load(train_paths, names, train.ids)[0],
        features.load(test_paths, names, test.ids)[0],
        labels.encode(train, classes, task),
        labels.encode(test, classes, task),
        classes,
        task=task, shots=shots, repeats=repeats, seed=seed, distance=distance,
    )  # fmt: skip
    for count, few in short.items():
        log.warning(
            "%s shots: %s", count, ", ".join(f"{name} has only {found}" for name, found in few.items())
        )
    return {
        "dataset": dataset,
        "features": features_name,
        "metric": metrics.HEADLINES[task],
        "distance": distance,
        "seed": seed,
        "classes": len(classes),
        "runs": runs,
        "short_classes": short,
    }
