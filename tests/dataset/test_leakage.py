from collections import Counter
from itertools import product

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import HASHES, LEAKAGE, SAMPLES
from humancentric.dataset.leakage import TWINS, Side, find, normalised, read, twins_of


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("A  Plot.", "a plot"),
        ("Caf\u00e9!", "cafe\u0301"),
        ("\uff26\uff29\uff2c\uff2d", "film"),
        ("STRASSE", "stra\u00dfe"),
    ],
)
def test_texts_that_differ_in_nothing_that_matters(one, two):
    assert normalised(one) == normalised(two)


@pytest.mark.parametrize("text", [None, "", " \n", "...", "!?"])
def test_texts_without_letters_are_like_no_other(text):
    assert normalised(text) is None


def test_words_and_vowel_signs_count():
    assert normalised("a plot") != normalised("aplot")
    assert normalised("\u0915\u093f") != normalised("\u0915\u0940")


def side(name, rows, phashes=None):
    columns = dict.fromkeys(["id", "split", "same-picture", "same-plot"], pl.String)
    frame = pl.DataFrame(rows, columns, orient="row")
    hashes = [(phashes or {}).get(sample) for sample in frame["id"]]
    return Side(name, frame.with_columns(phash=pl.Series(hashes, dtype=pl.UInt64)))


TRAINED = side(
    "films",
    [
        ("1", "train", "p1", "x"),
        ("2", "train", "p2", "x"),
        ("3", "train", "p3", None),
        ("4", "test", "p1", "x"),  # the picture of 1, the plot of 1 and 2
        ("5", "test", "p5", None),  # looks like 3
        ("6", "test", "p6", "q"),
        ("7", "validation", "p2", "w"),
    ],
    {"3": 0b0, "5": 0b11, "6": 0b11111, "1": 2**64 - 1, "4": 2**64 - 1},
)
CONTROL = side(
    "later",
    [
        ("1", "test", "p1", "x"),  # the very film 1, whose plot 2 has too
        ("8", "test", "p6", "new"),  # the picture of a test film
        ("9", "test", "p9", "newer"),
        ("10", "train", "p1", "x"),  # never scored
    ],
    {"9": 0b1},
)


def listed(table):
    return {
        (
            row["id_a"],
            row["split_a"],
            row["dataset_b"],
            row["id_b"],
            row["split_b"],
            row["kind"],
            row["distance"],
        )
        for row in table.to_pylist()
    }


def test_every_pair_is_found_counted_and_listed(tmp_path):
    table, counts = find(TRAINED, [CONTROL], distance=2, twins={"same-picture", "near-picture"})
    assert listed(table) == {
        ("1", "train", "films", "4", "test", "same-picture", 0),
        ("2", "train", "films", "7", "validation", "same-picture", 0),
        ("1", "train", "films", "4", "test", "same-plot", 0),
        ("2", "train", "films", "4", "test", "same-plot", 0),
        ("3", "train", "films", "5", "test", "near-picture", 2),
        ("1", "train", "later", "1", "test", "same-id", 0),
        ("2", "train", "later", "1", "test", "same-plot", 0),
        ("4", "test", "later", "1", "test", "same-plot", 0),
        ("4", "test", "later", "1", "test", "same-picture", 0),
        ("6", "test", "later", "8", "test", "same-picture", 0),
        ("3", "train", "later", "9", "test", "near-picture", 1),
        ("5", "test", "later", "9", "test", "near-picture", 1),
    }
    assert counts["compared"]["films"] == {
        "samples": 4,
        "twins": 3,
        "kinds": {
            "same-picture": {"pairs": 2, "samples": 2},
            "same-plot": {"pairs": 2, "samples": 1},
            "near-picture": {"pairs": 1, "samples": 1},
        },
    }
    assert counts["compared"]["later"] == {
        "samples": 3,
        "twins": 1,
        "kinds": {
            "same-id": {"pairs": 1, "samples": 1},
            "same-picture": {"pairs": 0, "samples": 0},
            "same-plot": {"pairs": 1, "samples": 1},
            "near-picture": {"pairs": 1, "samples": 1},
        },
    }
    tables.write(tmp_path / "leakage.parquet", table, LEAKAGE, {TWINS: counts[TWINS]})
    assert twins_of(tmp_path / "leakage.parquet", "films") == {"4", "5", "7"}
    assert twins_of(tmp_path / "leakage.parquet", "later") == {"9"}


samples_of_a_side = st.lists(
    st.tuples(
        st.sampled_from(["train", "validation", "test"]),
        st.sampled_from(["p1", "p2", "p3"]),
        st.sampled_from(["x", "y", None]),
        st.integers(0, 7) | st.none(),
    ),
    min_size=1,
    max_size=9,
)


@given(samples_of_a_side, samples_of_a_side, st.integers(1, 4))
def test_pairs_are_those_of_comparing_all_however_they_are_divided(here, there, most):
    sides = [
        side(
            name,
            [(f"{number}", *row[:3]) for number, row in enumerate(rows, start)],
            {f"{number}": row[3] for number, row in enumerate(rows, start)},
        )
        for name, rows, start in (("films", here, 0), ("later", there, 5))
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("humancentric.dataset.leakage.PAIRS", most)
        table, counts = find(sides[0], sides[1:], distance=1, twins={"same-picture"})

    wanted, numbers = set(), Counter()
    for other in sides:
        for a, b in product(sides[0].samples.iter_rows(), other.samples.iter_rows()):
            inside = other is sides[0]
            if b[1] == "train" or (inside and a[1] != "train"):
                continue
            apart_by = None if a[4] is None or b[4] is None else (a[4] ^ b[4]).bit_count()
            kinds = {
                "same-picture": a[2] == b[2],
                "same-plot": a[3] is not None and a[3] == b[3],
                "near-picture": apart_by is not None and apart_by <= 1 and a[2] != b[2],
            }
            same = not inside and a[0] == b[0]
            for kind in ["same-id"] if same else [kind for kind, holds in kinds.items() if holds]:
                bits = apart_by if kind == "near-picture" else 0
                wanted.add((a[0], a[1], other.name, b[0], b[1], kind, bits))
                numbers[other.name, kind] += a[1] == "train"
    assert listed(table) == wanted
    for name, compared in counts["compared"].items():
        assert {kind: found["pairs"] for kind, found in compared["kinds"].items()} == {
            kind: numbers[name, kind] for kind in compared["kinds"]
        }


def test_many_partners_are_counted_all_and_listed_a_few():
    rows = [(f"{number:02d}", "train", "same", None) for number in range(30)] + [("99", "test", "same", None)]
    table, counts = find(side("films", rows), [], distance=4)
    assert counts["compared"]["films"]["kinds"]["same-picture"] == {"pairs": 30, "samples": 1}
    assert table["id_a"].to_pylist() == [f"{number:02d}" for number in range(10)]


def test_a_side_is_read_from_samples_and_hashes(tmp_path):
    samples = SAMPLES.empty("overview").to_pydict() | {
        "id": ["2", "1"],
        "split": ["test", "train"],
        "labels": [["War"], ["War"]],
        "release_date": [None, None],
        "overview": ["A  plot", "a plot."],
    }
    tables.write(
        tmp_path / "samples.parquet",
        SAMPLES.empty("overview").from_pydict(samples, SAMPLES.empty("overview").schema),
        SAMPLES,
    )
    hashes = {"id": ["1", "2", "3"], "sha256": ["a", "b", "c"], "phash": [7, None, 9]}
    tables.write(tmp_path / "0.parquet", HASHES.table(hashes), HASHES)
    found = read("films", tmp_path / "samples.parquet", [tmp_path / "0.parquet"], {"plot": "overview"})
    assert found.plain == 1
    assert found.samples.select("id", "split", "same-picture", "phash").rows() == [
        ("1", "train", "a", 7),
        ("2", "test", "b", None),
    ]
    assert found.samples["same-plot"].n_unique() == 1


def test_partners_in_training_are_listed_first():
    rows = [(f"{number:02d}", "test", "same", None) for number in range(20)] + [("50", "train", "same", None)]
    other = side("later", [("99", "test", "same", None)])
    table, counts = find(side("films", rows), [other], distance=4)
    listed_there = [row["id_a"] for row in table.to_pylist() if row["dataset_b"] == "later"]
    assert (len(listed_there), listed_there[0]) == (10, "50")
    assert counts["compared"]["later"]["kinds"]["same-picture"] == {"pairs": 1, "samples": 1}


def test_texts_of_which_none_can_be_compared_are_logged(tmp_path, caplog):
    rows = {"id": ["1", "2"], "split": ["train", "test"], "labels": [["a"]] * 2, "release_date": [None] * 2}
    samples = SAMPLES.table(rows).append_column("title", pa.array(["!!", "\U0001f600"]))
    tables.write(tmp_path / "samples.parquet", samples, SAMPLES)
    with caplog.at_level("WARNING", "humancentric"):
        side = read("films", tmp_path / "samples.parquet", [], {"title": "title"})
    assert (side.kinds, side.samples["same-title"].to_list()) == (["same-title"], [None, None])
    message = "texts of view title have letters or digits to compare, e.g. not '!!', '\U0001f600'"
    assert f"films: no {message}" in caplog.text
    with pytest.raises(UserError, match=f"films: none of 2 {message}; take the view out of leakage.texts"):
        read("films", tmp_path / "samples.parquet", [], {"title": "title"}, ["title"])
