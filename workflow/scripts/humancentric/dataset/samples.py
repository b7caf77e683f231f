"""Divide the listing of a dataset into samples and rejects, and assign the samples to splits."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.core.hashing import TEST, TRAIN, VALIDATION, check_names, hash_order, split_of
from humancentric.core.matching import MIN_MATCH, check_match, shown
from humancentric.core.schemas import REJECTS, SAMPLES
from humancentric.dataset.repeated_ids import FIRST, merged_labels

Splits = dict[str, str]  # id -> split

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
    see `repeated_ids.merged_labels`. At least the share `least` of the samples must name a group.
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


def hashed(
    ids: Sequence[str],
    test: float,
    validation: float = 0.0,
    seed: int = 0,
    groups: Mapping[str, str] | None = None,
) -> Splits:
    """Return ``{id: split}`` by a hash of each id, so that no sample moves when others are added or removed.

    With `groups` ({id: name of its group}), the names are hashed instead, so that a group is in one split. The shares
    are then shares of groups.
    """
    names = groups or {}
    return {sample: split_of(names.get(sample, sample), test, validation, seed) for sample in ids}


def stratified(
    ids: Sequence[str], strata: Sequence[str], test: float, validation: float = 0.0, seed: int = 0
) -> Splits:
    """Return ``{id: split}`` with the same shares of every stratum, in the order of a hash of seed and id."""
    members: dict[str, list[str]] = {}
    for sample, stratum in zip(ids, strata, strict=True):
        members.setdefault(stratum, []).append(sample)
    splits = {}
    for names in members.values():
        ordered = hash_order(names, seed)
        ends = round(test * len(ordered)), round((test + validation) * len(ordered))
        for position, sample in enumerate(ordered):
            splits[sample] = TEST if position < ends[0] else VALIDATION if position < ends[1] else TRAIN
    return splits


def iterative(
    ids: Sequence[str],
    labels: Sequence[Sequence[str]],
    test: float,
    validation: float = 0.0,
    seed: int = 0,
) -> Splits:
    """Return ``{id: split}`` with nearly the same shares of every label, for samples with several labels.

    Uses the iterative stratification of Sechidis et al. (2011) in the library ``iterstrat``. Its draws depend on the
    order of samples, so they are sorted by a hash of seed and id before.
    """
    from iterstrat.ml_stratifiers import IterativeStratification
    from sklearn.preprocessing import MultiLabelBinarizer

    shares = {TEST: test, VALIDATION: validation, TRAIN: 1 - test - validation}
    shares = {name: share for name, share in shares.items() if share > 0}
    labels_of = dict(zip(ids, labels, strict=True))
    order = hash_order(ids, seed)
    matrix = MultiLabelBinarizer().fit_transform([labels_of[sample] for sample in order]).astype(bool)
    folds = IterativeStratification(matrix, np.array(list(shares.values())), np.random.RandomState(seed))
    names = list(shares)
    return {sample: names[fold] for sample, fold in zip(order, folds, strict=True)}


def assign(
    frame: pl.DataFrame,
    split: dict | None,
    declared: Sequence[str] = (),
    name: str = "source",
    groups: Mapping[str, str] | None = None,
    least: float = MIN_MATCH,
) -> pl.Series:
    """Return the split of every row of `frame` (id, labels, source_split, a column of groups) by a row's ``split``.

    Without a share for test, the source's own splits are used, and a share for validation is taken from train. With
    `groups` ({id: name of its group}), groups are split instead of samples. Raises `UserError` if a smaller share than
    `least` of the samples has a value in the row's column of groups.
    """
    made = split or {}
    own = frame["source_split"].fill_null(TRAIN)
    if "test" not in made:
        check_names(dict(own.value_counts().iter_rows()), declared, name)
    if not made:
        return own
    divided = frame if "test" in made else frame.filter(own == TRAIN)
    shares = {"test": made.get("test", 0.0), "validation": made.get("validation", 0.0)}
    options = {**shares, "seed": made.get("seed", 0)}
    ids = divided["id"].to_list()
    if groups or "group" in made:
        chosen = hashed(ids, groups=groups or _groups(divided, made["group"], name, least), **options)
    elif made.get("kind") == "stratified":
        strata = ["|".join(sorted(names)) for names in divided["labels"].to_list()]
        chosen = stratified(ids, strata, **options)
    elif made.get("kind") == "iterative":
        chosen = iterative(ids, divided["labels"].to_list(), **options)
    else:
        chosen = hashed(ids, **options)
    return pl.Series(
        [chosen.get(sample, source) for sample, source in zip(frame["id"], own, strict=True)], dtype=pl.String
    )


def _groups(frame: pl.DataFrame, column: str, name: str, least: float) -> dict[str, str]:
    group = pl.col(column).str.normalize("NFC").str.strip_chars().fill_null("")
    pairs = frame.select("id", group=group)
    named, empty = pairs.filter(pl.col("group") != ""), pairs.filter(pl.col("group") == "")
    given, lacking = (shown(names.head(3).to_list()) for names in (named["group"], empty["id"]))
    facts = f"{name}: {{count}} samples have a value in column {column!r} (split.group), "
    facts += f"e.g. {given}; empty for {lacking}" if given else f"it is empty for {lacking}"
    check_match(len(named), len(frame), least, facts, "name another column")
    return dict(named.iter_rows())
