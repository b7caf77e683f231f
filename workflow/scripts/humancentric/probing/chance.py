"""Chance level: baselines computed from the labels alone.

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

SEEDS = range(5)
Run = dict[str, Any]


def single_label(train: np.ndarray, test: np.ndarray, classes: int) -> list[Run]:
    """Return the baselines of class indices (n,): always the largest class, any class, a class by its frequency.

    The last two are expected values; the label of a random training sample is drawn with seeds 0-4.
    """
    counts = np.bincount(train, minlength=classes)
    majority = np.broadcast_to(np.eye(classes)[counts.argmax()], (len(test), classes))
    truth = np.bincount(test, minlength=classes) / len(test)
    runs: list[Run] = [
        {"baseline": "majority", **metrics.single_label(test, majority)},
        {"baseline": "uniform", "accuracy": 1 / classes},
        {"baseline": "label-prior", "accuracy": float(counts @ truth / counts.sum())},
    ]
    for seed in SEEDS:
        rows = np.random.default_rng((seed, 1)).integers(len(train), size=len(test))
        runs.append({"baseline": "shuffled", "seed": seed, "accuracy": metrics.accuracy(test, train[rows])})
    return runs


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
    random training sample. The last two are drawn with seeds 0-4.
    """
    chosen = frequent(train)
    constant = np.broadcast_to(np.isin(np.arange(classes), chosen).astype(np.float64), test.shape)
    runs: list[Run] = [{"baseline": "top-k", "k": len(chosen), **metrics.multi_label(test, constant)}]
    prior = train.mean(axis=0)
    for seed in SEEDS:
        drawn = np.random.default_rng((seed, 0)).random(test.shape) < prior
        runs.append(
            {"baseline": "label-prior", "seed": seed, **metrics.multi_label(test, drawn.astype(np.float64))}
        )
    for seed in SEEDS:
        rows = np.random.default_rng((seed, 1)).integers(len(train), size=len(test))
        runs.append(
            {
                "baseline": "shuffled",
                "seed": seed,
                **metrics.multi_label(test, train[rows].astype(np.float64)),
            }
        )
    return runs


KINDS = {labels.SINGLE: single_label, labels.MULTI: multi_label}


def baselines(train: labels.Samples, test: labels.Samples, classes: Sequence[str], task: str) -> list[Run]:
    """Return the baselines of a task as runs on the test split; none if a split is empty."""
    if task not in KINDS:
        raise UserError(f"task '{task}' is unknown{nearest(task, KINDS)}")
    if not len(train) or not len(test):
        log.warning("%d training and %d test samples: no baselines", len(train), len(test))
        return []
    runs = KINDS[task](labels.encode(train, classes, task), labels.encode(test, classes, task), len(classes))
    return [{**run, "split": "test"} for run in runs]


def _agreement(test: np.ndarray, answers: np.ndarray, task: str) -> float:
    """Return the expected headline metric where every test sample is answered with a random one of `answers`."""
    if task == labels.SINGLE:
        shares = np.bincount(answers, minlength=max(test.max(), answers.max()) + 1) / len(answers)
        return float(shares[test].mean())
    both = test.astype(np.float64) @ answers.T
    sizes = test.sum(axis=1, dtype=np.int64)[:, None] + answers.sum(axis=1, dtype=np.int64)
    return float((2 * both / np.maximum(sizes, 1)).mean())


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
    if not len(train) or not len(test):
        return []
    truth, known = labels.encode(test, classes, task), labels.encode(train, classes, task)
    members = fewshot.members_of(known, classes, task)
    orders = [prototypes.class_permutations(members, classes, repeat, seed) for repeat in range(repeats)]
    return [
        {
            "baseline": "shuffled-prototypes",
            "shots": count,
            "repeat": repeat,
            "split": "test",
            "short": sum(len(rows) < count for rows in members),
            metrics.HEADLINES[task]: _agreement(truth, known[prototypes.first_k(order, count)], task),
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
        classes = labels.classes_of(train, test)
    else:
        parent = labels.read(train_samples_path)
        train, classes = parent["train"], labels.classes_of(parent["train"], parent["test"])
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
