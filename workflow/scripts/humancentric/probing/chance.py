"""Chance level: the scores of baselines that see only the labels.

Baselines with random predictions are given as exact expectations of the headline metric. The best of several baselines
is then the one with the highest expectation; the maximum over a few random draws would be too high.

Few-shot has its own chance level: with shuffled labels of the prototypes, every test sample is equally likely to get
the label of any prototype, whatever the features.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core.errors import UserError, nearest
from humancentric.dataset import labels
from humancentric.evaluation import metrics
from humancentric.probing import fewshot, prototypes

log = logging.getLogger("humancentric")

Run = dict[str, Any]


def single_label(train: np.ndarray, test: np.ndarray, classes: int) -> list[Run]:
    """Return the baselines of class indices (n,): majority class, uniform class, class by training frequency."""
    majority = np.broadcast_to(np.eye(classes)[np.bincount(train).argmax()], (len(test), classes))
    return [
        {"baseline": "majority", **metrics.single_label(test, majority)},
        {"baseline": "uniform", "accuracy": 1 / classes},
        {"baseline": "label-prior", "accuracy": expected_accuracy(test, train)},
    ]


def expected_accuracy(test: np.ndarray, answers: np.ndarray) -> float:
    """Return the expected accuracy if every test sample (n) gets a random class of `answers` (m)."""
    shares = np.bincount(answers, minlength=max(test.max(), answers.max()) + 1) / len(answers)
    return float(shares[test].mean())


def expected_f1(test: np.ndarray, joint: np.ndarray) -> float:
    """Return the expected samples-F1 of random label sets that do not depend on the sample.

    `test` is a 0/1 matrix (n, n_classes), and `joint` (n_classes, n_classes + 1) the joint probability that a
    prediction contains a class and has a number of labels. F1 = 2 TP / (labels of the sample + labels of the
    prediction) is linear in the classes of predictions of one size.
    """
    sizes = test.sum(axis=1, dtype=np.int64)[:, None] + np.arange(joint.shape[1])
    return float((2 * (test @ joint) / np.maximum(sizes, 1)).sum(axis=1).mean())


def of_label_sets(answers: np.ndarray) -> np.ndarray:
    """Return the `joint` of `expected_f1` for a random one of the label sets `answers` (m, n_classes)."""
    sizes = answers.sum(axis=1, dtype=np.int64)
    by_size = (sizes[:, None] == np.arange(answers.shape[1] + 1)).astype(np.float64)
    return answers.T @ by_size / len(answers)


def of_independent_labels(frequencies: np.ndarray) -> np.ndarray:
    """Return the `joint` of `expected_f1` for labels drawn independently with their `frequencies` (n_classes)."""
    count = len(frequencies)
    # row by row, the distribution of the size of predictions that contain the class
    sizes = np.zeros((count, count + 1))
    sizes[:, 0] = 1
    for number, frequency in enumerate(frequencies):
        drawn = np.where(np.arange(count) == number, 1.0, frequency)[:, None]
        sizes = sizes * (1 - drawn) + np.pad(sizes[:, :-1], ((0, 0), (1, 0))) * drawn
    return frequencies[:, None] * sizes


def frequent(train: np.ndarray) -> np.ndarray:
    """Return the k most frequent labels (k class indices), with the k that is best as a constant by samples-F1.

    `train` is the 0/1 matrix (n, n_classes) of the training split; ties are in the order of classes.
    """
    order = np.argsort(-train.sum(axis=0, dtype=np.int64), kind="stable")
    hits = np.cumsum(train[:, order], axis=1, dtype=np.int64)
    sizes = train.sum(axis=1, dtype=np.int64)[:, None] + np.arange(1, train.shape[1] + 1)
    best = int((2 * hits / sizes).mean(axis=0).argmax())
    return order[: best + 1]


def multi_label(train: np.ndarray, test: np.ndarray, classes: int) -> list[Run]:
    """Return the baselines of 0/1 matrices (n, n_classes).

    They predict the k most frequent labels (k chosen on `train`), every label at random with its frequency, and the
    label set of a random training sample.
    """
    chosen = frequent(train)
    constant = np.broadcast_to(np.isin(np.arange(classes), chosen).astype(np.float64), test.shape)
    prior, sets = of_independent_labels(train.mean(axis=0)), of_label_sets(train)
    return [
        {"baseline": "top-k", "k": len(chosen), **metrics.multi_label(test, constant)},
        {"baseline": "label-prior", "f1_samples": expected_f1(test, prior)},
        {"baseline": "shuffled", "f1_samples": expected_f1(test, sets)},
    ]


def regression(train: np.ndarray, test: np.ndarray, classes: int) -> list[Run]:
    """Return the baselines of numbers and weights (n, 2): the mean and the median of the training numbers."""
    constants = {"mean": train[:, 0].mean(), "median": np.median(train[:, 0])}
    return [
        {"baseline": name, **metrics.regression(test, np.full((len(test), 1), value))}
        for name, value in constants.items()
    ]


KINDS = {labels.SINGLE: single_label, labels.MULTI: multi_label, labels.REGRESSION: regression}


def baselines(train: labels.Samples, test: labels.Samples, classes: Sequence[str], task: str) -> list[Run]:
    """Return the baselines of a task as runs on the test split; an empty list if a split is empty."""
    if task not in KINDS:
        raise UserError(f"task '{task}' is unknown{nearest(task, KINDS)}")
    if not len(train) or not len(test):
        log.warning("%d training and %d test samples: no baselines", len(train), len(test))
        return []
    runs = KINDS[task](labels.encode(train, classes, task), labels.encode(test, classes, task), len(classes))
    return [{**run, "split": "test"} for run in runs]


def _expected_f1_of_sets(test: np.ndarray, answers: np.ndarray) -> float:
    return expected_f1(test, of_label_sets(answers))


def few_shot(
    train: labels.Samples,
    test: labels.Samples,
    classes: Sequence[str],
    task: str,
    shots: Sequence[int],
    repeats: int,
    seed: int,
) -> list[Run]:
    """Return the expected scores of prototypes with shuffled labels, for every draw of the few-shot experiment.

    Over all shuffles, each test sample is equally likely to get the label of any prototype. The list is empty if a
    split is empty. ``short`` is the number of classes with fewer samples than shots, all of which are used.
    """
    if not len(train) or not len(test) or not shots:
        return []
    truth, known = labels.encode(test, classes, task), labels.encode(train, classes, task)
    members = fewshot.members_of(known, classes, task)
    expected = expected_accuracy if task == labels.SINGLE else _expected_f1_of_sets
    orders = [prototypes.class_permutations(members, classes, repeat, seed) for repeat in range(repeats)]
    return [
        {
            "baseline": "shuffled-prototypes",
            "shots": count,
            "repeat": repeat,
            "split": "test",
            "short": sum(len(rows) < count for rows in members),
            metrics.HEADLINES[task]: expected(truth, known[prototypes.first_k(order, count)]),
        }
        for count in shots
        for repeat, order in enumerate(orders)
    ]


def score(
    samples_path: str | Path,
    *,
    dataset: str,
    task: str,
    train_samples_path: str | Path | None = None,
    shots: Sequence[int] = (),
    repeats: int = 0,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the chance scores of a dataset, ready to be written as JSON; with `shots`, also those of few-shot.

    With `train_samples_path`, frequencies and classes are those of that dataset's training split, as for heads that
    are applied to a control dataset.
    """
    splits = labels.read(samples_path)
    train, test = splits["train"], splits["test"]
    if train_samples_path is None:
        classes = labels.classes_of(train, test, task)
    else:
        parent = labels.read(train_samples_path)
        train, classes = parent["train"], labels.classes_of(parent["train"], parent["test"], task)
        test = labels.restrict(test, classes)[0]
        seen = set(train.ids)
        test = labels.select(test, [sample not in seen for sample in test.ids])
    return {
        "dataset": dataset,
        "metric": metrics.HEADLINES[task],
        "classes": len(classes),
        "samples": {"train": len(train), "test": len(test)},
        "runs": [
            *baselines(train, test, classes, task),
            *few_shot(train, test, classes, task, shots, repeats, seed),
        ],
    }
