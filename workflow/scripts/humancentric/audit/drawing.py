"""The pictures that are read before and after masking: the same seeded ones for every detector and view."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from humancentric import tables
from humancentric.schemas import TableSchema

Paths = Sequence[str | Path]


def rank(sample: str, seed: int) -> bytes:
    """Return by what samples are ranked: the first of them are drawn, whatever shards they lie in."""
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
