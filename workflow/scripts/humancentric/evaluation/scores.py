"""Collect all scores of a study in one table with one score per row."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric.core import files, schemas
from humancentric.evaluation import cluster_agreement, ranks, separation
from humancentric.evaluation.metrics import METRICS

# Additional columns of zero-shot, of leads before and after a cut-off, and of classes with too few samples.
EXTRA_METRICS = ("similarity", "milliseconds", "difference", "low", "high", "error", "samples", "short")
# Metrics of out-of-distribution detection, clustering and retrieval, with the ends of their intervals.
INTERVAL_METRICS = tuple(
    f"{name}{end}"
    for name in (*separation.VALUES, *cluster_agreement.METRICS, *ranks.MEASURES)
    for end in ("", "_low", "_high")
)
KEYS = [name for name in schemas.SCORES.columns if name != "value"]


def rows(cell: dict[str, Any], task: str) -> list[dict[str, Any]]:
    """Return the rows of one JSON file of scores, one per run and metric; keys that a stage lacks are null."""
    return [
        {
            "dataset": cell["dataset"],
            "task": task,
            "features": cell.get("features", run.get("features", run.get("baseline"))),
            "split": run.get("split", "test"),
            "protocol": run.get("templates", run.get("score", run.get("protocol", cell.get("protocol")))),
            "shots": run.get("shots"),
            "seed": run.get("seed", run.get("repeat")),
            "metric": metric,
            "value": run[metric],
        }
        for run in cell["runs"]
        for metric in (*METRICS, *EXTRA_METRICS, *INTERVAL_METRICS)
        if metric in run
    ]


def gather(paths: dict[str, Iterable[str | Path] | str]) -> pa.Table:
    """Return the scores table of JSON files by task, sorted by all columns except the value."""
    lists = {task: [group] if isinstance(group, str) else group for task, group in paths.items()}
    found = [
        row for task, group in lists.items() for path in group for row in rows(files.read_json(path), task)
    ]
    found.sort(key=lambda row: [(row[key] is not None, row[key]) for key in KEYS])
    return pa.Table.from_pylist(found, schema=pa.schema(list(schemas.SCORES.columns.items())))
