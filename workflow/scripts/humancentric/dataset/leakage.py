"""Count and list training samples that also occur in a test split or a control dataset: exact and near duplicates.

Texts are compared without case, punctuation and spacing, images by checksums and perceptual hashes. Ten million samples
need less than 8 GB (docs/scale.md): texts are read in batches, columns hold hashes, and pairs are formed in parts.
"""

import hashlib
import logging
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from humancentric.core import table_streams, tables
from humancentric.core.errors import MIN_MATCH, check_match, shown
from humancentric.core.hashing import TRAIN
from humancentric.core.schemas import HASHES, LEAKAGE, SAMPLES
from humancentric.dataset.near_duplicates import pairs

log = logging.getLogger("humancentric")

SAME_ID, PICTURE, NEAR = "same-id", "same-picture", "near-picture"  # kinds of pairs other than of texts
TWINS = "twin_kinds"  # key in counts and metadata: the kinds of pairs that make two samples twins
LISTED = 10  # maximum number of partners per sample and kind in the table; all are counted
PAIRS = 2_000_000  # pairs in memory at a time
BATCH = 8192  # texts in memory at a time
DIGITS = 32  # of a sha256: 128 bits, enough to distinguish ten million values
PHASH = "phash"


class _Letters(dict):
    """Maps letters, marks and digits to themselves and every other character to a space; filled on demand."""

    def __missing__(self, code: int) -> int:
        self[code] = code if unicodedata.category(chr(code))[0] in "LMN" else ord(" ")
        return self[code]


LETTERS = _Letters()


def normalised(text: str | None) -> str | None:
    """Return a text without case, punctuation, spacing and Unicode variants; None if no letter or digit is left."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join(folded.translate(LETTERS).split()) or None


def fingerprints(texts: Iterable[str | None]) -> list[str | None]:
    """Return the first 128 bits of the sha256 of every normalised text; None for one without letters and digits."""
    found = map(normalised, texts)
    return [None if text is None else hashlib.sha256(text.encode()).hexdigest()[:DIGITS] for text in found]


class ComparedTexts:
    """Compute fingerprints of the texts of a view, and check that enough of them can be compared."""

    def __init__(self, dataset: str, view: str) -> None:
        """Count nothing yet."""
        self.dataset, self.view = dataset, view
        self.total = self.found = 0
        self.without: list[str] = []  # the first texts without letters and digits

    def fingerprints(self, texts: pa.ChunkedArray) -> list[str | None]:
        """Return the `fingerprints` of some texts, and count them."""
        values: list[str | None] = []
        for begin in range(0, len(texts), BATCH):
            batch = texts.slice(begin, BATCH).to_pylist()
            found = fingerprints(batch)
            values += found
            without = (text or "" for text, value in zip(batch, found, strict=True) if value is None)
            self.without += islice(without, 3 - len(self.without))
        self.total += len(values)
        self.found += len(values) - values.count(None)
        return values

    def check(self, least: float) -> None:
        """Raise `UserError` if less than the share `least` can be compared; with 0, log if none can."""
        example = f"e.g. not {shown(self.without)}"
        facts = f"{self.dataset}: {{count}} texts of view {self.view} have letters or digits to compare, {example}"
        check_match(self.found, self.total, least, facts, "take the view out of leakage.texts")
        if self.total and not self.found:
            log.warning(facts.replace("{count}", "no"))


def kind_of(view: str) -> str:
    """Return the kind of pair that an equal text makes, e.g. ``same-plot``."""
    return f"same-{view}"


@dataclass(frozen=True)
class Side:
    """A dataset's samples in the order of their ids.

    `samples` has ``id``, ``split``, the column `PHASH` (UInt64) and one column per kind of pair, whose equal values
    form pairs; all columns but the first two may be null.
    """

    name: str
    samples: pl.DataFrame
    plain: int = 0  # pictures too plain to have a perceptual hash

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of pairs that equal values form."""
        return [name for name in self.samples.columns if name not in ("id", "split", PHASH)]


def read(
    name: str,
    samples: str | Path,
    hashes: Iterable[str | Path],
    texts: Mapping[str, str],
    compared: Collection[str] = (),
    least: float = MIN_MATCH,
) -> Side:
    """Return the dataset `name` from its samples table, its files of picture hashes and ``{text view: column}``.

    Raises `UserError` if less than the share `least` of the texts of a `compared` view can be compared.
    """
    views = {view: ComparedTexts(name, view) for view in texts}
    parts = []
    for table in table_streams.read(samples, SAMPLES, ["id", "split", *dict.fromkeys(texts.values())]):
        part = pl.DataFrame(table.select(["id", "split"]))
        for view, column in texts.items():
            values = views[view].fingerprints(table[column])
            part = part.with_columns(pl.Series(kind_of(view), values, pl.String))
        parts.append(part)
    frame = pl.concat(parts).sort("id")
    for view, texts_of_view in views.items():
        texts_of_view.check(least if view in compared else 0)
    known = pictures(hashes).join(frame.select("id"), on="id", how="semi")
    if len(known):
        frame = frame.join(known, on="id", how="left", maintain_order="left")
        frame = frame.select("id", "split", PICTURE, pl.exclude("id", "split", PICTURE))
    return Side(name, frame, known[PHASH].null_count())


def pictures(paths: Iterable[str | Path]) -> pl.DataFrame:
    """Return the columns ``id``, `PICTURE` (128 bits of the sha256) and `PHASH` (null: plain) of files of hashes."""
    table = pl.DataFrame(tables.read_many(paths, HASHES)).unique("id", keep="last", maintain_order=True)
    return table.select("id", pl.col("sha256").str.slice(0, DIGITS).alias(PICTURE), PHASH)


def find(
    dataset: Side, controls: Sequence[Side], distance: int, twins: Collection[str] = ()
) -> tuple[pa.Table, dict[str, Any]]:
    """Return the pairs (LEAKAGE) and their counts: inside `dataset` across its splits, and between it and `controls`.

    A pair is a sample `a` of the dataset (of its training split, if `b` is of the same dataset) and a sample `b`
    outside training. Samples of one id are listed as ``same-id`` only. For every compared dataset, the counts are the
    number of ``samples`` b; by kind, the ``pairs`` with a training sample and the ``samples`` b in them; and
    ``twins``, the number of b in such a pair of one of the kinds `twins`.
    """
    empty = LEAKAGE.empty()
    parts, compared = [empty], {}
    for other in (dataset, *controls):
        found, counts = _against(dataset, other, distance, twins)
        parts += [frame.to_arrow().cast(empty.schema) for frame in found]
        compared[other.name] = counts
    counts = {"dataset": dataset.name, "distance": distance, "plain_pictures": dataset.plain}
    counts[TWINS] = sorted(twins)
    return pa.concat_tables(parts), {**counts, "compared": compared}


def twins_of(path: str | Path, dataset: str) -> set[str]:
    """Return the ids of `dataset` that are twins of a training sample by the pairs in the file at `path`."""
    kinds = tables.read_metadata(path)[TWINS]
    return {
        row["id_b"]
        for row in tables.read(path, LEAKAGE).to_pylist()
        if row["dataset_b"] == dataset and row["split_a"] == TRAIN and row["kind"] in kinds
    }


def _against(
    dataset: Side, other: Side, distance: int, twins: Collection[str]
) -> tuple[list[pl.DataFrame], dict[str, Any]]:
    inside = other.name == dataset.name
    left = dataset.samples.with_row_index("a").filter(pl.lit(not inside) | (pl.col("split") == TRAIN))
    right = other.samples.with_row_index("b").filter(pl.col("split") != TRAIN)
    rows: list[pl.DataFrame] = []
    kinds: dict[str, dict[str, int]] = {}
    twinned = np.zeros(len(other.samples), bool)
    for kind, parts in _kinds(dataset, left, other, right, distance):
        number, samples = 0, 0
        for part in parts:
            pairs_of_part = part.with_columns(*_of(dataset, "a"), *_of(other, "b"))
            if kind != SAME_ID and not inside:
                pairs_of_part = pairs_of_part.filter(pl.col("id_a") != pl.col("id_b"))
            trained = pairs_of_part.filter(pl.col("split_a") == TRAIN)["b"]
            number, samples = number + len(trained), samples + trained.n_unique()
            if kind in twins:
                twinned[trained.to_numpy()] = True
            listed = pairs_of_part.sort("b", pl.col("split_a") != TRAIN, "a", "distance").group_by(
                "b", maintain_order=True
            )
            facts = {"dataset_b": pl.lit(other.name), "kind": pl.lit(kind)}
            rows.append(listed.head(LISTED).with_columns(**facts).select(LEAKAGE.empty().column_names))
        kinds[kind] = {"pairs": number, "samples": samples}
    return rows, {"samples": len(right), "twins": int(twinned.sum()), "kinds": kinds}


def _of(side: Side, row: str) -> list[pl.Expr]:
    """Return id and split, by name, of a side's samples at the row numbers in the column `row`."""
    return [pl.lit(side.samples[name]).gather(pl.col(row)).alias(f"{name}_{row}") for name in ("id", "split")]


def _kinds(
    dataset: Side, left: pl.DataFrame, other: Side, right: pl.DataFrame, distance: int
) -> Iterator[tuple[str, Iterator[pl.DataFrame]]]:
    """Yield every kind of pair with its pairs in parts: row numbers ``a`` and ``b`` of the two sides, ``distance``."""
    if other.name != dataset.name:
        yield SAME_ID, _joined(left.select("a", "id"), right.select("b", "id"), "id")
    for kind in dataset.kinds:
        if kind in other.kinds:
            yield kind, _joined(left.select("a", kind), right.select("b", kind), kind)
    if all(PHASH in side.samples.columns and side.samples[PHASH].count() for side in (dataset, other)):
        yield NEAR, _near(left, right, distance)


def _joined(left: pl.DataFrame, right: pl.DataFrame, key: str) -> Iterator[pl.DataFrame]:
    """Yield the pairs of rows whose `key` is equal and not null, with all pairs of a row of `right` in one part.

    A part has at most `PAIRS` pairs, or those of one row of `right`.
    """
    numbers = left.drop_nulls(key).group_by(key).len("pairs")
    wanted = right.join(numbers, on=key).sort("b")
    part = ((pl.col("pairs").cast(pl.Int64).cum_sum() - 1) // PAIRS).first().over("b")
    for _, rows in wanted.with_columns(part=part).group_by("part", maintain_order=True):
        found = rows.drop("part", "pairs").join(left, on=key)
        yield found if "distance" in found.columns else found.with_columns(distance=pl.lit(0))


def _near(left: pl.DataFrame, right: pl.DataFrame, distance: int) -> Iterator[pl.DataFrame]:
    """Yield the pairs of samples with near-duplicate pictures that are not the same bytes."""
    values = pl.concat([left[PHASH], right[PHASH]]).drop_nulls().unique().sort().to_numpy()
    i, j, bits = pairs(values, distance)
    indices = np.arange(len(values))
    near = pl.DataFrame(
        {
            "seen": values[np.concatenate([i, j, indices])],
            PHASH: values[np.concatenate([j, i, indices])],
            "distance": np.concatenate([bits, bits, np.zeros(len(values), np.int64)]),
        }
    )
    targets = right.select("b", pl.col(PHASH).alias("seen"), other=PICTURE).join(near, on="seen").drop("seen")
    for part in _joined(left.select("a", PHASH, PICTURE), targets, PHASH):
        yield part.filter(pl.col(PICTURE) != pl.col("other"))
