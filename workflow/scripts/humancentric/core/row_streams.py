"""Write a table row by row in the order of ids, in bounded memory; needs pyarrow alone."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from humancentric.core.files import atomic
from humancentric.core.schemas import TableSchema
from humancentric.core.tables import METADATA_KEY

GROUP_ROWS, GROUP_BYTES = 4096, 32 * 2**20


class TableStream:
    """The open end of a table: rows go in, in the order of their ids, and out to disk group by group."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        """Hold nothing yet."""
        self._writer, self._schema = writer, schema
        self._rows: list[Mapping[str, Any]] = []
        self._bytes = 0
        self._last = ""
        self.length = 0

    def append(self, row: Mapping[str, Any]) -> None:
        """Take one row; a `ValueError` if its id comes before the last one's."""
        if row["id"] < self._last:
            raise ValueError(f"id {row['id']!r} comes after {self._last!r}; append rows in the order of ids")
        self._last = row["id"]
        self._rows.append(row)
        self._bytes += sum(len(value) for value in row.values() if isinstance(value, bytes | str))
        self.length += 1
        if len(self._rows) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write the rows that are held as one group."""
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._bytes = [], 0

    def describe(self, metadata: Mapping[str, Any]) -> None:
        """Store `metadata` as `tables.write` does, to be read by `tables.read_metadata`."""
        text = json.dumps(metadata, ensure_ascii=False, sort_keys=True)
        self._writer.add_key_value_metadata({METADATA_KEY: text.encode("utf-8")})


@contextmanager
def stream(path: str | Path, expected: TableSchema) -> Iterator[TableStream]:
    """Yield a `TableStream` with the columns of `expected`; `path` is there when the block ends without an error."""
    schema = expected.empty().schema
    with atomic(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        rows = TableStream(writer, schema)
        yield rows
        rows.flush()
