"""Sample the pictures to read before and after masking, and build the contact sheets of an audit.

The sample depends on a seed only and is the same for every detector and view. A sheet shows random pictures or
those on which most characters survive.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import tables
from humancentric.core.images import decode
from humancentric.core.schemas import TableSchema
from humancentric.masking.contact_sheets import Example

Paths = Sequence[str | Path]


def rank(sample: str, seed: int) -> bytes:
    """Return the sort key of a sample: a hash of seed and id, independent of how samples are sharded."""
    return hashlib.sha256(f"{seed}:{sample}".encode()).digest()


def drawn(paths: Paths, schema: TableSchema, number: int, seed: int) -> list[str]:
    """Return the ids of `number` seeded samples of the tables at `paths`, in the order of their draw."""
    ids = tables.read_many(paths, schema, ["id"])["id"].to_pylist()
    return sorted(ids, key=lambda sample: rank(sample, seed))[:number]


def taken(paths: Paths, schema: TableSchema, wanted: Sequence[str]) -> pa.Table:
    """Return the rows of the `wanted` ids, with one table in memory at a time."""
    chosen = pa.array(wanted, pa.string())
    found = [schema.empty()]
    for path in paths:
        table = tables.read(path, schema)
        found.append(table.filter(pc.is_in(table["id"], value_set=chosen)))
    return pa.concat_tables(found)


GROUPS = 2  # samples side by side: letters of a poster's title can be read at that size
WORDS = 8  # surviving words that are told


def by_lot(masks: pa.Table, number: int, seed: int) -> list[str]:
    """Return the ids of `number` seeded pictures."""
    return sorted(masks["id"].to_pylist(), key=lambda sample: rank(sample, seed))[:number]


def worst(survival: pa.Table, number: int) -> list[str]:
    """Return the ids of up to `number` pictures on which characters survive, those with most of them first."""
    rows = zip(survival["id"].to_pylist(), survival["surviving"].to_pylist(), strict=True)
    found = sorted((-count, sample) for sample, count in rows if count)
    return [sample for _, sample in found[:number]]


def examples(
    before: pa.Table, after: pa.Table, masks: pa.Table, survival: pa.Table, wanted: Sequence[str]
) -> list[Example]:
    """Return the `wanted` pictures with frames around the words that survive; tables IMAGES, MASKS and SURVIVAL."""
    first, second, boxes, left = (
        {row["id"]: row for row in table.to_pylist() if row["id"] in wanted}
        for table in (before, after, masks, survival)
    )
    return [
        Example(
            decode(first[sample]["image"]),
            decode(second[sample]["image"]),
            boxes[sample],
            _surviving(left.get(sample)),
            _note(left.get(sample)),
        )
        for sample in wanted
    ]


def _surviving(row: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return [region for region in row["regions"] if region["left"]] if row else []


def _note(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not read"
    words = [region["left"] for region in _surviving(row)]
    told = f": {' '.join(words[:WORDS])}{' ...' if len(words) > WORDS else ''}" if words else ""
    return f"{row['surviving']} of {row['readable']} readable characters survive{told}"
