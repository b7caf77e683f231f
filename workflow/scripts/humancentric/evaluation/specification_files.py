"""Read and write the scores of test items under every specification of one cell's probes.

The layout is that of few-shot scores: one column per repetition, specification by specification. The metadata say
which columns belong to which.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.core import schemas, tables

SPECIFICATIONS = "specifications"


def write(
    path: str | Path, ids: Sequence[str], scores: Sequence[np.ndarray], about: Mapping[str, Any]
) -> None:
    """Write scores (items, repetitions) by specification; `about` describes each under ``specifications``."""
    values = np.concatenate(scores, axis=1)
    columns = {"id": pa.array(ids, pa.string()), "scores": tables.fixed_size_lists(values, values.shape[1])}
    counts = [found.shape[1] for found in scores]
    listed = [
        {**entry, "repetitions": count} for entry, count in zip(about[SPECIFICATIONS], counts, strict=True)
    ]
    tables.write(
        path, pa.table(columns), schemas.fewshot_scores(values.shape[1]), {**about, SPECIFICATIONS: listed}
    )


def read(path: str | Path) -> tuple[dict[str, Any], list[str], list[np.ndarray]]:
    """Return the metadata, the ids, and the scores (items, repetitions; float32) of each specification.

    Raises `UserError` as `tables.read` does.
    """
    about = tables.read_metadata(path)
    counts = [entry["repetitions"] for entry in about.get(SPECIFICATIONS, ())]
    table = tables.read(path, schemas.fewshot_scores(sum(counts) or 1))
    values = table["scores"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    found = np.split(values.reshape(len(table), -1), np.cumsum(counts)[:-1], axis=1)
    return about, table["id"].to_pylist(), found
