"""Flipped bits in tables: the reader says so, with the file and the remedy, or returns what was written."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humancentric.core import schemas, table_streams, tables
from humancentric.core.errors import UserError
from project import ROOT

FLIPS = 300  # of one bit each, in every file
ROWS = 400
NAMES = [f"{number:04d}" for number in range(ROWS)]
rng = np.random.default_rng(7)
TABLES = {
    "listing": (
        schemas.LISTING,
        {
            "id": NAMES,
            "labels": [["Drama", "War"][: number % 3] for number in range(ROWS)],
            "release_date": [None] * ROWS,
            "image_source": [f"/{name}.jpg" for name in NAMES],
        },
    ),
    "images": (
        schemas.IMAGES,
        {"id": NAMES, "image": [rng.bytes(300) for _ in NAMES], "width": [64] * ROWS, "height": [90] * ROWS},
    ),
    "rejects": (schemas.REJECTS, {name: NAMES for name in schemas.REJECTS.columns}),
    "embeddings": (
        schemas.embeddings(16),
        {"id": NAMES, "embedding": rng.normal(size=(ROWS, 16)).astype(np.float32).tolist()},
    ),
    "hashes": (
        schemas.HASHES,
        {"id": NAMES, "sha256": NAMES, "phash": rng.integers(0, 2**63, ROWS, np.uint64)},
    ),
}
METADATA = {"encoder": "clip", "width": 16, "fetched": ["2026-01-01T00:00:00+00:00"]}


def write_whole(path, table, schema):
    tables.write(path, table, schema, METADATA)


def write_by_row(path, table, schema):
    with tables.stream(path, schema) as rows:
        for row in table.to_pylist():
            rows.append(row)
        rows.describe(METADATA)


def write_by_batch(path, table, schema):
    described = table.replace_schema_metadata(tables.encode_metadata(METADATA))
    table_streams.write(path, [described[:100], described[100:]], schema)


READERS = {
    "read": tables.read,
    "batches": lambda path, schema: pa.Table.from_batches(tables.batches(path, schema)),
    "rows": lambda path, schema: schema.rows(list(tables.rows(path, schema))),
    "streams": lambda path, schema: pa.concat_tables(table_streams.read(path, schema)),
}


@pytest.mark.parametrize("write", [write_whole, write_by_row, write_by_batch])
@pytest.mark.parametrize("kind", TABLES)
def test_no_flipped_bit_gives_other_data(tmp_path, kind, write):
    schema, columns = TABLES[kind]
    table = schema.table(columns)
    path = tmp_path / "table.parquet"
    write(path, table, schema)
    data, numbers = path.read_bytes(), np.random.default_rng(3)
    silent, told, readers = [], [], list(READERS.items())
    for turn in range(FLIPS):
        damaged, place = bytearray(data), int(numbers.integers(len(data)))
        damaged[place] ^= 1 << int(numbers.integers(8))
        path.write_bytes(damaged)
        name, read = readers[turn % len(readers)]
        try:
            same = read(path, schema).equals(table) and tables.read_metadata(path) == METADATA
        except UserError as error:
            told.append(str(error))
        else:
            silent += [] if same else [(name, place, len(data))]
    assert len(silent) <= FLIPS // 100, silent
    assert len(told) > FLIPS // 2
    assert all(re.fullmatch(rf"{path}: .+; remove the file and run again", line) for line in told)


def test_the_name_of_a_text_column_is_checked_as_well(tmp_path):
    schema, columns = TABLES["listing"]
    path = tmp_path / "listing.parquet"
    tables.write(path, schema.table(columns).append_column("title", pa.array(NAMES)), schema)
    path.write_bytes(path.read_bytes().replace(b"\x05title", b"\x05tItle"))
    with pytest.raises(UserError, match=r"listing\.parquet: .*damaged .*; remove the file and run again"):
        tables.read(path, schema)


def test_a_file_without_checksums_is_read(tmp_path):
    schema, columns = TABLES["rejects"]
    table = schema.table(columns)
    pq.write_table(table.replace_schema_metadata({"humancentric": '{"a": 1}'}), tmp_path / "old.parquet")
    assert tables.read(tmp_path / "old.parquet", schema).equals(table)
    assert tables.read_metadata(tmp_path / "old.parquet") == {"a": 1}


def test_a_length_and_metadata_of_no_file_are_user_errors(tmp_path):
    (tmp_path / "cut.parquet").write_bytes(b"PAR1")
    for read in (tables.length, tables.read_metadata):
        with pytest.raises(UserError, match="file is missing"):
            read(tmp_path / "none.parquet")
        with pytest.raises(UserError, match=r"cut\.parquet: .*damaged"):
            read(tmp_path / "cut.parquet")


def test_tables_are_read_with_their_checksums_everywhere():
    library = ROOT / "workflow" / "scripts" / "humancentric"
    plain = re.compile(r"pq\.read_\w+\(|pq\.ParquetFile\((?!.*page_checksum_verification=True)")
    assert [
        path.name for path in library.rglob("*.py") if plain.search(path.read_text(encoding="utf-8"))
    ] == []
