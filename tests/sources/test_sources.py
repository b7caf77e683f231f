"""Book covers and a table of one's own, read into listings."""

import csv
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.core.errors import UserError
from humancentric.sources import listing_readers
from humancentric.sources.kinds import book_covers, has_picture_urls, picture_source, source_files


@pytest.fixture
def covers(tmp_path):
    def write(split, rows, labels):
        with open(tmp_path / f"book30-listing-{split}.csv", "wb") as file:
            for row in rows:
                file.write(b",".join(b'"' + cell + b'"' for cell in row) + b"\r\n")
        (tmp_path / f"bookcover30-labels-{split}.txt").write_text("".join(f"{n} {c}\n" for n, c in labels))

    url = b"http://images.example/x.jpg"
    train = [
        (
            b"2734",
            b"0000002734.jpg",
            url,
            b'A  ""quoted"" title, with comma',
            b"",
            b"9",
            b"Christian Books & Bibles",
        ),
        (b"9", b"0000000009.jpg", url, b"An Atlas", b"A. Author", b"20", b"Reference"),
    ]
    test = [
        (b"B0", b"00000000B0.jpg", url, b"Caf\x81\x45 Guide", b"B", b"29", b"Travel"),
        (b"B1", b"00000000B1.jpg", url, b"Lost", b"B", b"29", b"Travel"),
    ]
    write("train", train, [("0000002734.jpg", 9), ("0000000009.jpg", 20)])
    write("test", test, [("00000000B0.jpg", 29)])
    return tmp_path


def test_book_covers_joins_on_the_file_name_and_keeps_damaged_titles(covers):
    source = {"kind": "book-covers", "root": str(covers), "classes": 28}
    rows = {row["id"]: row for row in listing_readers.read(source, {"title": "title"}).to_pylist()}
    assert rows["0000002734"]["labels"] == ["Religion & Spirituality"]
    assert rows["0000002734"]["title"] == 'A "quoted" title, with comma'
    assert rows["0000000009"]["source_problem"] == "class 20 is not in the 28-class version"
    assert rows["00000000B0"]["title"].startswith("Caf")
    assert rows["00000000B0"]["source_split"] == "test"
    assert rows["00000000B0"]["image_source"] == "images/00000000B0.jpg"
    assert rows["00000000B1"]["source_problem"] == "not in the label file"


def test_the_published_30_classes_keep_their_names(covers):
    source = {"kind": "book-covers", "root": str(covers), "classes": 30}
    rows = {row["id"]: row for row in listing_readers.read(source, {"title": "title"}).to_pylist()}
    assert rows["0000002734"]["labels"] == ["Christian Books & Bibles"]
    assert rows["0000000009"]["labels"] == ["Reference"]


def test_28_classes_are_30_without_reference_and_with_christian_books_in_religion():
    names = book_covers.class_names(28)
    assert names[20] is None
    assert names[9] == names[21] == "Religion & Spirituality"
    assert len({name for name in names.values() if name}) == 28


def test_a_missing_listing_says_what_to_download(tmp_path):
    with pytest.raises(UserError, match=r"listing-train\.csv: file is missing; download Task 1"):
        listing_readers.read({"kind": "book-covers", "root": str(tmp_path), "classes": 30}, {})


ROWS = [
    {
        "film": "007",
        "file": "a.jpg",
        "genres": "War| Drama|",
        "plot": "A, b",
        "when": "1999-12-31",
        "part": "test",
    },
    {"film": "8", "file": None, "genres": None, "plot": None, "when": "soon", "part": None},
]


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet"])
def test_a_users_table_in_every_format(tmp_path, kind):
    path = tmp_path / f"films.{kind}"
    if kind in ("csv", "tsv"):
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, ROWS[0], delimiter="," if kind == "csv" else "\t")
            writer.writeheader()
            writer.writerows(ROWS)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    else:
        pl.DataFrame(ROWS).write_parquet(path)
    source = {
        "kind": "table",
        "path": str(path),
        "id": "film",
        "image": "file",
        "labels": "genres",
        "separator": "|",
    }
    source |= {"release_date": "when", "split": "part"}
    first, second = listing_readers.read(source, {"plot": "plot"}).to_pylist()
    assert (first["id"], first["labels"], first["plot"]) == ("007", ["War", "Drama"], "A, b")
    assert first["release_date"].isoformat() == "1999-12-31"
    assert first["source_split"] == "test"
    assert (second["labels"], second["release_date"], second["image_source"] or None) == ([], None, None)
    assert source_files(source) == [str(path)]
    assert picture_source(source)["root"] == str(tmp_path)


def test_a_missing_column_names_the_nearest(tmp_path):
    path = tmp_path / "films.csv"
    path.write_text("film,genre\n1,War\n")
    with pytest.raises(
        UserError, match=r"column 'genres' \(source.labels\) does not exist; did you mean 'genre'\?"
    ):
        listing_readers.read({"kind": "table", "path": str(path), "id": "film", "labels": "genres"}, {})


@pytest.mark.parametrize(
    ("name", "words"), [("films.xlsx", "unknown file extension"), ("none.csv", "file is missing")]
)
def test_unreadable_tables_are_user_errors(tmp_path, name, words):
    with pytest.raises(UserError, match=words):
        listing_readers.read({"kind": "table", "path": str(tmp_path / name), "id": "i", "labels": "l"}, {})


@given(st.integers(0, 29))
def test_folding_classes_keeps_every_name_but_two(number):
    names, folded = book_covers.class_names(30), book_covers.class_names(28)
    changed = {"Reference": None, "Christian Books & Bibles": "Religion & Spirituality"}
    assert folded[number] == changed.get(names[number], names[number])


def test_a_title_may_hold_a_line_break_and_a_lost_quotation_mark_costs_one_book(covers):
    listing = covers / "book30-listing-train.csv"
    good = listing.read_bytes()
    lost = b'"7","0000000007.jpg","u","A title without end,"B","9","x"\r\n'
    broken = b'"8","0000000008.jpg","u","Two\r\nlines","People\n\nof ""China""","9","x"\r\n'
    listing.write_bytes(good + lost + good.replace(b"0000002734", b"1000002734") + broken)
    with (covers / "bookcover30-labels-train.txt").open("a") as file:
        file.write("1000002734.jpg 9\n0000000008.jpg 9\n")
    source = {"kind": "book-covers", "root": str(covers), "classes": 30}
    rows = {row["id"]: row for row in listing_readers.read(source, {"title": "title"}).to_pylist()}
    assert rows["0000000008"]["title"] == "Two lines"
    assert rows["0000000008"]["source_author"] == 'People of "China"'
    assert rows["1000002734"]["labels"] == ["Christian Books & Bibles"]
    assert rows["train-line-3"]["source_problem"] == "6 columns instead of 7"


def test_covers_from_the_addresses_of_the_listing(covers):
    source = {"kind": "book-covers", "root": str(covers), "classes": 30, "images": "urls"}
    rows = listing_readers.read(source, {"title": "title"}).to_pylist()
    assert {row["image_source"] for row in rows if row["labels"]} == {"http://images.example/x.jpg"}
    assert {row["image_source"] for row in rows if not row["labels"]} == {None}
    assert has_picture_urls(source)
    assert not has_picture_urls(source | {"images": "folder"})


@pytest.mark.parametrize("line", ["0000002734.jpg", "<html>", "0000002734.jpg nine"])
def test_a_label_file_that_is_none_is_refused(covers, line):
    (covers / "bookcover30-labels-test.txt").write_text(line + "\n")
    with pytest.raises(UserError, match=r"labels-test\.txt: line 1 is .* no file name and class"):
        listing_readers.read({"kind": "book-covers", "root": str(covers), "classes": 30}, {})
