"""Find rows that repeat an id, and merge their labels where the dataset's row asks for it."""

import logging
from collections.abc import Iterable

import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError

log = logging.getLogger("humancentric")

FIRST, MERGE, ERROR = "first", "merge-labels", "error"  # values of `source.repeated`
EXAMPLES = 2
COLUMNS = ("id", "labels", "source_problem")
EMPTY = pl.DataFrame(schema={"id": pl.String, "labels": pl.List(pl.String)})


def repeated_rows(batches: Iterable[pa.Table]) -> pl.DataFrame:
    """Return the usable rows (id, labels) of ids that come more than once; equal ids are in one batch or adjacent."""
    found: list[pl.DataFrame] = []
    last = EMPTY  # rows of the last id, which the next batch may continue
    for batch in batches:
        frame = pl.DataFrame(batch.select([name for name in COLUMNS if name in batch.column_names]))
        if "source_problem" in frame.columns:
            frame = frame.filter(pl.col("source_problem").is_null())
        frame = pl.concat([last, frame.select("id", "labels")])
        ends = pl.col("id") == (frame["id"][-1] if len(frame) else "")
        last = frame.filter(ends)
        found.append(frame.filter(~ends & pl.col("id").is_duplicated()))
    return pl.concat([*found, last if len(last) > 1 else EMPTY])


def merged_labels(batches: Iterable[pa.Table], repeated: str, name: str) -> pl.DataFrame:
    """Return the labels (id, labels) of all rows of each id that is repeated, if they are to be merged; else no rows.

    Otherwise only the first row of an id is used, which is logged. Raises `UserError`, which begins with `name`, if
    `repeated` is ERROR and an id comes twice.
    """
    rows = repeated_rows(batches)
    if not len(rows):
        return EMPTY
    merged = rows.group_by("id", maintain_order=True).agg(
        pl.col("labels").explode(empty_as_null=True).drop_nulls().unique(maintain_order=True),
        differ=pl.col("labels").list.sort().n_unique() > 1,
    )
    examples = ", ".join(merged["id"].head(EXAMPLES))
    if repeated == ERROR:
        raise UserError(
            f"{name}: {len(merged)} ids come more than once, e.g. {examples}; mend the data, or set source.repeated to "
            f"{FIRST} or {MERGE}"
        )
    if repeated == MERGE:
        log.info(
            "%d ids come more than once, e.g. %s; the first row has the labels of all", len(merged), examples
        )
        return merged.select("id", "labels")
    log.warning(
        "%d ids come more than once, e.g. %s; the first row of each is used. The labels of %d of them differ%s",
        len(merged),
        examples,
        merged["differ"].sum(),
        f": set source.repeated to {MERGE} to keep them all" if merged["differ"].any() else "",
    )
    return EMPTY
