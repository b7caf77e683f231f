import errno
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.core import download_cache as module
from humancentric.core.download_cache import CHECKSUMS, DownloadCache
from humancentric.core.errors import UserError


def test_entries_outlive_the_process(tmp_path):
    first = DownloadCache(tmp_path / "spool", ["here"])
    assert first.get("page-1.json") is None
    first.put("page-1.json", b"{}")
    assert DownloadCache(tmp_path / "spool", ["here"]).get("page-1.json") == b"{}"


def test_entries_of_another_origin_are_removed(tmp_path):
    DownloadCache(tmp_path / "spool", ["here", 1]).put("page", b"old")
    assert DownloadCache(tmp_path / "spool", ["here", 2]).get("page") is None
    assert DownloadCache(tmp_path / "spool", ["here", 1]).get("page") is None


def test_a_damaged_marker_counts_as_another_origin(tmp_path):
    DownloadCache(tmp_path / "spool", ["here"]).put("page", b"old")
    (tmp_path / "spool" / module.ORIGIN).write_bytes(b"\x00")
    assert DownloadCache(tmp_path / "spool", ["here"]).get("page") is None


def test_clear_leaves_nothing(tmp_path):
    spool = DownloadCache(tmp_path / "spool", ["here"])
    spool.put("page", b"x")
    spool.clear()
    spool.clear()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_clear_left_is_removed(tmp_path):
    leaving = tmp_path / ".spool.leaving"
    leaving.mkdir()
    (leaving / "page").write_bytes(b"x")
    spool = DownloadCache(tmp_path / "spool", ["here"])
    assert spool.get("page") is None
    assert not leaving.exists()


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    spool = DownloadCache(tmp_path / "spool", ["here"])
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"No space left on device.*run again"):
        spool.put("page", b"x")


def test_old_pieces_count_as_absent(tmp_path):
    spool = DownloadCache(tmp_path / "spool", ["here"], max_age=100)
    spool.put("new", b"x")
    spool.put("old", b"x")
    past = time.time() - 101
    os.utime(tmp_path / "spool" / "old", (past, past))
    assert (spool.get("new"), spool.get("old")) == (b"x", None)


def test_a_finished_table_is_committed_in_place_of_its_entries(tmp_path):
    table = tmp_path / "table.parquet"
    spool = DownloadCache(tmp_path / "spool", ["here"], max_age=100)
    assert not spool.restore(table)
    spool.put("page", b"x")
    table.write_bytes(b"rows")
    spool.commit(**{table.name: table})
    assert spool.get("page") is None
    assert spool.committed(table.name).stat().st_ino == table.stat().st_ino  # a link costs no space
    table.unlink()
    again = DownloadCache(tmp_path / "spool", ["here"], max_age=100)
    assert again.restore(table)
    assert table.read_bytes() == b"rows"
    past = time.time() - 101
    os.utime(again.committed(table.name), (past, past))
    assert not again.restore(table)
    assert not DownloadCache(tmp_path / "spool", ["there"]).restore(table)


def test_damaged_entries_and_committed_files_count_as_absent(tmp_path, caplog):
    """A committed file is a link to the table, so what damages one damages both."""
    table = tmp_path / "table.parquet"
    table.write_bytes(b"rows")
    spool = DownloadCache(tmp_path / "spool")
    spool.commit(**{table.name: table})
    for key in ("whole", "flipped", "short"):
        spool.put(key, b"bytes")
    spool.put("whole", b"other bytes")  # the last version counts
    (tmp_path / "spool" / "flipped").write_bytes(b"bytEs")
    (tmp_path / "spool" / "short").write_bytes(b"byte")
    with table.open("r+b") as file:
        file.write(b"R")
    for cache in (spool, DownloadCache(tmp_path / "spool")):
        assert [cache.get(key) for key in ("whole", "flipped", "short")] == [b"other bytes", None, None]
        assert cache.committed(table.name) is None
        assert not cache.restore(tmp_path / "restored" / table.name)
    assert "table.parquet is damaged and made again" in caplog.text
    spool.put("flipped", b"new")
    assert DownloadCache(tmp_path / "spool").get("flipped") == b"new"


def test_damaged_checksums_cost_the_entries_and_nothing_else(tmp_path):
    spool = DownloadCache(tmp_path / "spool")
    spool.put("one", b"1")
    spool.put("two", b"2")
    with (tmp_path / "spool" / CHECKSUMS).open("r+b") as file:
        file.write(b"\xff\n")
    again = DownloadCache(tmp_path / "spool")
    assert (again.get("one"), again.get("two")) == (None, b"2")
    again.put("one", b"1")
    assert DownloadCache(tmp_path / "spool").get("one") == b"1"


def test_a_disk_without_links_gets_a_copy(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "table").write_bytes(b"rows")
    spool = DownloadCache(tmp_path / "spool")
    spool.commit(table=tmp_path / "table")
    assert spool.committed("table").read_bytes() == b"rows"


def test_what_a_killed_writer_left_is_gone_once_the_spool_is_opened_again(tmp_path):
    DownloadCache(tmp_path / "spool").put("piece", b"whole")
    remains = tmp_path / "spool" / ".other.4000000.tmp"
    remains.write_bytes(b"half")
    assert DownloadCache(tmp_path / "spool").get("piece") == b"whole"
    assert not remains.exists()


@pytest.mark.parametrize("key", ["", ".", "..", "../x", "a/b", "a\\b", ".origin.json", "a b", "a\n"])
def test_keys_cannot_leave_the_folder(tmp_path, key):
    spool = DownloadCache(tmp_path / "spool")
    with pytest.raises(ValueError, match="not a valid key"):
        spool.put(key, b"x")


@given(data=st.binary(max_size=200))
def test_bytes_come_back_as_they_were(tmp_path_factory, data):
    spool = DownloadCache(tmp_path_factory.mktemp("spool"), None)
    spool.put("piece", data)
    assert spool.get("piece") == data
