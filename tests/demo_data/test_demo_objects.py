import tarfile
from collections import Counter

import numpy as np
import pytest

from demo_data import objects as demo
from demo_data.objects import ARCHIVE, NAMES, draw_thing, thing, things, write_objects
from demo_probe import accuracy
from humancentric.sources import listing_readers

COUNT, SEED = 120, 2022


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("objects")
    write_objects(folder, COUNT, SEED)
    return folder


def test_the_archive_has_the_published_members(raw):
    with tarfile.open(raw / ARCHIVE) as archive:
        names = archive.getnames()
    parts = ["batches.meta", *(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]
    assert names == [f"cifar-10-batches-py/{part}" for part in parts]


def test_equal_calls_write_equal_bytes(raw, tmp_path):
    write_objects(tmp_path, COUNT, SEED)
    assert (tmp_path / ARCHIVE).read_bytes() == (raw / ARCHIVE).read_bytes()


def test_a_picture_follows_from_seed_and_index_alone():
    assert list(things(5, SEED)) == [thing(SEED, index) for index in range(5)]
    np.testing.assert_array_equal(draw_thing(thing(SEED, 3)), draw_thing(thing(SEED, 3)))
    assert draw_thing(thing(SEED, 3)).shape == (32, 32, 3)


def test_classes_are_balanced_in_both_splits(raw):
    source = {"kind": "cifar", "root": str(raw), "classes": 10}
    rows = listing_readers.read(source, {}).to_pylist()
    counts = Counter((row["source_split"], row["labels"][0]) for row in rows)
    assert counts == {(split, name): size for split, size in (("train", 8), ("test", 4)) for name in NAMES}


def test_a_few_pictures_show_something_else():
    wrong = np.mean([one.shown != one.name for one in things(3000, 1)])
    assert wrong == pytest.approx(demo.SLIP * (1 - 1 / len(NAMES)), abs=0.015)


def test_pixels_tell_the_class_better_than_chance_but_badly():
    made = list(things(300, SEED))
    pixels = np.stack([draw_thing(one).ravel() for one in made]) / 255
    found = accuracy(pixels, [one.name for one in made], np.array([one.test for one in made]), 100.0)
    assert 1.5 / len(NAMES) < found < 0.5
