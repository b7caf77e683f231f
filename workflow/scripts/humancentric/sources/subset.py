"""Part of another dataset, chosen by a list of ids: the same records, the same splits, the same bytes."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from humancentric import tables
from humancentric.schemas import IMAGES, LISTING


def select(
    listing: pa.Table, splits: Mapping[str, str], resolved: pa.Table, parent: str
) -> tuple[pa.Table, dict[str, int]]:
    """Return the listing of a subset of `parent`, and what was counted: ids given, unknown, not in the parent.

    `listing` and `splits` ({id: split} of its samples) are the parent's; `resolved` says which of its ids each given
    one means. Every given id is a row: what the parent has no sample of carries the reason in ``source_problem``.
    """
    own = pl.from_arrow(listing)
    extras = ("source_split", "source_problem")
    texts = [name for name in own.columns if name not in LISTING.columns and name not in extras]
    own = own.unique("id", keep="first", maintain_order=True).select(*LISTING.columns, *texts)
    asked = pl.from_arrow(resolved).filter(pl.col("id").is_null() | pl.col("id").is_first_distinct())
    frame = asked.join(own, on="id", how="left", maintain_order="left")
    sides = pl.DataFrame(
        {"id": list(splits), "source_split": list(splits.values())},
        schema=dict.fromkeys(("id", "source_split"), pl.String),
    )
    frame = frame.join(sides, on="id", how="left", maintain_order="left")
    listed = pl.col("id").is_in(own["id"].to_list())
    frame = frame.with_columns(
        source_problem=pl.when(pl.col("id").is_null())
        .then(pl.lit("TMDb knows no film of this id"))
        .when(~listed)
        .then(pl.lit(f"not in {parent}"))
        .when(pl.col("source_split").is_null())
        .then(pl.lit(f"rejected in {parent}")),
        id=pl.coalesce("id", "given"),
        labels=pl.col("labels").fill_null([]),
    )
    counts = {
        "ids_given": resolved.num_rows,
        "ids_unknown": int(asked["id"].is_null().sum()),
        "ids_not_listed": int((frame["source_problem"] == f"not in {parent}").sum()),
    }
    schema = pa.schema([*LISTING.columns.items(), *((name, pa.string()) for name in (*texts, *extras))])
    return frame.select(schema.names).to_arrow().cast(schema), counts


def pictures(paths: Iterable[str | Path], wanted: Collection[str]) -> pa.Table:
    """Return the rows (IMAGES) of the samples `wanted` from the picture files of the whole dataset."""
    chosen = pa.array(sorted(wanted), pa.string())
    found = [
        batch.filter(pc.is_in(batch["id"], value_set=chosen))
        for path in paths
        for batch in tables.batches(path, IMAGES)
    ]
    return pa.Table.from_batches(found, schema=IMAGES.empty().schema)
