"""A user's own table: every format, every way to write labels and splits, and everything that can be wrong with it."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from humancentric.core.errors import UserError
from humancentric.sources import listing_readers
from own_data import FILMS, labels, problems, read, table, text, write

FORMATS = ["csv", "tsv", "jsonl", "parquet"]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_listing(tmp_path, kind):
    source = table(write(tmp_path / f"films.{kind}", FILMS), separator="|", release_date="when", split="part")
    rows = read(source, "plot")
    assert labels(rows) == {"007": ["War", "Drama"], "8": ["Drama"], "é9": ["War"]}
    assert [row["plot"] for row in rows.values()] == ['A, "b"\nc', "", "日本"]
    assert [row["source_split"] for row in rows.values()] == ["test", "train", "train"]
    assert [str(row["release_date"]) for row in rows.values()] == ["1999-12-31", "None", "None"]
    assert not problems(rows)


def test_batches_join_to_the_same_listing(tmp_path, monkeypatch):
    rows = [{"film": f"{number}", "genres": "a"} for number in range(25)]
    for kind in FORMATS:
        source = table(write(tmp_path / f"films.{kind}", rows))
        whole = read(source)
        for module in ("columns", "table_formats"):
            monkeypatch.setattr(f"humancentric.sources.{module}.ROWS", 4)
        assert read(source) == whole
        monkeypatch.undo()


def test_lists_in_json_and_one_label_as_it_is(tmp_path):
    lines = [
        {"film": 1, "genres": ["War", " Drama", "War", None], "plot": ["a"]},
        {"film": 2, "genres": []},
        {"film": 3.5, "genres": "War", "plot": True},
    ]
    path = text(tmp_path / "a.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    rows = read(table(path), "plot")
    assert labels(rows) == {"1": ["War", "Drama"], "2": [], "3.5": ["War"]}
    assert [row["plot"] for row in rows.values()] == ['["a"]', None, "true"]
    path = text(tmp_path / "b.csv", "film,genres\n1,War|Drama\n")
    assert labels(read(table(path))) == {"1": ["War|Drama"]}
    assert labels(read(table(path, separator="|"))) == {"1": ["War", "Drama"]}


@pytest.mark.parametrize("spec", [["is_war", "is_drama"], {"prefix": "is_"}])
def test_columns_of_zeros_and_ones(tmp_path, spec):
    path = text(
        tmp_path / "a.csv",
        "film,is_war,is_drama\n1,1,0\n2,True,yes\n3,,no\n4,0.0,1.0\n5,2,1\n",
    )
    rows = read(table(path, labels=spec))
    names = ("war", "drama") if isinstance(spec, dict) else ("is_war", "is_drama")
    assert labels(rows) == {"1": [names[0]], "2": [*names], "3": [], "4": [names[1]], "5": []}
    assert problems(rows) == {"5": "line 6: column is_war holds 2, not 0 or 1"}


def test_splits_from_files(tmp_path):
    paths = {
        "train": text(tmp_path / "a.csv", "film,genres\n1,x\n"),
        "test": text(tmp_path / "b.jsonl", '{"film": "2", "genres": "x"}\n{"film": "3/4", "genres": "x"}\n'),
    }
    rows = read(table(paths))
    assert {name: row["source_split"] for name, row in rows.items()} == {
        "1": "train",
        "2": "test",
        "3/4": "test",
    }
    assert problems(rows) == {"3/4": "b.jsonl line 2: id 3/4 has a slash or a control character"}


def test_single_rows_that_cannot_be_used_stay_with_their_place(tmp_path):
    content = (
        'film,genres,part\na/b,x,train\n,x,train\n1,x\n2,x,\n3,x,train,y\n4,"x\ny",train\n"5\t",x,train\n'
    )
    rows = read(table(text(tmp_path / "a.csv", content), split="part"))
    assert problems(rows) == {
        "a/b": "line 2: id a/b has a slash or a control character",
        "line 3": "line 3: no id",
        "line 4": "line 4: 2 fields instead of 3",
        "2": "line 5: no split",
        "line 6": "line 6: 4 fields instead of 3",
    }
    assert labels(rows)["4"] == ["x\ny"]
    assert labels(rows)["5"] == ["x"]  # white space around an id is not part of it
    assert len(rows) == 7


def test_lines_of_json_that_are_none(tmp_path):
    content = '{"film": 1, "genres": "x"}\n{"film": 2,\n[1]\n\n{"film": "\\ud83d", "genres": "x"}\n{"genres": "x"}\n'
    rows = read(table(text(tmp_path / "a.jsonl", content)))
    assert problems(rows) == {
        "line 2": "line 2: not a JSON object",
        "line 3": "line 3: not a JSON object",
        "line 5": "line 5: half of a surrogate pair, which is not a character",
        "line 6": "line 6: no id",
    }


MIXED = b"film,genres,plot\n1,x,caf\xc3\xa9\n2,x,caf\xe9\n3,x,\xc3\xc0\xc0\xf6\n4,x,plain\n"


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_mixed_encodings(tmp_path, kind):
    content = MIXED
    if kind == "jsonl":
        rows = [line.split(b",") for line in MIXED.splitlines()[1:]]
        content = b"".join(b'{"film": "%s", "genres": "%s", "plot": "%s"}\n' % tuple(row) for row in rows)
    path = text(tmp_path / f"a.{kind}", content)
    rows = read(table(path), "plot")
    assert rows["1"]["plot"] == "café"
    assert sum("is not in utf-8" in problem for problem in problems(rows).values()) == 2
    rows = read(table(path, encoding=["utf-8", "latin-1"]), "plot")
    assert [rows[name]["plot"] for name in "124"] == ["café", "café", "plain"]
    rows = read(table(path, encoding=["utf-8", "gb18030", "latin-1"]), "plot")
    assert (rows["3"]["plot"], problems(rows)) == ("美丽", {})
    assert read(table(path, encoding="cp1252"), "plot")["2"]["plot"] == "café"


def test_other_encodings_and_marks_at_the_start(tmp_path):
    content = "film,genres\né,x\n"
    for encoding in ("utf-8-sig", "utf-16", "latin-1"):
        path = text(tmp_path / f"{encoding}.csv", content.encode(encoding))
        assert list(read(table(path, encoding=encoding))) == ["é"]
    assert list(read(table(str(tmp_path / "utf-8-sig.csv")))) == ["é"]
    with pytest.raises(UserError, match=r"encoded in UTF-16; save it in UTF-8, or set source\.encoding"):
        read(table(str(tmp_path / "utf-16.csv")))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=12), min_size=1, max_size=6))
def test_no_bytes_break_a_reader(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("bytes")
    body = b"".join(b"%d,x,%s\n" % (number, cell) for number, cell in enumerate(cells))
    for name in ("a.csv", "a.jsonl"):
        path = text(folder / name, b"film,genres,plot\nsure,x,y\n" + body)
        try:
            listing = listing_readers.read(table(path), {"plot": "plot"})
        except UserError:
            continue  # whatever it says: no other error
        assert listing["id"][0].as_py() == "sure"


def test_delimiters_and_quotation_marks(tmp_path):
    path = text(tmp_path / "a.csv", 'film;genres\n1;x\n2;"y;z"\n')
    assert labels(read(table(path, delimiter=";"))) == {"1": ["x"], "2": ["y;z"]}
    path = text(tmp_path / "a.tsv", 'film\tgenres\n1\t"Heroes\n2\tx\n')
    assert labels(read(table(path, quotes=False))) == {"1": ['"Heroes'], "2": ["x"]}


CSV = "film,genres,part\n1,War,train\n2,Drama,train\n3,War,test\n"


@pytest.mark.parametrize(
    ("content", "keys", "message"),
    [
        (
            CSV,
            {"labels": "genre"},
            r"column 'genre' \(source.labels\) does not exist; did you mean 'genres'\?",
        ),
        (
            CSV,
            {"image": "picture"},
            r"column 'picture' \(source.image\) does not exist; valid: film, genres, part",
        ),
        (CSV, {"labels": {"prefix": "gnre"}}, r"no column starts with 'gnre' .*did you mean 'genres'\?"),
        (CSV, {"labels": ["part", "x"]}, r"column 'x' \(source.labels\) does not exist"),
        (
            CSV.replace("3,War,test", "3,War,tset"),
            {"split": "part"},
            r"split 'tset' of 1 rows is not declared; did you mean 'test'\?",
        ),
        (CSV.replace("3,War", "3,"), {"split": "part"}, r"none of 1 rows of split test has a label"),
        (
            CSV.replace("3,War", "3,Wars"),
            {"split": "part"},
            r"class 'Wars' \(1 rows\) is in split test only; did you mean 'War'\?",
        ),
        ("film,genres\n" + "1,x\n" * 5, {}, r"5 rows have only 1 different ids; name a column in source.id"),
        (
            "film,genres\na/b,x\nc/d,x\n",
            {},
            r"none of 2 rows can be used, the first: line 2: id a/b has a slash",
        ),
        ("film,genres\n1,\n2, \n", {}, r"no row has a label; check source.labels"),
        ("film,genres\n", {}, r"holds no rows"),
        ("", {}, r"has no readable first line"),
        ("film,film\n1,x\n", {}, r"two columns are called 'film'; rename one"),
        (
            "film,genres,file\n1,x,https://a.example/1.jpg\n2,x,2.jpg\n",
            {"image": "file"},
            r"1 of 2 pictures are addresses; name their column in source.url",
        ),
    ],
)
def test_a_table_that_is_wrong_as_a_whole_is_one_line(tmp_path, content, keys, message):
    path = text(tmp_path / "films.csv", content)
    with pytest.raises(UserError, match=message) as error:
        read(table(path, **keys))
    assert str(error.value).startswith(path)
    assert "\n" not in str(error.value)


def test_what_is_no_mistake(tmp_path):
    path = text(tmp_path / "films.csv", CSV.replace("3,War,test", "3,Wars,test"))
    assert len(read(table(path, split="part", unseen_classes=True))) == 3
    assert len(read(table(path, split="part"), splits=None)) == 3  # the row makes a split of its own
    path = text(tmp_path / "control.csv", CSV.replace("train", "test"))
    assert len(read(table(path, split="part"))) == 3  # a control has no train split
    path = text(tmp_path / "later.csv", CSV.replace("test", "later"))
    assert len(read(table(path, split="part"), splits=["later"])) == 3


def test_empty_files_of_json_and_parquet(tmp_path):
    for path in (text(tmp_path / "a.jsonl", ""), text(tmp_path / "b.parquet", "film")):
        with pytest.raises(UserError, match=r"holds no rows|not a readable Parquet file .*; repair the file"):
            read(table(path))


@pytest.mark.parametrize("checked", [True, False])
def test_flipped_bits_of_parquet_are_one_line(tmp_path, checked):
    path, rng = tmp_path / "films.parquet", np.random.default_rng(1)
    rows = [{"film": f"{number}", "genres": "War", "plot": f"A plot {number}"} for number in range(60)]
    pq.write_table(pa.Table.from_pylist(rows), path, compression="none", write_page_checksum=checked)
    source, data, silent, told = table(str(path)), path.read_bytes(), 0, []
    whole = listing_readers.read(source, {"plot": "plot"}, ())
    for _ in range(400):
        damaged, place = bytearray(data), int(rng.integers(len(data)))
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            silent += not listing_readers.read(source, {"plot": "plot"}, ()).equals(whole)
        except UserError as error:
            told.append(str(error))
    assert all(line.startswith(str(path)) and "\n" not in line for line in told)
    assert len(told) > 100
    assert silent <= 4 or not checked


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.list_(pa.string())])
def test_text_of_parquet_that_is_not_utf_8_rejects_its_row(tmp_path, kind):
    """Of such text polars crashes; some programs write it."""
    words = pa.array([b"War", "Comédie".encode("latin-1"), b"Drama"])
    if pa.types.is_list(kind):
        genres = pa.ListArray.from_arrays([0, 1, 2, 3], words.view(pa.string()))
    else:
        genres = words.cast(pa.large_binary()).view(kind) if kind == pa.large_string() else words.view(kind)
    pq.write_table(pa.table({"film": ["a", "b", "c"], "genres": genres}), tmp_path / "films.parquet")
    rows = read(table(str(tmp_path / "films.parquet")))
    assert labels(rows) == {"a": ["War"], "b": [], "c": ["Drama"]}
    assert problems(rows) == {"b": "row 1: text that is not UTF-8"}


def test_what_cannot_be_opened_or_decoded(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UserError, match=r"folder\.csv: cannot be read \(Is a directory\)"):
        read(table(str(tmp_path / "folder.csv")))
    for name in ("odd.csv", "odd.jsonl"):
        path = text(tmp_path / name, b"\xff\xfef\x00i\x00l\x00m\x00\x00\xd8\n\x00x")
        with pytest.raises(UserError, match=r"odd\.\w+: .*encoding"):
            read(table(path, encoding="utf-16"))


def test_a_column_of_an_impossible_type(tmp_path):
    path = write(tmp_path / "a.parquet", [{"film": "1", "genres": "x", "odd": {"a": 1}, "list": ["x"]}])
    for keys in ({"labels": "odd"}, {"id": "odd"}, {"id": "list"}, {"split": "list"}):
        with pytest.raises(UserError, match=r"column '(odd|list)' holds (Struct|List).*name another column"):
            read(table(path, **keys))
    with pytest.raises(UserError, match=r"column 'odd' holds Struct"):
        read(table(path), "odd")
    assert labels(read(table(path, labels="list"))) == {"1": ["x"]}


def test_names_with_braces_and_brackets_are_taken_literally(tmp_path):
    source = table(text(tmp_path / "films [2024] {a}.csv", CSV))
    assert labels(read(source | {"split": "part"}))["1"] == ["War"]
