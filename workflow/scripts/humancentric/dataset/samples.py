"""Which of the listed become samples, on which side of the split, and why the others do not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.core.schemas import REJECTS, SAMPLES
from humancentric.dataset.splitting import assign

LISTING_ONLY = ("image_source", "source_split", "source_problem")  # of no use behind this stage
JUDGEMENT = ("stage", "image_reason", "detail", "why_stage", "why", "why_detail")


def rejections(texts: dict[str, str], before: str | None = None) -> list[tuple[str, pl.Expr, pl.Expr]]:
    """Return (reason, condition, detail) in the order in which they are asked; the first that holds is the reason.

    `before` is the id of the row that came before the first one.
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
    place: str = "listing",
    groups: Mapping[str, str] | None = None,
) -> tuple[Iterator[pa.Table], pa.Table]:
    """Return (samples in batches, rejects); every row of the listing is in exactly one of them.

    `batches` gives the listing, at least one table, whenever it is called: once to judge and split, and once more
    while the samples are taken, so that only ids, labels and what is rejected need memory. Equal ids are in one batch
    or next to each other. `texts` is ``{text view: column}``: a sample needs all its texts. `split` is the dataset
    row's ``split``; without it the source's own split holds, whose names are train, test and the `declared` ones;
    another one is a `UserError` at `place`. `image_rejects` are the rejects of the image stage.
    `groups` ({id: name of its group}) keeps samples together whose content is the same.
    """
    unseen = pl.from_arrow(image_rejects).unique("id", keep="first", maintain_order=True)
    narrow = ["id", "labels", "source_split", *([split["group"]] if split and "group" in split else [])]
    kept, rejected = [], []
    for frame in _judged(batches(), unseen, texts):
        rejected.append(
            frame.filter(pl.col("why").is_not_null()).select(
                "id", stage="why_stage", reason="why", detail=pl.col("why_detail").fill_null("")
            )
        )
        if narrow[-1] not in frame.columns:
            valid = set(frame.columns) - {*JUDGEMENT, *LISTING_ONLY}
            raise UserError(
                f"{place}: column {narrow[-1]!r} (split.group) is not there{nearest(narrow[-1], valid)}"
            )
        kept.append(frame.filter(pl.col("why").is_null()).select(narrow))
    splits = assign(pl.concat(kept), split, declared, place, groups)
    rejects = pl.concat(rejected).to_arrow().cast(pa.schema(list(REJECTS.columns.items())))
    return _samples(_judged(batches(), unseen, texts), splits), rejects


def split_samples(listing: pa.Table, *rules: Any) -> tuple[pa.Table, pa.Table]:
    """Return (samples, rejects) of a listing in memory; `rules` are those of `divide`."""
    samples, rejects = divide(lambda: [listing], *rules)
    return pa.concat_tables(samples), rejects


def _judged(
    batches: Iterable[pa.Table], unseen: pl.DataFrame, texts: dict[str, str]
) -> Iterator[pl.DataFrame]:
    """Yield the batches with why a row is rejected: ``why`` (null where it is not), ``why_stage``, ``why_detail``."""
    before = None
    for batch in batches:
        frame = pl.from_arrow(batch)
        for extra in ("source_problem", "source_split"):
            if extra not in frame.columns:
                frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(extra))
        image = unseen.rename({"reason": "image_reason"})
        frame = frame.join(image, on="id", how="left", maintain_order="left")
        ladder = [
            *((pl.lit("listing"), pl.lit(reason), *rest) for reason, *rest in rejections(texts, before)),
            (pl.col("stage"), pl.col("image_reason"), pl.col("image_reason").is_not_null(), pl.col("detail")),
        ]

        def first(pick: int, ladder: list[tuple] = ladder) -> pl.Expr:
            return pl.coalesce(pl.when(step[2]).then(step[pick]) for step in ladder)

        yield frame.with_columns(why_stage=first(0), why=first(1), why_detail=first(3))
        before = frame["id"][-1] if len(frame) else before


def _samples(judged: Iterable[pl.DataFrame], splits: pl.Series) -> Iterator[pa.Table]:
    start = 0
    for frame in judged:
        kept = frame.filter(pl.col("why").is_null())
        kept = kept.with_columns(splits.slice(start, len(kept)).alias("split"))
        start += len(kept)
        names = [name for name in frame.columns if name not in (*LISTING_ONLY, *JUDGEMENT, *SAMPLES.columns)]
        schema = pa.schema([*SAMPLES.columns.items(), *((name, pa.string()) for name in names)])
        yield kept.select(schema.names).to_arrow().cast(schema)
