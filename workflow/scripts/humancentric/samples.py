"""Which of the listed become samples, on which side of the split, and why the others do not."""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from humancentric.schemas import REJECTS, SAMPLES
from humancentric.splitting import assign

LISTING_ONLY = ("image_source", "source_split", "source_problem")  # of no use behind this stage


def rejections(texts: dict[str, str]) -> list[tuple[str, pl.Expr, pl.Expr]]:
    """Return (reason, condition, detail) in the order in which they are asked; the first that holds is the reason."""
    empty = pl.lit("")
    blank = [
        ("empty-text", pl.col(column).fill_null("").str.strip_chars() == "", pl.lit(column))
        for column in texts.values()
    ]
    return [
        ("duplicate-id", ~pl.col("id").is_first_distinct(), empty),
        ("unusable", pl.col("source_problem").is_not_null(), pl.col("source_problem")),
        ("no-label", pl.col("labels").list.len() == 0, empty),
        *blank,
    ]


def split_samples(
    listing: pa.Table,
    image_rejects: pa.Table,
    texts: dict[str, str],
    split: dict | None,
    declared: Sequence[str] = (),
    place: str = "listing",
) -> tuple[pa.Table, pa.Table]:
    """Return (samples, rejects); every row of `listing` is in exactly one of them.

    `texts` is ``{text view: column}``: a sample needs all its texts. `split` is the dataset row's ``split``; without
    it the source's own split holds, whose names are train, test and the `declared` ones; another one is a `UserError`
    at `place`. `image_rejects` are the rejects of the image stage.
    """
    frame = pl.from_arrow(listing)
    for extra in ("source_problem", "source_split"):
        if extra not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(extra))
    unseen = pl.from_arrow(image_rejects).unique("id", keep="first", maintain_order=True)
    frame = frame.join(unseen.rename({"reason": "image_reason"}), on="id", how="left", maintain_order="left")
    ladder = [
        *(
            (pl.lit("listing"), pl.lit(reason), condition, detail)
            for reason, condition, detail in rejections(texts)
        ),
        (pl.col("stage"), pl.col("image_reason"), pl.col("image_reason").is_not_null(), pl.col("detail")),
    ]

    def first(pick: int) -> pl.Expr:
        return pl.coalesce(pl.when(step[2]).then(step[pick]) for step in ladder)

    frame = frame.with_columns(why_stage=first(0), why=first(1), why_detail=first(3))
    rejected = frame.filter(pl.col("why").is_not_null()).select(
        "id", stage="why_stage", reason="why", detail=pl.col("why_detail").fill_null("")
    )
    kept = frame.filter(pl.col("why").is_null())
    kept = kept.with_columns(assign(kept, split, declared, place).alias("split"))
    names = [
        name for name in listing.column_names if name not in LISTING_ONLY and name not in SAMPLES.columns
    ]
    schema = pa.schema([*SAMPLES.columns.items(), *((name, pa.string()) for name in names)])
    return (
        kept.select(schema.names).to_arrow().cast(schema),
        rejected.to_arrow().cast(pa.schema(list(REJECTS.columns.items()))),
    )
