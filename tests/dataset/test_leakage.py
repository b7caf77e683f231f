import io
from collections import Counter
from itertools import product

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import HASHES, IMAGES, LEAKAGE, SAMPLES
from humancentric.dataset.leakage import TWINS, Side, find, normalised, read, twins_of
from humancentric.dataset.near_duplicates import bands, groups, pairs
from humancentric.dataset.picture_hashes import fingerprints, perceptual

HASH = st.integers(0, 2**64 - 1)


def scene(seed=0, size=(90, 60)):
    """Return smooth noise: a picture with structure at every scale, (height, width, 3)."""
    small = np.random.default_rng(seed).integers(0, 256, (9, 6, 3)).astype(np.uint8)
    return np.asarray(Image.fromarray(small).resize(size[::-1], Image.Resampling.BICUBIC))


def jpeg(rgb, quality=95):
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def apart(one, two):
    return (one ^ two).bit_count()


@pytest.mark.parametrize("number", [1, 2, 6, 9, 18])
def test_bands_cover_every_bit_once(number):
    found = bands(number)
    assert len(found) == number
    assert sorted(bit for low, width in found for bit in range(low, low + width)) == list(range(64))


@given(
    st.sets(HASH, max_size=25), st.lists(st.tuples(HASH, st.integers(0, 6)), max_size=12), st.integers(0, 8)
)
def test_the_banded_search_finds_what_comparing_all_finds(values, near, distance):
    for value, flips in near:
        rng = np.random.default_rng(value % 2**32)
        other = value
        for bit in rng.choice(64, flips, replace=False):
            other ^= 1 << int(bit)
        values |= {value, other}
    hashes = sorted(values)
    wanted = [
        (i, j, apart(hashes[i], hashes[j]))
        for i in range(len(hashes))
        for j in range(i + 1, len(hashes))
        if distance and apart(hashes[i], hashes[j]) <= distance
    ]
    found = pairs(np.array(hashes, np.uint64), distance)
    assert list(zip(*(column.tolist() for column in found), strict=True)) == wanted


def test_hashes_that_agree_in_all_bands_but_one():
    hashes = np.arange(10, dtype=np.uint64)
    i, j, _ = pairs(hashes, 4)
    assert len(i) == 45  # numbers below 16 differ in four bits at most
    assert (i < j).all()


def test_a_picture_that_was_compressed_or_resized_stays_near_and_another_does_not():
    original = perceptual(scene(1))
    again = np.asarray(Image.open(io.BytesIO(jpeg(scene(1), 60))))
    larger = np.asarray(Image.fromarray(scene(1)).resize((120, 180), Image.Resampling.BICUBIC))
    assert apart(original, perceptual(again)) <= 4
    assert apart(original, perceptual(larger)) <= 4
    assert min(apart(original, perceptual(scene(seed))) for seed in range(2, 12)) > 8


def test_plain_pictures_have_no_perceptual_hash():
    assert perceptual(np.full((60, 40, 3), 255, np.uint8)) is None
    assert perceptual(np.zeros((60, 40, 3), np.uint8)) is None


def test_fingerprints_of_a_file_of_pictures(tmp_path):
    data = [jpeg(scene(1)), jpeg(scene(1)), jpeg(np.zeros((60, 40, 3), np.uint8))]
    rows = {"id": ["a", "b", "c"], "image": data, "width": [60] * 3, "height": [90] * 3}
    tables.write(tmp_path / "0.parquet", IMAGES.table(rows), IMAGES)
    found = fingerprints(tmp_path / "0.parquet").to_pydict()
    assert found["sha256"][0] == found["sha256"][1] != found["sha256"][2]
    assert found["phash"] == [perceptual(scene_of(data[0]))] * 2 + [None]


def scene_of(data):
    return np.asarray(Image.open(io.BytesIO(data)))


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


def grouped(ids, keys, phashes=None, distance=0):
    """Return the group by id of samples with some columns of keys."""
    columns = {f"key{number}": pl.Series(values, dtype=pl.String) for number, values in enumerate(keys)}
    columns["phash"] = pl.Series([(phashes or {}).get(name) for name in ids], dtype=pl.UInt64)
    return dict(groups(pl.DataFrame({"id": ids, **columns}), distance).iter_rows())


def test_groups_are_named_by_their_smallest_id_and_follow_chains():
    ids = ["d", "a", "c", "b", "e"]
    sha256 = ["1", "1", None, None, None]  # d = a
    plots = ["x", None, "x", "y", "z"]  # d = c
    found = grouped(ids, [sha256, plots], {"b": 0, "e": 0b11}, distance=2)
    assert found == {"a": "a", "c": "a", "d": "a", "b": "b", "e": "b"}
    assert grouped(ids, [sha256, plots], {"b": 0, "e": 0b111}, distance=2)["e"] == "e"


@given(st.permutations(range(12)), st.lists(st.integers(0, 5) | st.none(), min_size=12, max_size=12))
def test_groups_do_not_depend_on_the_order_of_samples(order, values):
    ids = [f"{number:02d}" for number in range(12)]
    keys = [None if value is None else str(value) for value in values]
    shuffled = grouped([ids[i] for i in order], [[keys[i] for i in order]])
    assert shuffled == grouped(ids, [keys])
    assert all(shuffled[name] <= name for name in ids)


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
            apart_by = None if a[4] is None or b[4] is None else apart(a[4], b[4])
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
