"""Divide the listing of a dataset into samples and rejects, and merge the labels of rows that repeat an id."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from humancentric.core.errors import MIN_MATCH, UserError, nearest
from humancentric.core.hashing import TEST
from humancentric.core.schemas import REJECTS, SAMPLES
from humancentric.dataset.labels import in_bins
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
NUMBER, WEIGHT, STATED = "//number", "//weight", "//stated"


def rejections(
    texts: dict[str, str], before: str | None = None, target: Mapping[str, Any] | None = None
) -> list[tuple[str, pl.Expr, pl.Expr]]:
    """Return (reason, condition, detail) in order of precedence.

    `before` is the id of the row before the batch, `target` the row's ``target`` for regression; see `with_numbers`.
    """
    empty = pl.lit("")
    blank = [
        ("empty-text", pl.col(column).fill_null("").str.strip_chars() == "", pl.lit(column))
        for column in texts.values()
    ]
    unlabelled = ("no-label", pl.col("labels").list.len() == 0, empty)
    return [
        ("duplicate-id", ~pl.col("id").is_first_distinct() | (pl.col("id") == pl.lit(before)), empty),
        ("unusable", pl.col("source_problem").is_not_null(), pl.col("source_problem")),
        *(_unusable_numbers(target) if target is not None else [unlabelled]),
        *blank,
    ]


def with_numbers(frame: pl.DataFrame, target: Mapping[str, Any], name: str = "listing") -> pl.DataFrame:
    """Return a frame of a listing whose labels are replaced by a number, and its weight if there is one, as text.

    `target` is that of the dataset's row: the ``column`` of numbers (default: the only label is the number) and the
    column of ``weight``. Columns NUMBER and WEIGHT have the values, null for text that is not a number. Raises
    `UserError`, which begins with `name`, if a column is missing.
    """
    for key in ("column", "weight"):
        if key in target and target[key] not in frame.columns:
            valid = {column for column in frame.columns if not column.startswith("//")} - {
                *COLUMNS,
                *LISTING_ONLY,
            }
            raise UserError(
                f"{name}: column {target[key]!r} (target.{key}) does not exist{nearest(target[key], valid)}"
            )
    labels = pl.col("labels")
    number, is_valid = labels.list.first(), labels.list.len() == 1
    if "column" in target:
        number, is_valid = pl.col(target["column"]), pl.lit(True)
    elif "weight" in target:  # the listing of a subset has number and weight
        is_valid |= (labels.list.len() == 2) & (
            labels.list.last() == pl.col(target["weight"]).str.strip_chars()
        )
    texts = [number, *([pl.col(target["weight"])] if "weight" in target else [])]
    texts = [text.str.strip_chars() for text in texts]
    values = [text.cast(pl.Float64, strict=False) for text in texts]
    return frame.with_columns(
        pl.when(is_valid).then(values[0]).alias(NUMBER),
        (values[1] if len(values) > 1 else pl.lit(1.0)).alias(WEIGHT),
        pl.coalesce(number, labels.list.join(", "), pl.lit("")).alias(STATED),
        pl.concat_list(text.fill_null("") for text in texts).alias("labels"),
    )


def _unusable_numbers(target: Mapping[str, Any]) -> list[tuple[str, pl.Expr, pl.Expr]]:
    number, weight, least = pl.col(NUMBER), pl.col(WEIGHT), target.get("min_weight", 0)
    return [
        ("no-number", number.is_null(), pl.col(STATED)),
        ("not-finite", ~number.is_finite(), pl.col(STATED)),
        (
            "no-weight",
            weight.is_null() | ~weight.is_finite() | (weight <= 0),
            pl.lit(target.get("weight", "")),
        ),
        ("low-weight", weight < least, pl.format("{} below {}", weight, pl.lit(least))),
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
    target: Mapping[str, Any] | None = None,
) -> tuple[Iterator[pa.Table], pa.Table]:
    """Return (samples in batches, rejects); every row of the listing is in exactly one of them.

    `batches` yields the listing, at least one table, whenever it is called: once to find rejects and splits, and once
    more while the samples are consumed, so that only ids, labels and rejects need memory. Equal ids are in one batch or
    adjacent. `image_rejects` are the rejects of the image stage. `texts` is ``{text view: column}``; a sample needs all
    its texts. `split` is the dataset row's ``split``. Without it, the source's own splits are used; a name other than
    train, test and the `declared` ones raises `UserError`, which begins with `name`. `groups` ({id: name of its group})
    keep samples of the same content in one split. `repeated` says how to treat the labels of rows that repeat an id;
    see `merged_labels`. At least the share `least` of the samples must name a group.

    For regression `target` is that of the dataset's row, which may be empty; see `with_numbers`. A stratified split
    then has the same shares of ten quantile bins.
    """
    merged = merged_labels(batches(), repeated, name)
    image_rejects = pl.DataFrame(image_rejects).unique("id", keep="first", maintain_order=True)
    image_rejects = image_rejects.rename(IMAGE_REJECT)
    narrow = ["id", "labels", "source_split", *([split["group"]] if split and "group" in split else [])]
    used, rejected = [], []
    for frame in _with_reasons(batches(), image_rejects, texts, merged, target, name):
        rejected.append(
            frame.filter(pl.col(REASON).is_not_null()).select(
                "id", stage=STAGE, reason=REASON, detail=pl.col(DETAIL).fill_null("")
            )
        )
        if narrow[-1] not in frame.columns:
            valid = {name for name in frame.columns if name not in LISTING_ONLY and not name.startswith("//")}
            raise UserError(
                f"{name}: column {narrow[-1]!r} (split.group) does not exist{nearest(narrow[-1], valid)}"
            )
        used.append(frame.filter(pl.col(REASON).is_null()).select(narrow))
    whole = pl.concat(used)
    if target is not None and (split or {}).get("kind") == "stratified":
        bins = in_bins(whole["labels"].list.first().cast(pl.Float64).to_list(), quantiles=True)
        whole = whole.with_columns(labels=pl.Series([[name] for name in bins], dtype=pl.List(pl.String)))
    splits = assign(whole, split, declared, name, groups, least)
    rejects = pl.concat(rejected).to_arrow().cast(pa.schema(list(REJECTS.columns.items())))
    return _samples(_with_reasons(batches(), image_rejects, texts, merged, target, name), splits), rejects


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
            f"{name}: none of {len(rejects)} rows can be used: {reasons}; the first: {examples}; correct the data or "
            "the dataset's row"
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
    batches: Iterable[pa.Table],
    image_rejects: pl.DataFrame,
    texts: dict[str, str],
    merged: pl.DataFrame,
    target: Mapping[str, Any] | None,
    name: str,
) -> Iterator[pl.DataFrame]:
    """Yield the batches with REASON (null for samples), STAGE, DETAIL and the `merged` labels of repeated ids."""
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
        if target is not None:
            frame = with_numbers(frame, target, name)
        stage, reason, detail = map(pl.col, IMAGE_REJECT.values())
        rules = [
            *(
                (holds, pl.lit("listing"), pl.lit(found), text)
                for found, holds, text in rejections(texts, before, target)
            ),
            (reason.is_not_null(), stage, reason, detail),
        ]
        yield frame.with_columns(
            pl.coalesce(pl.when(rule[0]).then(rule[number]) for rule in rules).alias(column)
            for number, column in enumerate((STAGE, REASON, DETAIL), start=1)
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
    """Return the usable rows (id, labels) of repeated ids; equal ids must be in one batch or adjacent ones."""
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
    """Return the merged labels (id, labels) of each repeated id if `repeated` is MERGE, else no rows.

    With FIRST only the first row of an id is used, which is logged. Raises `UserError`, which begins with `name`, if
    `repeated` is ERROR and an id is repeated.
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
            f"{name}: {len(merged)} ids occur more than once, e.g. {examples}; correct the data, or set "
            f"source.repeated to {FIRST} or {MERGE}"
        )
    if repeated == MERGE:
        log.info(
            "%d ids occur more than once, e.g. %s; the first row has the labels of all", len(merged), examples
        )
        return merged.select("id", "labels")
    log.warning(
        "%d ids occur more than once, e.g. %s; the first row of each is used. The labels of %d of them differ%s",
        len(merged),
        examples,
        merged["differ"].sum(),
        f": set source.repeated to {MERGE} to keep them all" if merged["differ"].any() else "",
    )
    return EMPTY
