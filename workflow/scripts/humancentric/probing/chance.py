"""Chance level: the scores of baselines that know the labels alone.

Baselines with random answers are given as exact expectations of the headline metric. The best of several baselines is
then the one with the highest expectation; the maximum over a few random draws would be too high.

Few-shot has a chance of its own: with the labels of its prototypes shuffled, every test sample is as likely to be
answered with one prototype as with another, whatever the features.
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
    """Return the baselines of class indices (n,): always the largest class, any class, a class by its frequency."""
    majority = np.broadcast_to(np.eye(classes)[np.bincount(train).argmax()], (len(test), classes))
    return [
        {"baseline": "majority", **metrics.single_label(test, majority)},
        {"baseline": "uniform", "accuracy": 1 / classes},
        {"baseline": "label-prior", "accuracy": expected_accuracy(test, train)},
    ]


def expected_accuracy(test: np.ndarray, answers: np.ndarray) -> float:
    """Return the expected accuracy if every test sample (n) is answered with a random one of `answers` (m)."""
    shares = np.bincount(answers, minlength=max(test.max(), answers.max()) + 1) / len(answers)
    return float(shares[test].mean())


def expected_f1(test: np.ndarray, joint: np.ndarray) -> float:
    """Return the expected samples-F1 of random label sets that do not depend on the sample.

    `test` is a 0/1 matrix (n, n_classes), and `joint` (n_classes, n_classes + 1) the probability that an answer has a
    class and a number of labels. F1 = 2 TP / (labels of the sample + labels of the answer) is linear in the classes of
    answers of one size.
    """
    sizes = test.sum(axis=1, dtype=np.int64)[:, None] + np.arange(joint.shape[1])
    return float((2 * (test @ joint) / np.maximum(sizes, 1)).sum(axis=1).mean())


def of_label_sets(answers: np.ndarray) -> np.ndarray:
    """Return the `joint` of `expected_f1` for one of the label sets `answers` (m, n_classes), all equally likely."""
    sizes = answers.sum(axis=1, dtype=np.int64)
    by_size = (sizes[:, None] == np.arange(answers.shape[1] + 1)).astype(np.float64)
    return answers.T @ by_size / len(answers)


def of_independent_labels(frequencies: np.ndarray) -> np.ndarray:
    """Return the `joint` of `expected_f1` for labels that are drawn independently by their frequencies (n_classes)."""
    count = len(frequencies)
    sizes = np.zeros((count, count + 1))  # of answers that have the class of the row
    sizes[:, 0] = 1
    for number, frequency in enumerate(frequencies):
        drawn = np.where(np.arange(count) == number, 1.0, frequency)[:, None]
        sizes = sizes * (1 - drawn) + np.pad(sizes[:, :-1], ((0, 0), (1, 0))) * drawn
    return frequencies[:, None] * sizes


def frequent(train: np.ndarray) -> np.ndarray:
    """Return the k most frequent labels (k class indices) with the k whose constant answer has the best samples-F1.

    `train` is the 0/1 matrix (n, n_classes) of the training split; of equal labels the first comes first.
    """
    order = np.argsort(-train.sum(axis=0, dtype=np.int64), kind="stable")
    hits = np.cumsum(train[:, order], axis=1, dtype=np.int64)
    sizes = train.sum(axis=1, dtype=np.int64)[:, None] + np.arange(1, train.shape[1] + 1)
    best = int((2 * hits / sizes).mean(axis=0).argmax())
    return order[: best + 1]


def multi_label(train: np.ndarray, test: np.ndarray, classes: int) -> list[Run]:
    """Return the baselines of 0/1 matrices (n, n_classes).

    Always the k most frequent labels (k chosen on `train`); every label drawn by its frequency; the label set of a
    random training sample.
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
    """Return the baselines of numbers and weights (n, 2): always the mean, or the median, of the training numbers."""
    constants = {"mean": train[:, 0].mean(), "median": np.median(train[:, 0])}
    return [
        {"baseline": name, **metrics.regression(test, np.full((len(test), 1), value))}
        for name, value in constants.items()
    ]


KINDS = {labels.SINGLE: single_label, labels.MULTI: multi_label, labels.REGRESSION: regression}


def baselines(train: labels.Samples, test: labels.Samples, classes: Sequence[str], task: str) -> list[Run]:
    """Return the baselines of a task as runs on the test split; none if a split is empty."""
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
    """Return what prototypes with shuffled labels score, for every draw of the few-shot experiment.

    Expected over all shuffles, each test sample being answered with every prototype alike; none if a split is empty.
    ``short`` is the number of classes that have fewer samples than shots and give all they have.
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
    """Return the chance scores of a dataset, ready to be written as JSON; with `shots` those of few-shot, too.

    With `train_samples_path` frequencies and classes are those of that dataset's training split, as for the heads
    that judge a control dataset.
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
