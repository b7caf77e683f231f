"""Read the inputs of the test for contamination: scores, dates and popularity of a test split and its controls."""

import datetime
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError, nearest
from humancentric.dataset.leakage import twins_of
from humancentric.embedding import embedding_twins
from humancentric.evaluation import contamination, diff_in_diff
from humancentric.evaluation.contamination import Pool

log = logging.getLogger("humancentric")


@dataclass(frozen=True)
class Cells:
    """The samples of one dataset and its prediction files by features."""

    name: str
    samples: str | Path
    predictions: Mapping[str, str | Path]
    cluster: str | None = None  # columns of the samples
    popularity: str | None = None


def read_popularity(path: str | Path, column: str | None, dataset: str) -> dict[str, float]:
    """Return the numbers in a text column of the samples by id, nan if missing; empty if `column` is None.

    Raises `UserError` if the samples have no such column.
    """
    if column is None:
        return {}
    names = tables.schema_of(path).names
    if column not in names:
        raise UserError(
            f"config: datasets.{dataset}.popularity: {path} has no column {column!r}{nearest(column, names)}"
        )
    frame = pl.DataFrame(tables.read(path, schemas.SAMPLES, ["id", column]))
    numbers = frame[column].cast(pl.Float64, strict=False)
    numbers = pl.select(pl.when(numbers >= 0).then(numbers)).to_series()
    if unusable := int((numbers.is_null() & frame[column].is_not_null()).sum()):
        log.warning(
            "%s: %d of %d values of %s are not numbers of at least 0", path, unusable, len(frame), column
        )
    return dict(zip(frame["id"].to_list(), numbers.fill_null(np.nan).to_list(), strict=True))


def read_pool(own: Cells, control: Cells, task: str, twins: Mapping[str, set[str]]) -> Pool:
    """Return the samples of a test split and of a control, without those that have a twin in training.

    Features with scores on only one of the two are left out.
    """
    shared = [name for name in own.predictions if name in control.predictions]
    ids: list[str] = []
    clusters: list[str] = []
    days: dict[str, datetime.date | None] = {}
    known: dict[str, float] = {}
    scores: dict[str, list[np.ndarray]] = {name: [] for name in shared}
    for side in (own, control):
        paths = {name: side.predictions[name] for name in shared}
        found = diff_in_diff.read_side(f"cells:{side.name}", side.samples, paths, task, side.cluster)
        kept = [row for row, item in enumerate(found.ids) if item not in twins[side.name]]
        ids += [found.ids[row] for row in kept]
        clusters += [found.clusters[row] for row in kept]
        days |= diff_in_diff.read_dates(side.samples)
        known |= read_popularity(side.samples, side.popularity, side.name)
        for name in shared:
            if len(found.ids):
                scores[name].append(found.scores[name][kept])
    joined = {name: np.concatenate(parts) for name, parts in scores.items() if parts}
    popularity = np.array([known.get(item, float("nan")) for item in ids])
    return Pool(control.name, own.name, ids, [days[item] for item in ids], joined, clusters, popularity)


def score(
    own: Cells,
    controls: list[Cells],
    task: str,
    cut_offs: Mapping[str, str],
    leakage: str | Path,
    neighbours: str | Path,
    *,
    resamples: int,
    seed: int,
    **options: Any,
) -> dict[str, Any]:
    """Return the contrasts of all controls and the scores without twins, ready to be written as JSON.

    Twins are samples with a near duplicate in training, by the hashes and texts in `leakage` or the nearest embeddings
    in `neighbours`.
    """
    rows = tables.read(neighbours, schemas.TWINS).to_pylist()
    names = [own.name, *(control.name for control in controls)]
    by_hash = {name: twins_of(leakage, name) for name in names}
    near = {name: embedding_twins.agreed(rows, name) for name in names}
    twins = {name: by_hash[name] | near[name] for name in names}
    pools = [read_pool(own, control, task, twins) for control in controls]
    draws = {"resamples": resamples, "seed": seed}
    test_split = diff_in_diff.read_side(f"cells:{own.name}", own.samples, own.predictions, task, own.cluster)
    counts = {
        name: {
            "hashes": len(by_hash[name]),
            "neighbours": len(near[name]),
            "either": len(twins[name]),
        }
        for name in names
    }
    return {
        "dataset": own.name,
        **options,
        "samples": len(test_split.ids),
        "twins": counts,
        "thresholds": tables.read_metadata(neighbours)["thresholds"],
        "contrasts": contamination.judged(pools, cut_offs, **options, **draws),
        "cells": contamination.without_twins(
            own.name, test_split.ids, test_split.scores, test_split.clusters, twins[own.name], **draws
        ),
    }
