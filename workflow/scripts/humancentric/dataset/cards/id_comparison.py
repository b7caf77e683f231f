"""Two labs' versions of one dataset: what changed, sample by sample, from their shareable ids alone."""

from pathlib import Path

import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.core.schemas import COMPARISON, IDS
from humancentric.sources.subset import load


def read(path: str | Path) -> pl.DataFrame:
    """Return another lab's ids (id, split, sha256) from Parquet, CSV, TSV or JSON lines; `UserError` if it has none."""
    frame = load(Path(path))
    for column in IDS.columns:
        if column not in frame.columns:
            raise UserError(f"{path}: column {column!r} is not there{nearest(column, frame.columns)}")
    frame = frame.select(*IDS.columns)
    twice = frame.filter(pl.col("id").is_duplicated())
    if twice.height:
        raise UserError(f"{path}: id {twice['id'][0]!r} comes twice; keep one line of it")
    return frame


def compare(ours: pa.Table, theirs: pl.DataFrame) -> tuple[pa.Table, dict[str, int]]:
    """Return one row a change (COMPARISON) and how many there are of each, beside ``same``, ``ours`` and ``theirs``.

    ``missing`` is a sample that only they have, ``added`` one that only we have; a sample on both sides can have
    another split and another picture.
    """
    mine = pl.from_arrow(ours)
    both = mine.join(theirs, on="id", how="full", suffix="_b", coalesce=True)
    known = both["id"].is_in(mine["id"].to_list())
    given = both["id"].is_in(theirs["id"].to_list())
    conditions = {
        "missing": (~known, "split"),
        "added": (~given, "split"),
        "other-split": (known & given & both["split"].ne_missing(both["split_b"]), "split"),
        "other-picture": (known & given & both["sha256"].ne_missing(both["sha256_b"]), "sha256"),
    }
    parts = [
        both.filter(holds).select(
            "id", change=pl.lit(change), ours=pl.col(column), theirs=pl.col(f"{column}_b")
        )
        for change, (holds, column) in conditions.items()
    ]
    changes = pl.concat(parts).sort("id", "change")
    counts = {"ours": mine.height, "theirs": theirs.height}
    counts |= {change: int(holds.sum()) for change, (holds, _) in conditions.items()}
    counts["same"] = both.height - changes["id"].n_unique()
    schema = pa.schema(list(COMPARISON.columns.items()))
    return changes.to_arrow().cast(schema), counts
