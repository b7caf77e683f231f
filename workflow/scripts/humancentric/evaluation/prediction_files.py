"""Compute the runs of a cell (one dataset, feature set and protocol), and write and read its predictions.

A predictions file holds the probabilities of every sample under the head of every seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.evaluation import calibration, metrics


def runs(
    truth: np.ndarray,
    answers: Mapping[int, np.ndarray],
    task: str,
    threshold: float,
    split: str = "test",
    temperature: float | None = None,
) -> list[dict[str, Any]]:
    """Return one row of metrics per seed from probabilities (n, n_classes) by seed; empty without samples.

    With a `temperature`, calibration metrics are computed both before and after scaling.
    """
    if not len(truth):
        return []
    return [
        {
            "seed": seed,
            "split": split,
            **metrics.evaluate(truth, probabilities, task, threshold),
            **calibration.evaluate(truth, probabilities, task, temperature),
        }
        for seed, probabilities in answers.items()
    ]


def predictions(
    ids: Sequence[str], splits: Sequence[str], answers: Mapping[int, np.ndarray], classes: int
) -> pa.Table:
    """Return the predictions table: one row per seed and sample, in order of seeds, which a stable sort by id keeps."""
    stacked = [np.ascontiguousarray(block, dtype=np.float32).reshape(-1) for block in answers.values()]
    flat = np.concatenate(stacked) if stacked else np.empty(0, np.float32)
    return pa.table(
        {
            "id": pa.array(list(ids) * len(answers), pa.string()),
            "split": pa.array(list(splits) * len(answers), pa.string()),
            "seed": pa.array(np.repeat(np.array(list(answers), np.int32), len(ids))),
            "probabilities": tables.fixed_size_lists(flat, classes),
        }
    )


def write_predictions(
    path: str | Path, table: pa.Table, classes: Sequence[str], about: Mapping[str, Any]
) -> None:
    """Write a predictions table with the class names in order and `about` as metadata."""
    tables.write(path, table, schemas.predictions(len(classes)), {"classes": list(classes), **about})


@dataclass(frozen=True)
class Predictions:
    """The predictions of the heads of one cell for the samples of one split, sorted by id.

    `truth` is encoded by `labels.encode`: class indices (n) for single-label tasks, a 0/1 matrix (n, n_classes) for
    multi-label tasks, values and weights (n, 2) for regression, whose predictions are `probabilities` (n, seeds, 1).
    """

    ids: list[str]
    classes: list[str]
    task: str
    threshold: float
    truth: np.ndarray
    probabilities: np.ndarray  # (n, seeds, n_classes)

    @property
    def seeds(self) -> int:
        """Return the number of heads."""
        return self.probabilities.shape[1]

    def scores(self) -> np.ndarray:
        """Return the score (n, seeds) of every sample: 0 or 1 for single-label tasks, F1 for multi-label tasks.

        For regression they are `metrics.spearman_scores`, whose mean is Spearman's correlation.
        """
        blocks = (self.probabilities[:, seed] for seed in range(self.seeds))
        if self.task == labels.REGRESSION:
            found = [metrics.spearman_scores(self.truth[:, 0], block[:, 0]) for block in blocks]
        elif self.task == labels.SINGLE:
            found = [self.truth == block.argmax(axis=1) for block in blocks]
        else:
            found = [metrics.f1(self.truth, block > self.threshold, axis=1) for block in blocks]
        return np.stack(found, axis=1).astype(np.float64)


def _classes(path: str | Path) -> int:
    try:
        return tables.schema_of(path).field("probabilities").type.list_size
    except (KeyError, AttributeError):
        return 1  # `tables.read` then raises an error that says what is wrong


def read_predictions(
    path: str | Path, samples: labels.Samples, task: str, split: str = "test"
) -> Predictions | None:
    """Read the predictions of one split at `path` together with the labels of `samples`; None if there are none.

    Labels that the heads do not know are dropped from the truth, as in the scores of a control. Raises `UserError` if a
    sample with predictions is not among `samples`, or if the file does not state its classes and threshold.
    """
    table = tables.read(path, schemas.predictions(_classes(path)))
    table = table.filter(pc.equal(table["split"], split)).combine_chunks()
    about = tables.read_metadata(path)
    if "classes" not in about or "threshold" not in about:
        raise UserError(f"{path}: does not state both classes and threshold; {tables.REMEDY}")
    if not len(table):
        return None
    seeds = np.unique(table["seed"].to_numpy())
    table, ids = _by_sample(table, seeds, path)
    truth_of = dict(zip(samples.ids, samples.labels, strict=True))
    missing = next((name for name in ids if name not in truth_of), None)
    if missing is not None or len(ids) * len(seeds) != len(table):
        raise UserError(
            f"{path}: its samples differ from those of the dataset (id '{missing}'); {tables.REMEDY}"
        )
    known = set(about["classes"])
    own = [truth_of[name] for name in ids]
    if task != labels.REGRESSION:
        own = [[label for label in row if label in known] for row in own]
    kept = labels.Samples(ids, own)
    flat = table["probabilities"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    blocks = flat.reshape(len(ids), len(seeds), len(about["classes"]))
    truth = labels.encode(kept, about["classes"], task)
    return Predictions(ids, about["classes"], task, about["threshold"], truth, blocks)


def _by_sample(table: pa.Table, seeds: np.ndarray, path: str | Path) -> tuple[pa.Table, list[str]]:
    """Return the rows sorted by id and seed, and the ids; raise `UserError` unless every id has each seed once."""
    for rows in (table, table.sort_by([("id", "ascending"), ("seed", "ascending")])):
        ids, own = rows["id"].to_pylist(), rows["seed"].to_numpy()
        whole = len(ids) % len(seeds) == 0 and np.array_equal(own, np.resize(seeds, len(own)))
        firsts = ids[:: len(seeds)]
        grouped = whole and all(ids[offset :: len(seeds)] == firsts for offset in range(1, len(seeds)))
        if grouped and all(left < right for left, right in pairwise(firsts)):
            return rows, firsts
    raise UserError(f"{path}: a sample occurs twice, or not with every seed; {tables.REMEDY}")
