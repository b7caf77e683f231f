"""Encode labels of samples as numbers: class list, class indices, indicator matrices, regression targets.

A sample of a regression dataset has a number in place of labels: its `labels` are that number as text and, where the
dataset names a column of weights, its weight.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError, nearest

if TYPE_CHECKING:
    import polars as pl

log = logging.getLogger("humancentric")

SINGLE, MULTI, REGRESSION = "single-label", "multi-label", "regression"
TARGET = ("target",)  # the class list of regression: the one output of a head


@dataclass(frozen=True)
class Samples:
    """Samples of one split, sorted by id: their ids, and the labels of each."""

    ids: list[str]
    labels: list[list[str]]

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.ids)

    def counts(self) -> Counter[str]:
        """Return how many samples carry each label."""
        return Counter(label for labels in self.labels for label in set(labels))


def read(path: str | Path) -> dict[str, Samples]:
    """Return the samples at `path` by split, always with ``train`` and ``test``. `UserError` on a duplicate id."""
    table = tables.read(path, schemas.SAMPLES, columns=["id", "split", "labels"]).sort_by("id")
    splits: dict[str, Samples] = {"train": Samples([], []), "test": Samples([], [])}
    seen = set()
    for sample, split, labels in zip(*(column.to_pylist() for column in table.columns), strict=True):
        if sample in seen:
            raise UserError(f"{path}: id '{sample}' occurs twice; {tables.REMEDY}")
        seen.add(sample)
        part = splits.setdefault(split, Samples([], []))
        part.ids.append(sample)
        part.labels.append(labels or [])
    return splits


def classes_of(train: Samples, test: Samples, task: str = SINGLE) -> list[str]:
    """Return the sorted labels of both splits; those without training samples stay and are logged.

    For regression they are TARGET if there are samples.
    """
    if task == REGRESSION:
        return list(TARGET) if len(train) or len(test) else []
    known = train.counts()
    classes = sorted(known | test.counts())
    unseen = [name for name in classes if not known[name]]
    if unseen:
        log.warning(
            "%d of %d classes have no training sample: %s", len(unseen), len(classes), ", ".join(unseen)
        )
    return classes


def restrict(samples: Samples, classes: Sequence[str]) -> tuple[Samples, dict[str, int], int]:
    """Return `samples` with labels in `classes` only, the counts of dropped labels, and the number of dropped samples.

    A sample that has no label left is dropped. With TARGET, nothing is dropped.
    """
    if tuple(classes) == TARGET:
        return samples, {}, 0
    dropped = {name: count for name, count in sorted(samples.counts().items()) if name not in set(classes)}
    remaining = Samples([], [])
    for sample, labels in zip(samples.ids, samples.labels, strict=True):
        if left := [label for label in labels if label not in dropped]:
            remaining.ids.append(sample)
            remaining.labels.append(left)
    return remaining, dropped, len(samples) - len(remaining)


def select(samples: Samples, keep: Sequence[bool] | np.ndarray) -> Samples:
    """Return the samples where `keep` is true."""
    chosen = np.flatnonzero(np.asarray(keep, dtype=bool))
    return Samples([samples.ids[i] for i in chosen], [samples.labels[i] for i in chosen])


def indices(samples: Samples, classes: Sequence[str]) -> np.ndarray:
    """Return the class index of each sample (n, int64); `UserError` unless every sample has exactly one label."""
    position = {name: index for index, name in enumerate(classes)}
    for sample, labels in zip(samples.ids, samples.labels, strict=True):
        if len(labels) != 1:
            raise UserError(
                f"sample '{sample}': {len(labels)} labels in a {SINGLE} dataset; set task: {MULTI} or fix its source"
            )
    return np.array([position[labels[0]] for labels in samples.labels], dtype=np.int64)


def indicators(samples: Samples, classes: Sequence[str]) -> np.ndarray:
    """Return the indicator matrix (n, n_classes; uint8) of the samples' labels."""
    position = {name: index for index, name in enumerate(classes)}
    matrix = np.zeros((len(samples), len(classes)), dtype=np.uint8)
    for row, labels in enumerate(samples.labels):
        matrix[row, [position[label] for label in labels]] = 1
    return matrix


def numbers(samples: Samples, classes: Sequence[str]) -> np.ndarray:
    """Return the number and the weight of each sample (n, 2; float64); the default weight is 1."""
    return np.array([(*map(float, row), 1.0)[:2] for row in samples.labels], np.float64).reshape(-1, 2)


KINDS = {SINGLE: indices, MULTI: indicators, REGRESSION: numbers}


def encode(samples: Samples, classes: Sequence[str], task: str) -> np.ndarray:
    """Return the targets of a task: `indices` of one label, `indicators` of several, `numbers` for regression."""
    if task not in KINDS:
        raise UserError(f"task '{task}' is unknown{nearest(task, KINDS)}")
    return KINDS[task](samples, classes)


def in_bins(values: Sequence[float], bins: int = 10, quantiles: bool = False) -> list[str]:
    """Return the bin of every number as text, such as ``6 to 6.5``; bins have equal width, or equal counts (quantiles).

    A bin includes its lower end, the last bin both ends.
    """
    array = np.asarray(values, np.float64)
    if not len(array):
        return []
    edges = (
        np.quantile(array, np.linspace(0, 1, bins + 1)) if quantiles else np.histogram_bin_edges(array, bins)
    )
    edges = np.unique(edges)
    if len(edges) < 2:
        return [f"{edges[0]:.4g}"] * len(array)
    found = np.clip(np.searchsorted(edges, array, side="right") - 1, 0, len(edges) - 2)
    names = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
    return [names[number] for number in found]


def with_bins(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return the samples of a regression dataset sorted by their number, with its bin as their label."""
    import polars as pl  # every start of Snakemake imports this module

    frame = frame.with_columns(number=pl.col("labels").list.first().cast(pl.Float64)).sort("number", "id")
    bins = in_bins(frame["number"].to_list())
    return frame.with_columns(labels=pl.Series([[name] for name in bins], dtype=pl.List(pl.String)))
