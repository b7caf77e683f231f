import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric import spool as module
from humancentric.errors import UserError
from humancentric.spool import Spool


def test_pieces_outlive_the_process(tmp_path):
    first = Spool(tmp_path / "spool", ["here"])
    assert first.get("page-1.json") is None
    first.put("page-1.json", b"{}")
    assert Spool(tmp_path / "spool", ["here"]).get("page-1.json") == b"{}"


def test_pieces_of_another_origin_are_thrown_away(tmp_path):
    Spool(tmp_path / "spool", ["here", 1]).put("page", b"old")
    assert Spool(tmp_path / "spool", ["here", 2]).get("page") is None
    assert Spool(tmp_path / "spool", ["here", 1]).get("page") is None


def test_a_damaged_marker_counts_as_another_origin(tmp_path):
    Spool(tmp_path / "spool", ["here"]).put("page", b"old")
    (tmp_path / "spool" / module.ORIGIN).write_bytes(b"\x00")
    assert Spool(tmp_path / "spool", ["here"]).get("page") is None


def test_clear_leaves_nothing(tmp_path):
    spool = Spool(tmp_path / "spool", ["here"])
    spool.put("page", b"x")
    spool.clear()
    spool.clear()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_clear_left_is_removed(tmp_path):
    leaving = tmp_path / ".spool.leaving"
    leaving.mkdir()
    (leaving / "page").write_bytes(b"x")
    spool = Spool(tmp_path / "spool", ["here"])
    assert spool.get("page") is None
    assert not leaving.exists()


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    spool = Spool(tmp_path / "spool", ["here"])
    monkeypatch.setattr(module, "write_bytes", full)
    with pytest.raises(UserError, match=r"No space left on device.*run again"):
        spool.put("page", b"x")


@pytest.mark.parametrize("key", ["", ".", "..", "../x", "a/b", "a\\b", ".origin.json", "a b", "a\n"])
def test_keys_cannot_leave_the_folder(tmp_path, key):
    spool = Spool(tmp_path / "spool")
    with pytest.raises(ValueError, match="no key"):
        spool.put(key, b"x")


@given(data=st.binary(max_size=200))
def test_bytes_come_back_as_they_were(tmp_path_factory, data):
    spool = Spool(tmp_path_factory.mktemp("spool"), None)
    spool.put("piece", data)
    assert spool.get("piece") == data
