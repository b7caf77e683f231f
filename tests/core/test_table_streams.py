"""Tables larger than memory: sorted on disk as they would be in memory, whole or absent."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from humancentric.core import table_streams, tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import LISTING
from humancentric.sources.source_kind import listing_table


def listing(ids, start=0):
    """Return rows whose labels tell the order in which they came."""
    return listing_table([{"id": name, "labels": [str(start + n)]} for n, name in enumerate(ids)], ["plot"])


def pieces(ids, size):
    return [listing(ids[start : start + size], start) for start in range(0, len(ids), size)]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text(max_size=3), min_size=1, max_size=60), st.integers(1, 20), st.sampled_from([1, 100, 700])
)
def test_a_table_sorted_on_disk_is_the_one_sorted_in_memory(tmp_path_factory, ids, size, memory):
    folder = tmp_path_factory.mktemp("streams")
    tables.write(folder / "memory.parquet", listing(ids), LISTING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_streams, "IN_MEMORY", memory)
        patch.setattr(table_streams, "SAMPLED", 3)
        rows = table_streams.write_sorted(folder / "disk.parquet", iter(pieces(ids, size)), LISTING)
    assert rows == len(ids)
    assert tables.read(folder / "disk.parquet", LISTING) == tables.read(folder / "memory.parquet", LISTING)
    assert sorted(path.name for path in folder.iterdir()) == ["disk.parquet", "memory.parquet"]


def test_a_large_table_is_cut_into_parts_of_equal_size(tmp_path, monkeypatch):
    ids = [f"{number:05d}" for number in np.random.default_rng(0).permutation(20_000)]
    monkeypatch.setattr(table_streams, "IN_MEMORY", 100_000)
    batches = pieces(ids, 1000)
    table_streams.write_sorted(tmp_path / "a.parquet", batches, LISTING)
    with pq.ParquetFile(tmp_path / "a.parquet") as file:
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    parts = -(-sum(batch.nbytes for batch in batches) // 100_000)
    assert len(sizes) == parts > 5
    assert max(sizes) < 1.5 * 20_000 / parts


def test_metadata_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(table_streams, "IN_MEMORY", 1)
    table = listing(["b", "a"]).replace_schema_metadata({tables.METADATA_KEY: b'{"files": 1}'})
    table_streams.write_sorted(tmp_path / "a.parquet", [table], LISTING)
    assert tables.read_metadata(tmp_path / "a.parquet") == {"files": 1}


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(table_streams, "IN_MEMORY", 1)

    def failing():
        yield from pieces(["a", "b", "c"], 1)
        raise UserError("wrong as a whole")

    with pytest.raises(UserError, match="wrong as a whole"):
        table_streams.write_sorted(tmp_path / "a.parquet", failing(), LISTING)
    assert not list(tmp_path.iterdir())


def test_remains_of_a_killed_job_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(table_streams, "IN_MEMORY", 1)
    (tmp_path / ".a.parquet.sort").mkdir()
    (tmp_path / ".a.parquet.sort" / "7.arrow").write_bytes(b"half")
    table_streams.write_sorted(tmp_path / "a.parquet", pieces(["a", "b"], 1), LISTING)
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_reading_in_batches_is_reading(tmp_path, monkeypatch):
    monkeypatch.setattr(table_streams, "ROWS", 3)
    tables.write(tmp_path / "a.parquet", listing(list("abcdefgh")), LISTING)
    batches = list(table_streams.read(tmp_path / "a.parquet", LISTING))
    assert [len(batch) for batch in batches] == [3, 3, 2]
    assert pa.concat_tables(batches) == tables.read(tmp_path / "a.parquet", LISTING)
    assert table_streams.write(tmp_path / "b.parquet", batches, LISTING) == 8
    assert tables.read(tmp_path / "b.parquet", LISTING) == tables.read(tmp_path / "a.parquet", LISTING)


def test_an_empty_table_is_one_batch(tmp_path):
    tables.write(tmp_path / "a.parquet", listing([]), LISTING)
    (batch,) = table_streams.read(tmp_path / "a.parquet", LISTING)
    assert (len(batch), batch.column_names) == (0, listing([]).column_names)
    with pytest.raises(UserError, match="file is missing"):
        list(table_streams.read(tmp_path / "none.parquet", LISTING))
