import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from humancentric.core import tables
from humancentric.core.schemas import IMAGES
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
