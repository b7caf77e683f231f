"""Write the vectors of a dataset: one file per split, made from parts that survive a killed job."""

import hashlib
import json
from collections.abc import Mapping, Sequence
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

MISMATCH = "remove the dataset's images and run again"
ROWS = 8192  # rows per row group, and in memory while a file is written


class EmbeddingWriter:
    """Collect vectors in parts, each with its ids in a memory-mapped file, and write them split by split."""

    def __init__(self, folder: str | Path, width: int, origin: Any) -> None:
        """Open `folder` with the parts of an earlier run of the same `width` and `origin` (how vectors are made)."""
        self.width = width
        self._cache = DownloadCache(folder, json.loads(json.dumps([width, origin])))
        self._ids: list[list[str]] = []
        self._vectors: list[np.ndarray] = []

    def restore(self, key: str) -> bool:
        """Add the part `key` of an earlier run; return False if there is none."""
        path = self._cache.file(key)
        if path is None:
            return False
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        vectors = table.column("embedding").combine_chunks()
        self._ids.append(table.column("id").to_pylist())
        self._vectors.append(vectors.flatten().to_numpy().reshape(len(table), self.width))
        return True

    def add(self, key: str, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Add the `vectors` (n, width) of `ids` as the part `key`."""
        sink = pa.BufferOutputStream()
        table = _table(pa.array(ids, pa.string()), vectors)
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        self._cache.put(key, sink.getvalue().to_pybytes())
        self.restore(key)

    def by_id(self) -> dict[str, np.ndarray]:
        """Return ``{id: vector}`` of all parts, in memory."""
        pairs = zip(self._ids, self._vectors, strict=True)
        return {name: np.array(vector) for ids, rows in pairs for name, vector in zip(ids, rows, strict=True)}

    def write(
        self, outputs: Mapping[str, str | Path], samples: pa.Table, metadata: Mapping[str, Any]
    ) -> None:
        """Write one embedding file per split named in `outputs`, sorted by id, then delete the parts.

        `samples` (id, split) are those of the splits, sorted by id. Raises `UserError` unless each is in exactly one
        part.
        """
        ids = samples.column("id").combine_chunks()
        part, row = self._positions(ids)
        splits = np.asarray(samples.column("split").to_pylist(), dtype=object)
        schema = schemas.embeddings(self.width).empty().schema
        for split, path in outputs.items():
            chosen = np.flatnonzero(splits == split)
            about = tables.encode_metadata({**metadata, "split": split, "samples": len(chosen)})
            described = tables.sealed(schema.with_metadata(about))
            with (
                atomic(path) as temporary,
                pq.ParquetWriter(temporary, described, **tables.WRITING) as file,
            ):
                for start in range(0, len(chosen), ROWS):
                    some = chosen[start : start + ROWS]
                    vectors = np.empty((len(some), self.width), np.float32)
                    for number in np.unique(part[some]):
                        here = part[some] == number
                        vectors[here] = self._vectors[number][row[some][here]]
                    file.write_table(_table(ids.take(pa.array(some)), vectors).cast(described))
        self._cache.clear()

    def _positions(self, ids: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of the part and the row within it for each of `ids`."""
        names = pa.array([name for part in self._ids for name in part], pa.string())
        position = pc.index_in(ids, value_set=names)
        missing = ids.filter(position.is_null())
        if len(missing):
            raise UserError(
                f"{len(missing)} of {len(ids)} samples have no image (first: id '{missing[0]}'); {MISMATCH}"
            )
        if len(names) != len(ids):
            counts = pc.value_counts(names)
            twice = sorted(counts.filter(pc.greater(counts.field("counts"), 1)).field("values").to_pylist())
            raise UserError(
                f"{len(twice)} of {len(ids)} samples occur more than once (first: id '{twice[0]}'); {MISMATCH}"
            )
        lengths = [len(part) for part in self._ids]
        ends = np.cumsum(lengths, dtype=np.int64)
        position = position.to_numpy(zero_copy_only=False).astype(np.int64)
        part = np.searchsorted(ends, position, side="right")
        return part, position - (ends - lengths)[part]


def part_key(rows: pa.Table) -> str:
    """Return 40 digits of the sha256 of the ids and contents (strings, bytes or nulls) of a part."""
    digest = hashlib.sha256()
    for column in rows.columns:
        for value in column:
            content = value.as_buffer() if value.is_valid else None
            digest.update(b"-" if content is None else b"%d:" % content.size)
            digest.update(content or b"")
    return digest.hexdigest()[:40]


def _table(ids: pa.Array, vectors: np.ndarray) -> pa.Table:
    """Return an embeddings table from `ids` and `vectors` (n, width)."""
    return pa.table({"id": ids, "embedding": tables.fixed_size_lists(vectors, vectors.shape[1])})
