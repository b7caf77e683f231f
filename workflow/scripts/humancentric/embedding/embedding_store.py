"""Write embeddings: finished pieces survive a killed job, then each split becomes one file sorted by id."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from humancentric.core import schemas, tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.files import atomic

ROWS = 8192  # of one row group: what is in memory while a file is written
MISMATCH = "remove the dataset's images and run again"


class EmbeddingWriter:
    """Vectors that are finished, each piece with its ids in a file of its own that is mapped, not read."""

    def __init__(self, folder: str | Path, width: int, origin: Any) -> None:
        """Open `folder` with what an earlier run with the same `origin` (how vectors are made) left of `width`."""
        self.width = width
        self._spool = DownloadCache(folder, json.loads(json.dumps([width, origin])))
        self._ids: list[list[str]] = []
        self._vectors: list[np.ndarray] = []

    def take(self, key: str) -> bool:
        """Return whether the piece `key` is there already; it then counts as added."""
        path = self._spool.folder / key
        if not path.exists():
            return False
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        self._append(table)
        return True

    def add(self, key: str, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Keep the `vectors` (n, width) of `ids` as the piece `key`."""
        sink = pa.BufferOutputStream()
        batch = table_of(pa.array(ids, pa.string()), vectors).to_batches()[0]
        with pa.ipc.new_file(sink, batch.schema) as writer:
            writer.write_batch(batch)
        self._spool.put(key, sink.getvalue().to_pybytes())
        self.take(key)

    def by_id(self) -> dict[str, np.ndarray]:
        """Return ``{id: vector}`` of all pieces, in memory."""
        pairs = zip(self._ids, self._vectors, strict=True)
        return {name: np.array(vector) for ids, rows in pairs for name, vector in zip(ids, rows, strict=True)}

    def write(
        self, outputs: Mapping[str, str | Path], samples: pa.Table, metadata: Mapping[str, Any]
    ) -> None:
        """Write one embedding file per split named in `outputs`, sorted by id, then forget the pieces.

        `samples` (id, split) are those of the splits, sorted by id; every one must be in exactly one piece.
        """
        ids = samples.column("id").combine_chunks()
        piece, row = self._places(ids)
        splits = np.asarray(samples.column("split").to_pylist(), dtype=object)
        for split, path in outputs.items():
            chosen = np.flatnonzero(splits == split)
            facts = {**metadata, "split": split, "samples": len(chosen)}
            self._write_one(path, ids, chosen, piece, row, facts)
        self._spool.clear()

    def _append(self, table: pa.Table) -> None:
        vectors = table.column("embedding").combine_chunks()
        self._ids.append(table.column("id").to_pylist())
        self._vectors.append(vectors.flatten().to_numpy().reshape(len(table), self.width))

    def _places(self, ids: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Return for each of `ids` the number of its piece and its row there."""
        names = [name for piece in self._ids for name in piece]
        where = pc.index_in(ids, value_set=pa.array(names, pa.string()))
        first = ids.filter(where.is_null())
        if len(first):
            raise UserError(
                f"{len(first)} of {len(ids)} samples are there without an image (first: id '{first[0]}'); {MISMATCH}"
            )
        if len(names) != len(ids):
            counts = pc.value_counts(pa.array(names, pa.string()))
            twice = sorted(counts.filter(pc.greater(counts.field("counts"), 1)).field("values").to_pylist())
            raise UserError(
                f"{len(twice)} of {len(ids)} samples are there more than once (first: id '{twice[0]}'); {MISMATCH}"
            )
        lengths = [len(piece) for piece in self._ids]
        pieces = np.repeat(np.arange(len(lengths)), lengths)
        rows = np.concatenate([np.arange(length) for length in lengths]) if lengths else np.empty(0, np.int64)
        numbers = where.to_numpy(zero_copy_only=False).astype(np.int64)
        return pieces[numbers], rows[numbers]

    def _write_one(
        self,
        path: str | Path,
        ids: pa.Array,
        chosen: np.ndarray,
        piece: np.ndarray,
        row: np.ndarray,
        facts: Mapping[str, Any],
    ) -> None:
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        schema = schemas.embeddings(self.width).empty().schema
        schema = schema.with_metadata({tables.METADATA_KEY: text.encode("utf-8")})
        with atomic(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            for start in range(0, len(chosen), ROWS):
                some = chosen[start : start + ROWS]
                vectors = np.empty((len(some), self.width), np.float32)
                for number in np.unique(piece[some]):
                    here = piece[some] == number
                    vectors[here] = self._vectors[number][row[some][here]]
                writer.write_table(table_of(ids.take(pa.array(some)), vectors).cast(schema))


def table_of(ids: pa.Array, vectors: np.ndarray) -> pa.Table:
    """Return the table of embeddings of `ids` and `vectors` (n, width) float32."""
    flat = pa.array(np.ascontiguousarray(vectors, np.float32).reshape(-1), pa.float32())
    return pa.table({"id": ids, "embedding": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])})


def key_of(rows: pa.Table) -> str:
    """Return the key of a piece: a sha256 of the ids and contents (strings, bytes or nulls) it is made from."""
    digest = hashlib.sha256()
    for column in rows.columns:
        for value in column:
            content = value.as_buffer() if value.is_valid else None
            digest.update(b"-" if content is None else b"%d:" % content.size)
            digest.update(content or b"")
    return digest.hexdigest()[:40]


def demand_row(path: str | Path, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the embedding file at `path` says of itself; `UserError` if it was made with another row."""
    found = tables.read_metadata(path)
    made = found.get("row", {})
    differing = sorted(key for key in {*made, *row} if made.get(key) != row.get(key))
    if differing:
        key = differing[0]
        raise UserError(
            f"{path}: made with {key} {made.get(key)!r}, the row of encoder '{found.get('encoder')}' says "
            f"{row.get(key)!r}; remove the file and run again"
        )
    return found


def ids_in(path: str | Path) -> list[str]:
    """Return the ids of an embedding file, as they are sorted there."""
    return pq.read_table(path, columns=["id"]).column("id").to_pylist()


def vectors_in(path: str | Path, wanted: Iterable[str]) -> dict[str, np.ndarray]:
    """Return ``{id: vector}`` of those of the `wanted` ids that the embedding file has, read row group by row group."""
    wanted, found = set(wanted), {}
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            vectors = batch.column("embedding")
            for number, name in enumerate(batch.column("id").to_pylist()):
                if name in wanted:
                    found[name] = np.array(vectors[number].as_py(), np.float32)
    return found
