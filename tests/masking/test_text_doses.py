"""Doses by area: exact, nested, with random boxes of equal area; the text alone; the mirror image."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from test_random_boxes import HEIGHT, WIDTH, boxes_within
from test_stored_boxes import written
from test_white_text import ROW as WHITE

from humancentric.core import schemas, tables
from humancentric.core.hashing import hashed_generator
from humancentric.core.images import decode, encode_jpeg
from humancentric.masking import text_doses
from humancentric.masking.image_masking import mask_image
from humancentric.masking.text_boxes import Box, rasterize

DOSES = (0.0, 0.25, 0.5, 0.75, 1.0)


def part(boxes, area, seed=0):
    kept = text_doses.part_of_boxes(boxes, (HEIGHT, WIDTH), area, hashed_generator(seed, "a"))
    return rasterize(kept, WIDTH, HEIGHT)


@settings(deadline=None, max_examples=60)
@given(boxes_within())
def test_lower_doses_lie_in_higher_ones_and_have_their_share_of_the_area(boxes):
    whole = rasterize(boxes, WIDTH, HEIGHT)
    masks = [part(boxes, dose) for dose in DOSES]
    assert not masks[0].any()
    np.testing.assert_array_equal(masks[-1], whole)
    for dose, mask in zip(DOSES, masks, strict=True):
        longest = max((min(box.w, box.h) for box in boxes), default=0)  # one row or column of a box
        assert abs(mask.sum() - dose * whole.sum()) <= longest
    for lower, higher in pairwise(masks):
        assert not (lower & ~higher).any()


def test_a_single_title_is_cut_at_half_of_its_length_and_seeds_choose_among_several():
    title = Box(10, 20, 40, 10, 0.9)
    assert part([title], 0.5).sum() == 200
    assert part([title], 0.5)[20:30, 10:30].all()
    two = [title, Box(10, 60, 40, 10, 0.9)]
    first = [part(two, 0.5, seed)[20:30].any() for seed in range(40)]
    assert 8 < sum(first) < 32


def test_white_text_is_taken_by_whole_letters_up_to_the_share():
    white = np.zeros((20, 80), bool)
    for letter in range(10):
        white[5:10, 8 * letter : 8 * letter + 4] = True  # 20 pixels each
    masks = [text_doses.part_of_white(white, dose, hashed_generator(0, "a")) for dose in DOSES]
    assert [int(mask.sum()) for mask in masks] == [0, 40, 100, 140, 200]
    assert not any((low & ~high).any() for low, high in pairwise(masks))
    assert not text_doses.part_of_white(np.zeros((5, 5), bool), 0.5, hashed_generator(0, "a")).any()


@pytest.fixture
def masks(tmp_path):
    found = {"a": [Box(5, 10, 40, 8, 0.9), Box(20, 70, 30, 12, 0.9), Box(60, 30, 6, 30, 0.9)]}
    return written(tmp_path / "masks.parquet", found)


def masked(masks, kind, area=1.0, seed=0, white=None):
    rgb = np.random.default_rng(0).integers(60, 200, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    row = {"kind": kind, "of": "masked", "seed": seed, "area": area, "white_text": white}
    if kind == "text-only":
        del row["area"]
    return mask_image(rgb, text_doses.load(row, masks), row, sample="a"), rgb


@pytest.mark.parametrize("dose", DOSES[1:])
def test_random_boxes_cover_the_same_area_as_the_text_of_that_dose(masks, dose):
    text = masked(masks, "text-area", dose)[0]
    assert text.masked_fraction == pytest.approx(dose * (320 + 360 + 180) / (WIDTH * HEIGHT), abs=0.002)
    for seed in range(5):  # the same boxes, cut alike, elsewhere
        random = masked(masks, "random-area", dose, seed)[0]
        own = masked(masks, "text-area", dose, seed)[0]
        assert sorted(box[2:] for box in random.boxes) == sorted(box[2:] for box in own.boxes)
        assert random.masked_fraction == pytest.approx(own.masked_fraction, abs=0.003)
        assert random.boxes != own.boxes


def test_white_text_is_looked_for_beside_all_boxes_at_every_dose(masks, monkeypatch):
    """Letters under a box that a dose leaves out count as text of that box, not as white text."""
    seen = []

    def found(rgb, row):
        seen.append(int((rgb == 0).all(axis=2).sum()))
        return np.zeros(rgb.shape[:2], np.uint8)

    monkeypatch.setattr("humancentric.masking.image_masking.white_text_mask", found)
    for dose in (0.25, 1.0):
        masked(masks, "text-area", dose, white=WHITE)
    assert seen == [860, 860]


def test_text_only_shows_the_text_and_nothing_else(masks):
    (rgb, boxes, _, fraction), before = masked(masks, "text-only")
    text = rasterize([Box(5, 10, 40, 8, 1), Box(20, 70, 30, 12, 1), Box(60, 30, 6, 30, 1)], WIDTH, HEIGHT)
    np.testing.assert_array_equal(rgb[text], before[text])
    assert not rgb[~text].any()
    assert sum(box.w * box.h for box in boxes) == (~text).sum()  # disjoint
    assert fraction == pytest.approx((~text).mean())


@settings(deadline=None, max_examples=40)
@given(boxes_within())
def test_the_complement_covers_exactly_what_boxes_leave(boxes):
    rest = text_doses.complement(boxes, HEIGHT, WIDTH)
    np.testing.assert_array_equal(rasterize(rest, WIDTH, HEIGHT), ~rasterize(boxes, WIDTH, HEIGHT))


def test_pictures_are_mirrored(tmp_path):
    rgb = np.zeros((64, 80, 3), np.uint8)
    rgb[:, :20] = 250
    row = {"id": "a", "image": encode_jpeg(rgb, 95), "width": 80, "height": 64}
    tables.write(tmp_path / "in.parquet", schemas.IMAGES.rows([row]), schemas.IMAGES)
    text_doses.mirror_file(tmp_path / "in.parquet", tmp_path / "out.parquet")
    (found,) = tables.rows(tmp_path / "out.parquet", schemas.IMAGES)
    assert (found["id"], found["width"], found["height"]) == ("a", 80, 64)
    assert np.abs(decode(found["image"]).astype(int) - rgb[:, ::-1]).max() < 10
