import csv
import json
from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.core.errors import UserError
from humancentric.core.tables import METADATA_KEY
from humancentric.sources import listing_readers
from humancentric.sources.kinds import book_covers, has_picture_urls, mvsa, picture_source, source_files
from published_layouts import write_mvsa_single


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


@pytest.mark.parametrize(
    ("votes", "even", "up"),
    [
        ("positive positive positive positive positive positive", "positive", "positive"),
        ("positive neutral negative neutral neutral neutral", "neutral", "neutral"),
        ("positive neutral negative negative negative negative", "negative", "neutral"),  # sum 3: 0.5
        ("positive positive positive positive neutral negative", "positive", "positive"),  # sum 9: 1.5
        ("positive positive neutral neutral neutral neutral", "neutral", "neutral"),  # sum 8: 1.33
        ("neutral positive", "positive", "positive"),  # two votes of MVSA-Single, sum 3 of 4: 1.5
        ("neutral negative", "negative", "neutral"),  # 0.5
    ],
)
def test_votes_fold_to_their_rounded_mean(votes, even, up):
    assert mvsa.fold(votes.split()) == even
    assert mvsa.fold(votes.split(), "up") == up


@given(st.lists(st.sampled_from(mvsa.SENTIMENTS), min_size=1, max_size=9))
def test_rounding_rules_differ_only_at_ties(votes):
    if mvsa.tie(votes) is None:
        assert mvsa.fold(votes) == mvsa.fold(votes, "up")
    assert mvsa.fold(votes) == mvsa.fold(votes[::-1])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_tweets_are_decoded_by_the_first_encoding_that_fits(encoding):
    assert mvsa.decode("RT @a:  so 美丽\n".encode(encoding)) == ("RT @a: so 美丽", encoding)


@pytest.mark.parametrize(
    "text",
    [
        "café ok",  # no GB18030
        "el señor pequeño",  # all of these are GB18030, too: "el se駉r peque駉"
        "naïve",
        "ÉTAT",
        "créée",
        "répéter le numéro de téléphone de l'élève",
        "Été à Nîmes",
    ],
)
def test_accented_words_in_latin_1_are_not_chinese(text):
    assert mvsa.decode(text.encode("latin-1")) == (text, "latin-1")


@pytest.mark.parametrize(
    "text",
    [
        "[4P] (Cr:伴.Admirers)",
        "I 開 it",  # its second byte is ASCII
        "Beyoncé earned \u2013 so…",
        "Viêt sautéed, s'enrecordi d\u2019això",
        "愛",
        "I love 馬",  # its second byte is a capital letter
        "a 一b 丁c",
        "新宿御苑ROCK in BAR 僕の全て　ココでしか生きるのを許されない",
        "Тот момент,когда",
    ],
)
def test_gb18030_is_kept_where_its_characters_are_no_letters_of_latin_words(text):
    assert mvsa.decode(text.encode("gb18030")) == (text.replace("\u3000", " "), "gb18030")


PLAIN, ACCENTED = (
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=5),
    st.sampled_from("áàâãäåçéèêëíîïñóôöøúüý"),
)
WORDS = st.builds("".join, st.lists(st.one_of(PLAIN, st.builds("{}{}".format, ACCENTED, PLAIN)), min_size=1))


@given(st.lists(WORDS, min_size=1))
def test_words_with_accents_inside_are_read_as_written(words):
    text = " ".join(words)
    assert mvsa.decode(text.encode("latin-1"))[0] == text


HANZI = [bytes([high, low]).decode("gb18030") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFA)]


@given(st.lists(st.one_of(PLAIN, st.text(HANZI, min_size=2)), min_size=1))
def test_runs_of_common_chinese_characters_are_read_as_written(words):
    data = " ".join(words).encode("gb18030")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert mvsa.decode(data) == (" ".join(words), "gb18030")


def test_mvsa_listing(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "7.txt").write_bytes("so 好".encode("gb18030"))
    (tmp_path / "data" / "8.txt").write_bytes(b"")
    lines = [
        "ID\ttext,image\ttext,image\ttext,image",
        "7\tpositive,positive\tpositive,neutral\tneutral,positive",
        "8\tneutral,neutral\tneutral,negative\tnegative,negative",
        "9\tneutral,neutral\tneutral,neutral\tneutral,neutral",
        "10\tneutral,happy\tneutral,neutral\tneutral,neutral",
    ]
    (tmp_path / "labelResultAll.txt").write_text("\n".join(lines) + "\n")
    table = listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"})
    rows = {row["id"]: row for row in table.to_pylist()}
    assert (rows["7"]["labels"], rows["7"]["tweet"], rows["7"]["source_tie"]) == (["positive"], "so 好", None)
    assert (rows["8"]["labels"], rows["8"]["tweet"], rows["8"]["source_tie"]) == (["negative"], "", "0.5")
    assert rows["9"]["source_problem"] == "9.txt is missing"
    assert "happy" in rows["10"]["source_problem"]


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
        UserError, match=r"column 'genres' \(source.labels\) is not there; did you mean 'genre'\?"
    ):
        listing_readers.read({"kind": "table", "path": str(path), "id": "film", "labels": "genres"}, {})


@pytest.mark.parametrize(
    ("name", "words"), [("films.xlsx", "no table by its ending"), ("none.csv", "file is missing")]
)
def test_unreadable_tables_are_user_errors(tmp_path, name, words):
    with pytest.raises(UserError, match=words):
        listing_readers.read({"kind": "table", "path": str(tmp_path / name), "id": "i", "labels": "l"}, {})


def test_mvsa_single_has_two_votes_a_pair(tmp_path):
    write_mvsa_single(tmp_path, 60, 3)
    table = listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"})
    facts = json.loads(table.schema.metadata[METADATA_KEY])
    rows = {row["id"]: row for row in table.to_pylist()}
    assert len(rows) == 60
    ties = Counter()
    for line in (tmp_path / "labelResultAll.txt").read_text().splitlines()[1:]:
        number, _, votes = line.partition("\t")
        total = sum({"negative": 0, "neutral": 1, "positive": 2}[vote] for vote in votes.split(","))
        assert rows[number]["labels"] == [["negative", "negative", "neutral", "positive", "positive"][total]]
        ties.update({1: ["0.5"], 3: ["1.5"]}.get(total, []))
    assert facts["ties"] == dict(sorted(ties.items()))
    assert len(ties) == 2
    assert facts["encodings"]["gb18030"] == 3
    up = listing_readers.read({"kind": "mvsa", "root": str(tmp_path), "halves": "up"}, {"tweet": "tweet"})
    changed = [row for row in up.to_pylist() if row["labels"] != rows[row["id"]]["labels"]]
    assert len(changed) == ties["0.5"]
    assert {(row["source_tie"], row["labels"][0]) for row in changed} == {("0.5", "neutral")}


@pytest.mark.parametrize("header", ["", "1\tpositive,positive", "ID,text,image,text"])
def test_a_label_file_without_its_header_is_refused(tmp_path, header):
    (tmp_path / "labelResultAll.txt").write_text(header + "\n2\tneutral,neutral\n")
    with pytest.raises(UserError, match="not ID and pairs of text,image"):
        listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"})


def test_a_pair_with_too_few_votes_is_a_row_with_a_problem(tmp_path):
    (tmp_path / "labelResultAll.txt").write_text(
        "ID\ttext,image\ttext,image\ttext,image\n7\tneutral,neutral\n"
    )
    (row,) = listing_readers.read({"kind": "mvsa", "root": str(tmp_path)}, {"tweet": "tweet"}).to_pylist()
    assert row["source_problem"] == "2 votes instead of 6"


@given(st.integers(0, 29))
def test_folding_classes_keeps_every_name_but_two(number):
    names, folded = book_covers.class_names(30), book_covers.class_names(28)
    changed = {"Reference": None, "Christian Books & Bibles": "Religion & Spirituality"}
    assert folded[number] == changed.get(names[number], names[number])


@given(st.lists(st.sampled_from(mvsa.SENTIMENTS), min_size=6, max_size=6))
def test_six_votes_fold_as_their_sum_says(votes):
    """The sums 0-3, 4-8 and 9-12: negative, neutral, positive; rounded half up, 3 is neutral."""
    total = sum(mvsa.SENTIMENTS.index(vote) for vote in votes)
    expected = "negative" if total <= 3 else "neutral" if total <= 8 else "positive"
    assert mvsa.fold(votes) == expected
    assert mvsa.fold(votes, "up") == ("neutral" if total == 3 else expected)
    assert mvsa.tie(votes) == {3: "0.5", 9: "1.5"}.get(total)


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
