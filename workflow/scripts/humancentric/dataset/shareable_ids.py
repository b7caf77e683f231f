"""List the shareable ids of a dataset, and compare two labs' versions of a dataset by them."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa

from humancentric.core.errors import MIN_MATCH, UserError, check_match, nearest, shown
from humancentric.core.schemas import COMPARISON, IDS
from humancentric.sources.subset import load


def identities(samples: pa.Table, pictures: Mapping[str, str]) -> pa.Table:
    """Return id, split and sha256 of the picture (null if there is none) of all samples."""
    hashes = [pictures.get(sample) for sample in samples["id"].to_pylist()]
    columns = {"id": samples["id"], "split": samples["split"], "sha256": pa.array(hashes, pa.string())}
    return pa.table(columns, schema=IDS.empty().schema)


def ids_digest(ids: Iterable[str]) -> str:
    """Return the sha256 of the sorted ids, each followed by a line feed: equal if two labs have the same samples."""
    return hashlib.sha256("".join(f"{sample}\n" for sample in sorted(ids)).encode()).hexdigest()


def read(path: str | Path) -> pl.DataFrame:
    """Return another lab's ids (id, split, sha256) from Parquet, CSV, TSV or JSON lines; `UserError` if it has none."""
    frame = load(Path(path))
    for column in IDS.columns:
        if column not in frame.columns:
            raise UserError(f"{path}: column {column!r} does not exist{nearest(column, frame.columns)}")
    frame = frame.select(*IDS.columns).with_columns(pl.col("id").str.normalize("NFC"))
    twice = frame.filter(pl.col("id").is_duplicated())
    if twice.height:
        raise UserError(f"{path}: id {twice['id'][0]!r} occurs twice; keep one line of it")
    return frame


def compare(
    ours: pa.Table, theirs: pl.DataFrame, least: float = MIN_MATCH
) -> tuple[pa.Table, dict[str, int]]:
    """Return one row per change (COMPARISON), and the counts of each kind of change, ``same``, ``ours`` and ``theirs``.

    A sample is ``missing`` if only they have it and ``added`` if only we have it. A sample of both lists can differ in
    split and in picture. Raises `UserError` if less than the share `least` of the smaller list is in both.
    """
    mine = pl.DataFrame(ours)
    own, others = (shown(frame["id"].head(3).to_list()) for frame in (mine, theirs))
    facts = f"compare: {{count}} ids are in both lists: the other lab has {others}, we have {own}"
    found, total = int(mine["id"].is_in(theirs["id"].to_list()).sum()), min(len(mine), len(theirs))
    check_match(found, total, least, facts, "name the ids.parquet of the same dataset")
    both = mine.join(theirs, on="id", how="full", suffix="_b", coalesce=True)
    ours_has = both["id"].is_in(mine["id"].to_list())
    theirs_has = both["id"].is_in(theirs["id"].to_list())
    conditions = {
        "missing": (~ours_has, "split"),
        "added": (~theirs_has, "split"),
        "other-split": (ours_has & theirs_has & both["split"].ne_missing(both["split_b"]), "split"),
        "other-picture": (ours_has & theirs_has & both["sha256"].ne_missing(both["sha256_b"]), "sha256"),
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
