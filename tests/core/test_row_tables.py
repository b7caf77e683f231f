import contextlib
import errno

import pyarrow.parquet as pq
import pytest

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import IMAGES, REJECTS
from humancentric.core.tables import stream


def picture(number, size=10):
    return {"id": f"{number:04d}", "image": bytes([number % 256]) * size, "width": 1, "height": 2}


def test_a_stream_holds_what_was_appended_group_by_group(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "GROUP_BYTES", 100)
    rows = [picture(number) for number in range(25)]
    with stream(tmp_path / "table.parquet", IMAGES) as table:
        for row in rows:
            table.append(row)
        table.describe({"fetched": ["now"]})
    assert tables.read(tmp_path / "table.parquet", IMAGES).to_pylist() == rows
    assert tables.read_metadata(tmp_path / "table.parquet") == {"fetched": ["now"]}
    assert pq.ParquetFile(tmp_path / "table.parquet").num_row_groups == 4  # 8 pictures with their ids


def test_rows_come_one_by_one_in_their_order(tmp_path):
    rows = [picture(number) for number in range(25)]
    with stream(tmp_path / "table.parquet", IMAGES) as table:
        for row in rows:
            table.append(row)
    for size in (1, 8, 100):
        assert list(tables.rows(tmp_path / "table.parquet", IMAGES, size)) == rows
    assert tables.length(tmp_path / "table.parquet") == 25
    with pytest.raises(UserError, match="column 'stage'"):
        next(tables.rows(tmp_path / "table.parquet", REJECTS))


def test_a_stream_without_rows_is_an_empty_table(tmp_path):
    with stream(tmp_path / "table.parquet", REJECTS):
        pass
    assert tables.read(tmp_path / "table.parquet", REJECTS) == REJECTS.empty()


def test_rows_out_of_order_are_refused_and_nothing_is_left(tmp_path):
    with stream(tmp_path / "before", IMAGES) as table:
        table.append(picture(2))
        with pytest.raises(ValueError, match="in the order of ids"):
            table.append(picture(1))
    with contextlib.suppress(ValueError), stream(tmp_path / "t", IMAGES) as table:
        table.append(picture(2))
        table.append(picture(1))
    (tmp_path / "before").unlink()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_is_one_line(tmp_path, monkeypatch, number):
    def full(*_, **__):
        raise OSError(number, "Error writing bytes to file. Detail: [errno 28]")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    told = r"^\S+/t: cannot write \([A-Z][a-z ]+\); make room and run again"
    with pytest.raises(UserError, match=told), stream(tmp_path / "t", IMAGES) as table:
        table.append(picture(1))
    with pytest.raises(UserError, match="make room"):
        tables.write(tmp_path / "t", REJECTS.empty(), REJECTS)
    assert list(tmp_path.iterdir()) == []
