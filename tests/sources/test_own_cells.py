"""Cells of a user's table: names of columns, missing values, Unicode, and lists written as text."""

import json
import re
import unicodedata

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humancentric.core.errors import UserError
from humancentric.core.hashing import split_name
from humancentric.core.schemas import OWN_COLUMNS, data_column, stored_column
from humancentric.dataset.samples import split_samples
from humancentric.sources import listing_readers
from humancentric.sources.cells import read_list
from humancentric.study.study import NAME
from own_data import labels, problems, read, table, text

OURS = ["detail", "stage", "reason", "why", "key", "image_reason", "id", "split", "labels", "source_problem"]
PATTERNS = ["*", "^.*$", "//id", "//stage", "//position", "text:id", "data:genres", "release_date"]


@pytest.mark.parametrize("name", OURS + PATTERNS)
def test_a_text_may_be_in_a_column_of_any_name(tmp_path, name):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"film": ["1", "2", "3"], "genres": "x", name: ["a", "b", ""]}).write_parquet(path)
    stored = stored_column(name)
    listing = listing_readers.read(table(str(path)), {"view": stored})
    assert listing[stored].to_pylist() == ["a", "b", ""]
    no_image = pa.table({"id": ["2"], "stage": ["image"], "reason": ["missing"], "detail": ["2.png"]})
    samples, rejects = split_samples(listing, no_image, {"view": stored}, {"test": 0.5})
    assert samples.select(["id", stored]).to_pylist() == [{"id": "1", stored: "a"}]
    assert samples["labels"].to_pylist() == [["x"]]
    assert rejects.to_pylist() == [
        {"id": "2", "stage": "image", "reason": "missing", "detail": "2.png"},
        {"id": "3", "stage": "listing", "reason": "empty-text", "detail": stored},
    ]


def test_stored_names_are_different_and_lead_back():
    names = [*OURS, *PATTERNS, *OWN_COLUMNS, "plot", "text:text:id"]
    assert len({stored_column(name) for name in names}) == len(set(names))
    assert [data_column(stored_column(name)) for name in names] == names
    assert not OWN_COLUMNS & {stored_column(name) for name in names}


def test_missing_values_of_parquet_are_missing(tmp_path):
    path = tmp_path / "a.parquet"
    nan = float("nan")
    table_ = pa.table(
        {
            "film": [1.0, 2.0, nan],
            "genres": pa.array([3.0, nan, 3.0]),
            "many": pa.array([[1.5, nan, None], None, [nan]]),
            "is_a": [1.0, nan, 0.0],
            "plot": [nan, 2.5, None],
            "part": pa.array([1.0, nan, 1.0]),
        }
    )
    pq.write_table(table_, path)
    rows = read(table(str(path), id="film"), "plot")
    assert labels(rows) == {"1": ["3"], "2": [], "row 2": []}
    assert problems(rows) == {"row 2": "row 2: no id"}
    assert [row["plot"] for row in rows.values()] == [None, "2.5", None]
    assert labels(read(table(str(path), labels="many"))) == {"1": ["1.5"], "2": [], "row 2": []}
    assert labels(read(table(str(path), labels=["is_a"]))) == {"1": ["is_a"], "2": [], "row 2": []}
    rows = read(table(str(path), split="part"), splits=["1"])
    assert rows["1"]["source_split"] == "1"
    assert problems(rows)["2"] == "row 1: no split"


def test_missing_values_of_json_are_missing(tmp_path):
    lines = (
        '{"film": 1, "genres": ["x", NaN, null], "plot": NaN}\n{"film": 2, "genres": NaN, "plot": "nan"}\n'
    )
    rows = read(table(text(tmp_path / "a.jsonl", lines)), "plot")
    assert labels(rows) == {"1": ["x"], "2": []}
    assert [row["plot"] for row in rows.values()] == [None, "nan"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("['Comedy', 'Drama']", ["Comedy", "Drama"]),
        ('["Comedy", "Drama"]', ["Comedy", "Drama"]),
        ("['Comedy' 'Drama'\n 'War']", ["Comedy", "Drama", "War"]),  # NumPy's
        ("('Comedy', 'Drama')", ["Comedy", "Drama"]),
        ("[\"Director's cut\", 'a, b', None, nan]", ["Director's cut", "a, b"]),
        ('["caf\\u00e9", "\\ud83d\\ude00"]', ["café", "😀"]),
        ("['a\\xZZ']", ["a\\xZZ"]),
        ("[18, 35]", ["18", "35"]),
        ("[]", []),
        ("[REC]", ["[REC]"]),
        ("(500) Days", ["(500) Days"]),
    ],
)
def test_lists_that_were_written_as_text(tmp_path, cell, expected):
    path = tmp_path / "a.csv"
    pl.DataFrame({"film": ["1", "2"], "genres": [cell, "Plain"]}).write_csv(path)
    assert labels(read(table(str(path)))) == {"1": expected, "2": ["Plain"]}
    assert labels(read(table(str(path), separator=",")))["2"] == ["Plain"]
    if cell.startswith("['"):
        assert labels(read(table(str(path), separator=",")))["1"] == expected


def test_lists_of_structures_are_no_classes(tmp_path):
    cell = '[{"id": 28, "name": "Action"}]'
    path = tmp_path / "a.csv"
    other = "{'a': 1}"
    genres = [cell, "Plain", "['a'", other, "{'b', 'a'}", "{c}"]
    pl.DataFrame({"film": list("123456"), "genres": genres}).write_csv(path)
    rows = read(table(str(path)))
    assert problems(rows) == {
        "1": f"line 2: labels {cell} are not a list of names",
        "3": "line 4: labels ['a' are not a list of names",
        "4": f"line 5: labels {other} are not a list of names",
    }
    assert (labels(rows)["5"], labels(rows)["6"]) == (["b", "a"], ["{c}"])


def test_half_of_a_surrogate_pair_in_a_list():
    assert read_list('["\\ud83d"]') == ["\\ud83d"]


@pytest.mark.parametrize("feature", [[{"names": ["cat", "dog"]}], {"feature": {"names": ["cat", "dog"]}}])
def test_class_names_that_older_versions_of_datasets_stored(tmp_path, feature):
    rows = pa.table({"film": ["1", "2"], "genres": [[0, 1], [1]]})
    metadata = {"info": {"features": {"genres": feature}}}
    pq.write_table(
        rows.replace_schema_metadata({"huggingface": json.dumps(metadata)}), tmp_path / "a.parquet"
    )
    rows = read({"kind": "parquet", "path": str(tmp_path), "id": "film", "labels": "genres"})
    assert labels(rows) == {"1": ["cat", "dog"], "2": ["dog"]}


def test_names_in_another_normal_form_are_the_same(tmp_path):
    composed, apart = "café", unicodedata.normalize("NFD", "café")
    content = f"film,genres,{apart},part\n{apart}1,{composed},a,{composed}\n2,{apart},b,{apart}\n"
    source = table(text(tmp_path / "a.csv", content), split="part", unseen_classes=True)
    rows = read(source, composed, splits=[composed])
    assert {row["source_split"] for row in rows.values()} == {split_name(apart)}
    assert labels(rows) == {f"{composed}1": [composed], "2": [composed]}
    assert [row[composed] for row in rows.values()] == ["a", "b"]


def test_splits_have_the_names_of_the_data(tmp_path):
    content = "film,genres,part\n1,a,train\n2,a,validation_matched\n3,a,Проверка\n4,a,测试\n5,a,Test\n"
    source = table(text(tmp_path / "a.csv", content), split="part")
    rows = read(source, splits=["validation_matched", "Проверка", "测试"])
    found = [row["source_split"] for row in rows.values()]
    assert found[:2] + found[4:] == ["train", "validation-matched", "test"]
    assert len(set(found)) == 5
    assert all(re.fullmatch(NAME, name) for name in found)
    with pytest.raises(UserError, match="split 'validation_matched' of 1 rows is not declared"):
        read(source, splits=["Проверка", "测试"])
    with pytest.raises(
        UserError, match=r"no row is of split 'extra'.*the data have 'Test', 'train' and others"
    ):
        read(source, splits=["extra", "validation_matched", "Проверка", "测试"])


def test_splits_that_would_share_a_file_are_told_apart(tmp_path):
    source = table(text(tmp_path / "a.csv", "film,genres,part\n1,a,dev a\n2,a,dev_a\n"), split="part")
    with pytest.raises(UserError, match=r"splits 'dev a' and 'dev_a' are both 'dev-a'.*rename one"):
        read(source, splits=["dev a"])


def test_columns_of_labels_may_be_in_another_normal_form(tmp_path):
    apart = unicodedata.normalize("NFD", "é_")
    path = text(tmp_path / "a.csv", f"film,{apart}war,é_drama\n1,1,0\n2,1,1\n")
    for prefix in (apart, "é_"):
        assert labels(read(table(path, labels={"prefix": prefix}))) == {"1": ["war"], "2": ["war", "drama"]}
    assert labels(read(table(path, labels=["é_war"]))) == {"1": ["é_war"], "2": ["é_war"]}
