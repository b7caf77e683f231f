"""Count and list training samples that also occur in a test split or a control dataset.

Texts are compared without case, punctuation and spacing, images by their hashes.
"""

import hashlib
import logging
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.core import tables
from humancentric.core.errors import MIN_MATCH, check_match, shown
from humancentric.core.hashing import TRAIN
from humancentric.core.schemas import HASHES, LEAKAGE, SAMPLES
from humancentric.dataset.near_duplicates import pairs

log = logging.getLogger("humancentric")

SAME_ID, PICTURE, NEAR = "same-id", "same-picture", "near-picture"  # kinds of pairs, besides those of texts
TWINS = "twin_kinds"  # key in counts and metadata: the kinds of pairs that make two samples twins
LISTED = 10  # at most, partners of one sample and kind in the table; all are counted
Partners = list[tuple[int, int]]  # (row of the dataset, distance)


class _Letters(dict):
    """Maps letters, marks and digits to themselves and every other character to a space; filled on demand."""

    def __missing__(self, code: int) -> int:
        self[code] = code if unicodedata.category(chr(code))[0] in "LMN" else ord(" ")
        return self[code]


LETTERS = _Letters()


def normalised(text: str | None) -> str | None:
    """Return a text without case, punctuation, spacing and kinds of encoding; None if no letter or digit is left."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join(folded.translate(LETTERS).split()) or None


def fingerprints(texts: Iterable[str | None]) -> list[str | None]:
    """Return the sha256 of every normalised text; None for a text without letters and digits."""
    found = map(normalised, texts)
    return [None if text is None else hashlib.sha256(text.encode()).hexdigest() for text in found]


def check_texts(
    name: str, view: str, texts: Sequence[str | None], found: Sequence[str | None], least: float
) -> None:
    """Raise `UserError` if a smaller share than `least` of the texts of a view of dataset `name` can be compared.

    `found` are their `fingerprints`. With a `least` of 0, log if there are none.
    """
    without = [text or "" for text, print_ in zip(texts, found, strict=True) if print_ is None]
    facts = (
        f"{name}: {{count}} texts of view {view} have letters or digits to compare, e.g. not {shown(without)}"
    )
    check_match(len(texts) - len(without), len(texts), least, facts, "take the view out of leakage.texts")
    if texts and len(without) == len(texts):
        log.warning(facts.replace("{count}", "no"))


def kind_of(view: str) -> str:
    """Return the kind of pair that an equal text makes, e.g. ``same-plot``."""
    return f"same-{view}"


@dataclass(frozen=True)
class Side:
    """A dataset's samples in the order of their ids; `keys` has one value a sample for every kind of pair."""

    name: str
    ids: list[str]
    splits: list[str]
    keys: dict[str, list[str | None]]  # kind of pair: values, equal ones form pairs
    phashes: dict[str, int] = field(default_factory=dict)  # by id, without plain pictures
    plain: int = 0  # pictures too plain to have a perceptual hash


def read(
    name: str,
    samples: str | Path,
    hashes: Iterable[str | Path],
    texts: Mapping[str, str],
    compared: Collection[str] = (),
    least: float = MIN_MATCH,
) -> Side:
    """Return the dataset `name` from its samples table, its files of picture hashes and ``{text view: column}``.

    Raises `UserError` if a smaller share than `least` of the texts of a `compared` view can be compared.
    """
    table = tables.read(samples, SAMPLES, ["id", "split", *dict.fromkeys(texts.values())]).sort_by("id")
    ids = table["id"].to_pylist()
    sha256, phashes, plain = pictures(hashes, set(ids))
    keys: dict[str, list[str | None]] = {PICTURE: [sha256.get(sample) for sample in ids]} if sha256 else {}
    for view, column in texts.items():
        keys[kind_of(view)] = found = fingerprints(table[column].to_pylist())
        check_texts(name, view, table[column].to_pylist(), found, least if view in compared else 0)
    return Side(name, ids, table["split"].to_pylist(), keys, phashes, plain)


def pictures(paths: Iterable[str | Path], wanted: set[str]) -> tuple[dict[str, str], dict[str, int], int]:
    """Return sha256 by id, perceptual hash by id, and the number without one, of `wanted` ids in files of hashes."""
    table = tables.read_many(paths, HASHES)
    rows = [row for row in table.to_pylist() if row["id"] in wanted]
    phashes = {row["id"]: row["phash"] for row in rows if row["phash"] is not None}
    return {row["id"]: row["sha256"] for row in rows}, phashes, len(rows) - len(phashes)


def find(
    dataset: Side, controls: Sequence[Side], distance: int, twins: Collection[str] = ()
) -> tuple[pa.Table, dict[str, Any]]:
    """Return the pairs (LEAKAGE) and their counts: inside `dataset` across its splits, and between it and `controls`.

    A pair is a sample `a` of the dataset (of its training split, if `b` is of the same dataset) and a sample `b`
    outside training. Samples of one id are listed as ``same-id`` only. For every compared dataset, the counts are the
    number of ``samples`` b; by kind, the ``pairs`` with a training sample and the ``samples`` b in them; and
    ``twins``, the number of b in such a pair of one of the kinds `twins`.
    """
    rows: list[dict[str, Any]] = []
    compared = {}
    for other in (dataset, *controls):
        found, counts = _against(dataset, other, distance, twins)
        rows += found
        compared[other.name] = counts
    table = pa.Table.from_pylist(rows, schema=LEAKAGE.empty().schema)
    counts = {"dataset": dataset.name, "distance": distance, "plain_pictures": dataset.plain}
    counts[TWINS] = sorted(twins)
    return table, {**counts, "compared": compared}


def twins_of(path: str | Path, dataset: str) -> set[str]:
    """Return the ids of `dataset` that are twins of a training sample by the pairs in the file at `path`."""
    kinds = tables.read_metadata(path)[TWINS]
    return {
        row["id_b"]
        for row in tables.read(path, LEAKAGE).to_pylist()
        if row["dataset_b"] == dataset and row["split_a"] == TRAIN and row["kind"] in kinds
    }


def _listed(dataset: Side, partners: Partners) -> Partners:
    return sorted(partners, key=lambda partner: (dataset.splits[partner[0]] != TRAIN, *partner))[:LISTED]


def _against(
    dataset: Side, other: Side, distance: int, twins: Collection[str]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    inside = other.name == dataset.name
    left = [row for row, split in enumerate(dataset.splits) if not inside or split == TRAIN]
    right = [row for row, split in enumerate(other.splits) if split != TRAIN]
    rows: list[dict[str, Any]] = []
    kinds: dict[str, dict[str, int]] = {}
    twinned: set[int] = set()
    for kind, found in _kinds(dataset, left, other, right, distance):
        number, samples = 0, set()
        for b, partners in found:
            if kind != SAME_ID and not inside:
                partners = [(a, bits) for a, bits in partners if dataset.ids[a] != other.ids[b]]
            trained = sum(dataset.splits[a] == TRAIN for a, _ in partners)
            number += trained
            if trained:
                samples.add(b)
            rows += [_row(dataset, a, other, b, kind, bits) for a, bits in _listed(dataset, partners)]
        kinds[kind] = {"pairs": number, "samples": len(samples)}
        if kind in twins:
            twinned |= samples
    return rows, {"samples": len(right), "twins": len(twinned), "kinds": kinds}


def _kinds(
    dataset: Side, left: list[int], other: Side, right: list[int], distance: int
) -> Iterator[tuple[str, Iterator[tuple[int, Partners]]]]:
    """Yield every kind of pair with (row of `other`, its partners in `dataset`)."""
    if other.name != dataset.name:
        yield SAME_ID, _equal(dataset.ids, left, other.ids, right)
    for kind, values in dataset.keys.items():
        if kind in other.keys:
            yield kind, _equal(values, left, other.keys[kind], right)
    if dataset.phashes and other.phashes:
        yield NEAR, _near(dataset, left, other, right, distance)


def _equal(
    values: Sequence[str | None], left: list[int], others: Sequence[str | None], right: list[int]
) -> Iterator[tuple[int, Partners]]:
    rows_by_value: dict[str | None, list[int]] = defaultdict(list)
    for a in left:
        if values[a] is not None:
            rows_by_value[values[a]].append(a)
    for b in right:
        if others[b] in rows_by_value:
            yield b, [(a, 0) for a in rows_by_value[others[b]]]


def _near(
    dataset: Side, left: list[int], other: Side, right: list[int], distance: int
) -> Iterator[tuple[int, Partners]]:
    """Yield the samples whose pictures look alike without being the same bytes."""
    rows_by_value: dict[int, list[int]] = defaultdict(list)
    for a in left:
        if (value := dataset.phashes.get(dataset.ids[a])) is not None:
            rows_by_value[value].append(a)
    wanted = {value for b in right if (value := other.phashes.get(other.ids[b])) is not None}
    values = np.array(sorted(rows_by_value.keys() | wanted), np.uint64)
    close: dict[int, Partners] = {value: [(value, 0)] for value in wanted}
    for i, j, bits in zip(*(column.tolist() for column in pairs(values, distance)), strict=True):
        for one, two in ((int(values[i]), int(values[j])), (int(values[j]), int(values[i]))):
            if one in close and two in rows_by_value:
                close[one].append((two, bits))
    for b in right:
        partners = [
            (a, bits)
            for neighbour, bits in close.get(other.phashes.get(other.ids[b], -1), ())
            for a in rows_by_value.get(neighbour, ())
            if dataset.keys[PICTURE][a] != other.keys[PICTURE][b]
        ]
        if partners:
            yield b, partners


def _row(dataset: Side, a: int, other: Side, b: int, kind: str, bits: int) -> dict[str, Any]:
    return {
        "id_a": dataset.ids[a],
        "split_a": dataset.splits[a],
        "dataset_b": other.name,
        "id_b": other.ids[b],
        "split_b": other.splits[b],
        "kind": kind,
        "distance": bits,
    }
