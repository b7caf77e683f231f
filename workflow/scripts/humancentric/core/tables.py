"""Read and write the Parquet tables of the workflow: checked, sorted by id, complete or absent."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from humancentric.core.errors import UserError
from humancentric.core.files import ABSENT, REMEDY, atomic, readable
from humancentric.core.schemas import TableSchema

METADATA_KEY = b"humancentric"
CHECKSUM_KEY = b"humancentric.sha256"  # of the metadata, which the checksums of Parquet's pages do not cover
SCHEMA_KEY = b"humancentric.schema"  # checksum of the names and types of the columns
WRITING: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}
PAGE_ROWS = 8  # rows in a page of pictures; a page is always read as a whole
GROUP_ROWS, GROUP_BYTES = 4096, 32 * 2**20  # limits of a row group in a table that is written row by row
BUFFER = 2**20  # bytes read at a time from a table that is read row by row


def check(schema: pa.Schema, expected: TableSchema, path: str | Path) -> None:
    """Raise `UserError`, which names file, column, expected and found type, if `schema` is not as expected."""
    for name, kind in expected.columns.items():
        found = schema.field(name).type if name in schema.names else "nothing"
        if found != kind:
            raise UserError(f"{path}: column '{name}' should be {kind}, found {found}; {REMEDY}")
    for field in schema:
        if field.name in expected.columns:
            continue
        if not expected.texts:
            raise UserError(f"{path}: column '{field.name}' does not belong in {expected.name}; {REMEDY}")
        if field.type != pa.string():
            raise UserError(f"{path}: column '{field.name}' should be string, found {field.type}; {REMEDY}")


def write(
    path: str | Path, table: pa.Table, expected: TableSchema, metadata: dict[str, Any] | None = None
) -> None:
    """Write `table` to `path` atomically, stably sorted by id, with `metadata` as JSON under ``humancentric``."""
    check(table.schema, expected, path)
    if "id" in table.schema.names:
        table = table.take(pc.sort_indices(table.column("id")))
    if metadata is not None:
        table = table.replace_schema_metadata(encode_metadata(metadata))
    table = table.replace_schema_metadata(sealed(table.schema).metadata)
    with atomic(path) as temporary:
        large = any(pa.types.is_large_binary(kind) for kind in expected.columns.values())
        pq.write_table(table, temporary, write_batch_size=PAGE_ROWS if large else None, **WRITING)


def sealed(schema: pa.Schema) -> pa.Schema:
    """Return `schema` with the checksum of its columns in the metadata."""
    return schema.with_metadata({**(schema.metadata or {}), SCHEMA_KEY: _checksum(schema)})


def _checksum(schema: pa.Schema) -> bytes:
    # Parquet calls the values of a list "element", Arrow calls them "item".
    columns = ((field.name, str(field.type).replace("<element: ", "<item: ")) for field in schema)
    return hashlib.sha256(json.dumps(list(columns)).encode()).hexdigest().encode()


class TableFile(pq.ParquetFile):
    """An open Parquet file whose pages are compared with their checksums; damage raises `UserError`."""

    def __init__(self, path: str | Path, remedy: str = REMEDY, absent: str = ABSENT, **options: Any) -> None:
        """Read the footer of the file at `path`; `options` are pyarrow's, `remedy` and `absent` those of `readable`."""
        self._reading = partial(
            readable, path, "Parquet file", pa.ArrowException, remedy=remedy, absent=absent
        )
        with self._reading():
            super().__init__(path, page_checksum_verification=True, **options)
            checksum = (self.metadata.metadata or {}).get(SCHEMA_KEY)
            if checksum is not None and checksum != _checksum(self.schema_arrow):
                raise ValueError("its columns have a different checksum")

    def read(self, *args: Any, **options: Any) -> pa.Table:
        """Return the table, as pyarrow does."""
        with self._reading():
            return super().read(*args, **options)

    def read_row_group(self, *args: Any, **options: Any) -> pa.Table:
        """Return one row group, as pyarrow does."""
        with self._reading():
            return super().read_row_group(*args, **options)

    def iter_batches(self, *args: Any, **options: Any) -> Iterator[pa.RecordBatch]:
        """Yield batches, as pyarrow does."""
        batches = super().iter_batches(*args, **options)
        while True:
            with self._reading():
                batch = next(batches, None)
            if batch is None:
                return
            yield batch


def opened(path: str | Path, expected: TableSchema, buffer: int = 0) -> TableFile:
    """Return the open file at `path` after checking its schema; raises as `read` does.

    With a `buffer` (bytes), batches are read from disk one by one, otherwise whole columns at once.
    """
    file = TableFile(path, buffer_size=buffer, pre_buffer=not buffer)
    try:
        check(file.schema_arrow, expected, path)
    except UserError:
        file.close()
        raise
    return file


def read(path: str | Path, expected: TableSchema, columns: Iterable[str] | None = None) -> pa.Table:
    """Return the table at `path` (only `columns` if given) after checking its schema.

    Raises `UserError` if the file is missing, not Parquet, damaged, or has columns other than `expected`.
    """
    with opened(path, expected) as file:
        return file.read(columns=None if columns is None else list(columns))


def read_many(
    paths: Iterable[str | Path], expected: TableSchema, columns: Iterable[str] | None = None
) -> pa.Table:
    """Return the rows of several files of one schema, in the order of `paths`, as one table."""
    tables = [read(path, expected, columns) for path in paths]
    return pa.concat_tables(tables, promote_options="default") if tables else expected.empty()


def batches(path: str | Path, expected: TableSchema, size: int = 128) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the table at `path`, at most `size` at a time; raises as `read` does."""
    with opened(path, expected) as file:
        yield from file.iter_batches(batch_size=size)


def rows(path: str | Path, expected: TableSchema, size: int = 8) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of large values with `size` of them in memory at a time; raises as `read` does."""
    with opened(path, expected, BUFFER) as file:
        for batch in file.iter_batches(batch_size=size):
            yield from batch.to_pylist()


def schema_of(path: str | Path) -> pa.Schema:
    """Return the schema of the table at `path`. Raises `UserError` if the file is missing or damaged."""
    with TableFile(path) as file:
        return file.schema_arrow


def length(path: str | Path) -> int:
    """Return the number of rows of the table at `path`."""
    with TableFile(path) as file:
        return file.metadata.num_rows


def encode_metadata(metadata: Mapping[str, Any]) -> dict[bytes, bytes]:
    """Return `metadata` and its checksum as the entries of a schema's metadata that `read_metadata` reads."""
    text = json.dumps(metadata, ensure_ascii=False, sort_keys=True).encode("utf-8")
    return {METADATA_KEY: text, CHECKSUM_KEY: hashlib.sha256(text).hexdigest().encode()}


def read_metadata(path: str | Path) -> dict[str, Any]:
    """Return the JSON stored under ``humancentric`` in the file's metadata (empty if there is none).

    Raises `UserError` if the file is missing or damaged.
    """
    with TableFile(path) as file:
        found = file.metadata.metadata or {}
    text = found.get(METADATA_KEY, b"{}")
    checksum = hashlib.sha256(text).hexdigest().encode()
    if found.get(CHECKSUM_KEY, checksum) != checksum:
        raise UserError(f"{path}: the metadata are damaged; {REMEDY}")
    return json.loads(text)


def fixed_size_lists(values: np.ndarray, width: int) -> pa.FixedSizeListArray:
    """Return the numbers of `values` (any shape, in C order) as float32 lists of `width` numbers each."""
    flat = np.ascontiguousarray(values, np.float32).reshape(-1)
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), width)


class TableStream:
    """A table that is written row by row, sorted by id, in row groups of bounded memory."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        """Start without rows."""
        self._writer, self._schema = writer, schema
        self._rows: list[Mapping[str, Any]] = []
        self._bytes = 0
        self._last = ""
        self.length = 0

    def append(self, row: Mapping[str, Any]) -> None:
        """Append one row. Raises `ValueError` if its id sorts before the previous one."""
        if row["id"] < self._last:
            raise ValueError(f"id {row['id']!r} comes after {self._last!r}; append rows in the order of ids")
        self._last = row["id"]
        self._rows.append(row)
        self._bytes += sum(len(value) for value in row.values() if isinstance(value, bytes | str))
        self.length += 1
        if len(self._rows) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write the rows in memory as one group."""
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._bytes = [], 0

    def describe(self, metadata: Mapping[str, Any]) -> None:
        """Store `metadata` as `write` does, to be read by `read_metadata`."""
        self._writer.add_key_value_metadata(encode_metadata(metadata))


@contextmanager
def stream(path: str | Path, expected: TableSchema) -> Iterator[TableStream]:
    """Yield a `TableStream` with the columns of `expected`; `path` appears when the block ends without an error."""
    schema = expected.empty().schema
    with atomic(path) as temporary, pq.ParquetWriter(temporary, sealed(schema), **WRITING) as writer:
        rows = TableStream(writer, schema)
        yield rows
        rows.flush()
