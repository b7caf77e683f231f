"""Count and list training samples that also occur in a test split or a control dataset.

Texts are compared without case, punctuation and spacing; images by their hashes.
"""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.core import tables
from humancentric.core.hashing import TRAIN
from humancentric.core.schemas import HASHES, LEAKAGE, SAMPLES
from humancentric.dataset.leakage.near_duplicates import pairs


class _Letters(dict):
    """Maps letters, marks and digits to themselves and every other character to a space; grows as it is asked."""

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


PICTURE = "same-picture"


def kind_of(view: str) -> str:
    """Return the kind of pair that an equal text makes, e.g. ``same-plot``."""
    return f"same-{view}"


@dataclass(frozen=True)
class Side:
    """A dataset's samples in the order of their ids; `keys` holds for every kind of pair one value a sample."""

    name: str
    ids: list[str]
    splits: list[str]
    keys: dict[str, list[str | None]]  # kind of pair: equal values make one
    phashes: dict[str, int] = field(default_factory=dict)  # by id, without plain pictures
    plain: int = 0  # pictures too plain to have a perceptual hash


def read(name: str, samples: str | Path, hashes: Iterable[str | Path], texts: Mapping[str, str]) -> Side:
    """Return the dataset `name` from its samples table, its files of picture hashes and ``{text view: column}``."""
    table = tables.read(samples, SAMPLES, ["id", "split", *dict.fromkeys(texts.values())]).sort_by("id")
    ids = table["id"].to_pylist()
    sha256, phashes, plain = pictures(hashes, set(ids))
    keys: dict[str, list[str | None]] = {PICTURE: [sha256.get(sample) for sample in ids]} if sha256 else {}
    keys |= {kind_of(view): fingerprints(table[column].to_pylist()) for view, column in texts.items()}
    return Side(name, ids, table["split"].to_pylist(), keys, phashes, plain)


def pictures(paths: Iterable[str | Path], wanted: set[str]) -> tuple[dict[str, str], dict[str, int], int]:
    """Return sha256 by id, perceptual hash by id, and how many have none, of the `wanted` ids in files of hashes."""
    table = tables.read_many(paths, HASHES)
    rows = [row for row in table.to_pylist() if row["id"] in wanted]
    phashes = {row["id"]: row["phash"] for row in rows if row["phash"] is not None}
    return {row["id"]: row["sha256"] for row in rows}, phashes, len(rows) - len(phashes)


SAME_ID, NEAR = "same-id", "near-picture"
TWINS = (
    "twin_kinds"  # the kinds of pairs that make two samples twins: in the counts, and in the table's metadata
)
LISTED = 10  # partners of one sample and kind that are listed; all are counted
Partners = list[tuple[int, int]]  # (row of the dataset, distance)


def find(
    dataset: Side, controls: Sequence[Side], distance: int, twins: Collection[str] = ()
) -> tuple[pa.Table, dict[str, Any]]:
    """Return the pairs (LEAKAGE) and their counts: inside `dataset` across its splits, and between it and `controls`.

    A pair is a sample `a` of the dataset, inside it one of the training split, and a sample `b` outside training. Two
    of one id are listed as ``same-id`` only. The counts hold for every dataset compared its ``samples`` b, by kind the
    ``pairs`` with a training sample and the ``samples`` b in them, and ``twins``: how many b share with a training
    sample what one of the kinds `twins` names.
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
    """Return the ids of `dataset` that the pairs in the file at `path` make twins of a training sample."""
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
    """Yield every kind of pair with its finds: rows of `other` and their partners in `dataset`."""
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
    where: dict[str, list[int]] = defaultdict(list)
    for a in left:
        if values[a] is not None:
            where[values[a]].append(a)
    for b in right:
        if others[b] in where:
            yield b, [(a, 0) for a in where[others[b]]]


def _near(
    dataset: Side, left: list[int], other: Side, right: list[int], distance: int
) -> Iterator[tuple[int, Partners]]:
    """Yield the samples whose pictures look alike without being the same bytes."""
    where: dict[int, list[int]] = defaultdict(list)
    for a in left:
        if (value := dataset.phashes.get(dataset.ids[a])) is not None:
            where[value].append(a)
    wanted = {value for b in right if (value := other.phashes.get(other.ids[b])) is not None}
    values = np.array(sorted(where.keys() | wanted), np.uint64)
    close: dict[int, Partners] = {value: [(value, 0)] for value in wanted}
    for i, j, bits in zip(*(column.tolist() for column in pairs(values, distance)), strict=True):
        for one, two in ((int(values[i]), int(values[j])), (int(values[j]), int(values[i]))):
            if one in close and two in where:
                close[one].append((two, bits))
    for b in right:
        value = other.phashes.get(other.ids[b])
        partners = [
            (a, bits)
            for neighbour, bits in close.get(value, ())
            for a in where.get(neighbour, ())
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
