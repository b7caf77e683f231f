"""What a cell (one dataset, one set of features, one protocol) leaves behind: its runs and its predictions."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric import schemas, tables
from humancentric.measures import calibration, metrics


def runs(
    truth: np.ndarray,
    answers: Mapping[int, np.ndarray],
    task: str,
    threshold: float,
    split: str = "test",
    temperature: float | None = None,
) -> list[dict[str, Any]]:
    """Return one row of metrics per seed from probabilities (n, n_classes) by seed; none without samples.

    With a `temperature` the measures of calibration are there before and after it.
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
    """Return the predictions table: a row per seed and sample, seeds in order within an id once it is sorted."""
    stacked = [np.ascontiguousarray(block, dtype=np.float32).reshape(-1) for block in answers.values()]
    flat = np.concatenate(stacked) if stacked else np.empty(0, np.float32)
    return pa.table(
        {
            "id": pa.array(list(ids) * len(answers), pa.string()),
            "split": pa.array(list(splits) * len(answers), pa.string()),
            "seed": pa.array(np.repeat(np.array(list(answers), np.int32), len(ids))),
            "probabilities": pa.FixedSizeListArray.from_arrays(pa.array(flat), classes),
        }
    )


def write_predictions(
    path: str | Path, table: pa.Table, classes: Sequence[str], about: Mapping[str, Any]
) -> None:
    """Write a predictions table with the class names in order, and what else is known about it, as metadata."""
    tables.write(path, table, schemas.predictions(len(classes)), {"classes": list(classes), **about})
