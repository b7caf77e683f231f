"""Paths that data name lead to nothing outside the folder of the data."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humancentric.core.images import ImageError
from humancentric.sources import picture_files
from humancentric.sources.kinds import mvsa, parquet
from humancentric.sources.picture_files import file_content, inside

SECRET = b"of another"


@pytest.fixture
def folder(tmp_path):
    """Return a folder of data beside one that is private."""
    for name in ("data", "private"):
        (tmp_path / name).mkdir()
        pq.write_table(pa.table({"image": [SECRET]}), tmp_path / name / "a.parquet")
    (tmp_path / "private" / "a.txt").write_bytes(SECRET)
    (tmp_path / "data" / "link").symlink_to(tmp_path / "private")
    return tmp_path / "data"


@pytest.mark.parametrize(
    "path", ["../private/a.txt", "link/a.txt", "..\\private\\a.txt", "{private}/a.txt", "a\0"]
)
def test_one_function_decides_what_is_inside(folder, path):
    path = path.format(private=folder.parent / "private")
    for found in (inside(path, folder), file_content(path, folder)):
        assert isinstance(found, ImageError)
        assert found.reason == "outside-root"


@pytest.mark.parametrize(
    "path", ["../private/a.parquet#0", "{private}/a.parquet#0", "x/../../private/a.parquet#0"]
)
def test_tables_outside_are_not_read(folder, path):
    path = path.format(private=folder.parent / "private")
    ((name, found),) = parquet.pictures(str(folder), [path], tables=str(folder), column="image")
    assert name == path
    assert isinstance(found, ImageError)
    assert found.reason == "outside-root"


def test_rows_and_tables_that_are_not_there_are_missing_pictures(folder):
    paths = ["a.parquet#0", "a.parquet#7", "b.parquet#0"]
    found = dict(parquet.pictures(str(folder), paths, tables=str(folder), column="image"))
    assert found["a.parquet#0"] == SECRET
    assert [found[path].reason for path in paths[1:]] == ["missing", "missing"]


@pytest.mark.parametrize("number", ["../../private/a", "{private}/a", "a"])
def test_texts_of_mvsa_outside_are_a_problem_of_the_row(tmp_path, number):
    private, root = tmp_path / "private", tmp_path / "mvsa"
    private.mkdir()
    (root / "data").mkdir(parents=True)
    (private / "a.txt").write_bytes(SECRET)
    (root / "data" / "a.txt").symlink_to(private / "a.txt")
    (root / "data" / "1.txt").write_text("good")
    lines = ["ID,text,image", f"{number.format(private=private)},positive,positive", "1,positive,positive"]
    (root / mvsa.LABELS).write_text("\n".join(lines))
    bad, good = mvsa.read({"root": str(root)}, {}).to_pylist()
    assert good["tweet"] == "good"
    assert bad["tweet"] is None
    assert "the dataset's folder" in bad["source_problem"]


def test_a_file_of_gigabytes_is_no_picture(folder, monkeypatch):
    monkeypatch.setattr(picture_files, "LARGEST", 3)
    (folder / "a.png").write_bytes(bytes(4))
    assert file_content("a.png", folder).reason == "too-large"
