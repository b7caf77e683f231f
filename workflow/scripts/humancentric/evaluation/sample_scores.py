"""Read and write per-sample scores of predictions and of few-shot probes, and compute reliability diagrams.

The bootstrap and the evaluation over time use these scores. A reliability diagram has the bins of the expected
calibration error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError, nearest
from humancentric.dataset import labels
from humancentric.dataset.labels import SINGLE
from humancentric.evaluation import calibration, prediction_files
from humancentric.evaluation.prediction_files import Predictions


@dataclass(frozen=True)
class SampleScores:
    """Scores (n, repetitions) of the samples of one split, sorted by id: 0 or 1 (single-label) or F1 (multi-label).

    Repetitions are the seeds of trained heads or the draws of few-shot prototypes.
    """

    ids: list[str]
    values: np.ndarray


def read(path: str | Path, samples: labels.Samples, task: str, split: str = "test") -> SampleScores:
    """Read the predictions of one split at `path` and return their scores for `samples`.

    Raises `UserError` like `prediction_files.read_predictions`. Without samples the scores have shape (0, 1).
    """
    found = prediction_files.read_predictions(path, samples, task, split)
    return SampleScores([], np.empty((0, 1))) if found is None else SampleScores(found.ids, found.scores())


def write_fewshot(path: str | Path, ids: Sequence[str], values: np.ndarray, about: Mapping[str, Any]) -> None:
    """Write few-shot scores (n, draws, shots); `about` has ``dataset``, ``features`` and the list ``shots``.

    Parquet stores each distinct value once per page, so a score of 0 or 1 takes one bit before compression.
    """
    width = values.shape[1] * values.shape[2]
    columns = {"id": pa.array(ids, pa.string()), "scores": tables.fixed_size_lists(values, width)}
    tables.write(path, pa.table(columns), schemas.fewshot_scores(width), dict(about))


def read_fewshot(path: str | Path) -> tuple[dict[str, Any], list[str], np.ndarray]:
    """Return the metadata of a file of few-shot scores, the ids, and the scores (n, draws, shots; float32).

    Raises `UserError` like `tables.read`, and if the metadata do not list the numbers of shots.
    """
    schema = tables.schema_of(path)
    width = getattr(schema.field("scores").type, "list_size", 1) if "scores" in schema.names else 1
    table, about = tables.read(path, schemas.fewshot_scores(width)), tables.read_metadata(path)
    if not about.get("shots") or width % len(about["shots"]):
        raise UserError(f"{path}: does not list its {width} draws by number of shots; {tables.REMEDY}")
    shots = len(about["shots"])
    values = table["scores"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return about, table["id"].to_pylist(), values.reshape(len(table), width // shots, shots)


def write_items(
    path: str | Path,
    ids: Sequence[str],
    clusters: Sequence[str],
    values: np.ndarray,
    about: Mapping[str, Any],
) -> None:
    """Write values (n, repetitions) of test items whose mean is a score; `about` has task, dataset and features."""
    width = values.shape[1]
    columns = {"id": pa.array(ids, pa.string()), "cluster": pa.array(clusters, pa.string())}
    columns["scores"] = tables.fixed_size_lists(np.asarray(values, np.float32), width)
    tables.write(path, pa.table(columns), schemas.item_scores(width), dict(about))


def read_items(path: str | Path) -> tuple[dict[str, Any], list[str], list[str], np.ndarray]:
    """Return the metadata, ids, clusters and values (n, repetitions) that `write_items` wrote."""
    schema = tables.schema_of(path)
    width = getattr(schema.field("scores").type, "list_size", 1) if "scores" in schema.names else 1
    table = tables.read(path, schemas.item_scores(width))
    values = table["scores"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    ids, clusters = (table[name].to_pylist() for name in ("id", "cluster"))
    return tables.read_metadata(path), ids, clusters, values.reshape(len(table), width)


def read_clusters(
    samples_path: str | Path, ids: Sequence[str], column: str | None, dataset: str
) -> list[str]:
    """Return the cluster of every item: its value in a text column of the samples, or its own id if that is empty.

    `column` is ``datasets.<dataset>.cluster`` of the config; with None every item is a cluster of its own. Raises
    `UserError` if the samples have no such column, or if it is empty for all of them.
    """
    if column is None:
        return list(ids)
    with tables.opened(samples_path, schemas.SAMPLES) as file:
        known = set(file.schema_arrow.names) - set(schemas.SAMPLES.columns)
        if column not in known:
            raise UserError(
                f"config: datasets.{dataset}.cluster: {samples_path} has no text column {column!r}"
                f"{nearest(column, known)}"
            )
        table = file.read(columns=["id", column])
    texts = pc.utf8_trim_whitespace(
        pc.utf8_normalize(pc.fill_null(table[column], ""), form="NFC")
    ).to_pylist()
    if texts and not any(texts):
        raise UserError(
            f"config: datasets.{dataset}.cluster: column {column!r} is empty for all samples of {samples_path}, e.g. "
            f"{', '.join(table['id'][:2].to_pylist())}; name another column or take `cluster` out"
        )
    named = dict(zip(table["id"].to_pylist(), texts, strict=True))
    return [f"{column}: {named[name]}" if named[name] else name for name in ids]


BINS = calibration.BINS


@dataclass(frozen=True)
class Reliability:
    """Bins of equal width over confidences from 0 to 1 (arrays of length `BINS`) and the calibration errors (seeds).

    `confidence` and `right` are means over a bin, nan where `counts` is 0.
    """

    counts: np.ndarray
    confidence: np.ndarray
    right: np.ndarray
    errors: np.ndarray


def pairs(answers: Predictions, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the confidences (m) of one seed's head and whether each is right (m; 0 or 1).

    For single-label tasks they belong to the most probable class of every sample. For multi-label tasks they are the
    probabilities of every label for every sample.
    """
    block = answers.probabilities[:, seed].astype(np.float64)
    if answers.task == SINGLE:
        return block.max(axis=1), (block.argmax(axis=1) == answers.truth).astype(np.float64)
    return block.ravel(), answers.truth.ravel().astype(np.float64)


def of_answers(answers: Predictions) -> Reliability:
    """Return the bins over all seeds and the expected calibration error of each seed."""
    found = [pairs(answers, seed) for seed in range(answers.seeds)]
    errors = np.array([calibration.expected_calibration_error(*pair) for pair in found])
    confidence, right = (np.concatenate(parts) for parts in zip(*found, strict=True))
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    with np.errstate(invalid="ignore"):
        confidences, rights = (np.bincount(bins, values, BINS) / counts for values in (confidence, right))
    return Reliability(counts, confidences, rights, errors)
