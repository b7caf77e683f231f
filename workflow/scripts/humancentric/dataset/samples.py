"""Divide the listing of a dataset into samples and rejects, and merge the labels of rows that repeat an id."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.core.hashing import TEST
from humancentric.core.matching import MIN_MATCH
from humancentric.core.schemas import REJECTS, SAMPLES
from humancentric.dataset.splits import assign

log = logging.getLogger("humancentric")

FIRST, MERGE, ERROR = "first", "merge-labels", "error"  # values of `source.repeated`
EXAMPLES = 2
COLUMNS = ("id", "labels", "source_problem")
EMPTY = pl.DataFrame(schema={"id": pl.String, "labels": pl.List(pl.String)})
LISTING_ONLY = ("image_source", "source_split", "source_problem")  # columns that samples do not have
# added columns; no column of the data has such a name
IMAGE_REJECT = {"stage": "//image-stage", "reason": "//image-reason", "detail": "//image-detail"}
MERGED = "//merged"
STAGE, REASON, DETAIL = "//stage", "//reason", "//detail"


def rejections(texts: dict[str, str], before: str | None = None) -> list[tuple[str, pl.Expr, pl.Expr]]:
    """Return (reason, condition, detail) in order of precedence.

    `before` is the id of the row before the batch.
    """
    empty = pl.lit("")
    blank = [
        ("empty-text", pl.col(column).fill_null("").str.strip_chars() == "", pl.lit(column))
        for column in texts.values()
    ]
    return [
        ("duplicate-id", ~pl.col("id").is_first_distinct() | (pl.col("id") == pl.lit(before)), empty),
        ("unusable", pl.col("source_problem").is_not_null(), pl.col("source_problem")),
        ("no-label", pl.col("labels").list.len() == 0, empty),
        *blank,
    ]


def divide(
    batches: Callable[[], Iterable[pa.Table]],
    image_rejects: pa.Table,
    texts: dict[str, str],
    split: dict | None,
    declared: Sequence[str] = (),
    name: str = "listing",
    groups: Mapping[str, str] | None = None,
    repeated: str = FIRST,
    least: float = MIN_MATCH,
) -> tuple[Iterator[pa.Table], pa.Table]:
    """Return (samples in batches, rejects); every row of the listing is in exactly one of them.

    `batches` yields the listing, at least one table, whenever it is called: once to find rejects and splits, and once
    more while the samples are consumed, so that only ids, labels and rejects need memory. Equal ids are in one batch or
    adjacent. `image_rejects` are the rejects of the image stage. `texts` is ``{text view: column}``; a sample needs all
    its texts. `split` is the dataset row's ``split``. Without it, the source's own splits are used; a name other than
    train, test and the `declared` ones raises `UserError`, which begins with `name`. `groups` ({id: name of its group})
    keep samples of the same content in one split. `repeated` says what becomes of the labels of rows that repeat an id;
    see `merged_labels`. At least the share `least` of the samples must name a group.
    """
    merged = merged_labels(batches(), repeated, name)
    image_rejects = pl.DataFrame(image_rejects).unique("id", keep="first", maintain_order=True)
    image_rejects = image_rejects.rename(IMAGE_REJECT)
    narrow = ["id", "labels", "source_split", *([split["group"]] if split and "group" in split else [])]
    used, rejected = [], []
    for frame in _with_reasons(batches(), image_rejects, texts, merged):
        rejected.append(
            frame.filter(pl.col(REASON).is_not_null()).select(
                "id", stage=STAGE, reason=REASON, detail=pl.col(DETAIL).fill_null("")
            )
        )
        if narrow[-1] not in frame.columns:
            valid = {name for name in frame.columns if name not in LISTING_ONLY and not name.startswith("//")}
            raise UserError(
                f"{name}: column {narrow[-1]!r} (split.group) is not there{nearest(narrow[-1], valid)}"
            )
        used.append(frame.filter(pl.col(REASON).is_null()).select(narrow))
    splits = assign(pl.concat(used), split, declared, name, groups, least)
    rejects = pl.concat(rejected).to_arrow().cast(pa.schema(list(REJECTS.columns.items())))
    return _samples(_with_reasons(batches(), image_rejects, texts, merged), splits), rejects


def check_use(splits: Mapping[str, int], rejects: pa.Table, split: dict | None, name: str) -> None:
    """Raise `UserError`, which begins with `name`, if no sample is left, or none is in the test split.

    `splits` is ``{split: number of samples}``, `split` is the dataset row's.
    """
    if not splits and len(rejects):
        frame = pl.DataFrame(rejects)
        counts = frame["reason"].value_counts(sort=True)
        reasons = ", ".join(f"{count} {reason}" for reason, count in counts.iter_rows())
        shown = frame.filter(pl.col("reason") == counts["reason"][0]).select("id", "detail").head(2)
        examples = ", ".join(
            f"{sample} ({detail})" if detail else sample for sample, detail in shown.iter_rows()
        )
        raise UserError(
            f"{name}: none of {len(rejects)} rows can be used: {reasons}; the first: {examples}; mend the data or the "
            "dataset's row"
        )
    if splits and TEST not in splits:
        found = ", ".join(sorted(splits))
        made = "test" in (split or {})
        remedy = (
            "raise split.test" if made else "add `split: {test: share}`, or name a split of the data test"
        )
        raise UserError(
            f"{name}: none of {sum(splits.values())} samples is in the test split, only in {found}; {remedy}"
        )


def split_samples(listing: pa.Table, *options: Any) -> tuple[pa.Table, pa.Table]:
    """Return (samples, rejects) of a listing in memory; `options` are the further arguments of `divide`."""
    samples, rejects = divide(lambda: [listing], *options)
    return pa.concat_tables(samples), rejects


def _with_reasons(
    batches: Iterable[pa.Table], image_rejects: pl.DataFrame, texts: dict[str, str], merged: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """Yield the batches with REASON (null for samples), STAGE and DETAIL, and the `merged` labels of repeated ids."""
    merged = merged.rename({"labels": MERGED})
    before = None
    for batch in batches:
        frame = pl.DataFrame(batch)
        for extra in ("source_problem", "source_split"):
            if extra not in frame.columns:
                frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(extra))
        frame = frame.join(image_rejects, on="id", how="left", maintain_order="left")
        if len(merged):
            frame = frame.join(merged, on="id", how="left", maintain_order="left")
            frame = frame.with_columns(pl.coalesce(MERGED, "labels").alias("labels"))
        stage, reason, detail = (pl.col(name) for name in IMAGE_REJECT.values())
        rules = [
            *(
                (holds, pl.lit("listing"), pl.lit(name), text)
                for name, holds, text in rejections(texts, before)
            ),
            (reason.is_not_null(), stage, reason, detail),
        ]
        yield frame.with_columns(
            pl.coalesce(pl.when(rule[0]).then(rule[number]) for rule in rules).alias(name)
            for number, name in enumerate((STAGE, REASON, DETAIL), start=1)
        )
        before = frame["id"][-1] if len(frame) else before


def _samples(frames: Iterable[pl.DataFrame], splits: pl.Series) -> Iterator[pa.Table]:
    start = 0
    for frame in frames:
        samples = frame.filter(pl.col(REASON).is_null())
        samples = samples.with_columns(splits.slice(start, len(samples)).alias("split"))
        start += len(samples)
        names = [name for name in frame.columns if name not in (*LISTING_ONLY, *SAMPLES.columns)]
        names = [name for name in names if not name.startswith("//")]
        schema = pa.schema([*SAMPLES.columns.items(), *((name, pa.string()) for name in names)])
        yield samples.select(schema.names).to_arrow().cast(schema)


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
