"""Letters of known text: the number that is masked follows from the boxes."""

import numpy as np
import pytest

from audit_text import FixedBoxes, blocks
from humancentric.core.schemas import GLYPHS, TOUCHED
from humancentric.masking.audit.coverage import (
    LEVELS,
    Once,
    changed_mask,
    known_text,
    shares_of_ink,
    variants,
)
from humancentric.masking.text_boxes import Box

# How small white text is found; a block of 4 x 8 pixels at 255 is such.
WHITE = {
    "value": 200,
    "saturation": 60,
    "area": [6, 0.9],
    "height": [3, 0.9],
    "width": 0.9,
    "dilation": 3,
    "radius": 3,
}


def masked(rows, white=False):
    return [row["masked"] for row in rows if row["white_text"] is white]


def test_a_detector_that_covers_half_of_the_letters_masks_half():
    detector = FixedBoxes(Box(0, 0, 50, 20, 0.9))
    glyphs, touched = known_text([blocks(10)], detector, {})
    assert masked(glyphs) == [True] * 5 + [False] * 5
    assert [row["ink"] for row in glyphs] == [32] * 10
    assert [row["share"] for row in glyphs] == [1.0] * 5 + [0.0] * 5
    assert [(row["touched"], row["boxes"]) for row in touched] == [(0.5, 1)]


@pytest.mark.parametrize(
    ("columns", "share", "is_masked"), [(1, 0.25, False), (2, 0.5, True), (3, 0.75, True)]
)
def test_half_of_a_letter_s_ink_is_enough(columns, share, is_masked):
    glyphs, _ = known_text([blocks(1)], FixedBoxes(Box(3, 0, columns, 20, 0.9)), {})
    assert [(row["share"], row["masked"]) for row in glyphs] == [(share, is_masked)]


def test_no_boxes_mask_nothing_and_full_boxes_everything():
    nothing, none = known_text([blocks(6)], FixedBoxes(), {})
    assert masked(nothing) == [False] * 6
    assert [(row["boxes"], row["touched"]) for row in none] == [(0, 0.0)]
    everything, all_of_it = known_text([blocks(6)], FixedBoxes(Box(0, 0, 60, 20, 1.0)), {})
    assert masked(everything) == [True] * 6
    assert [row["touched"] for row in all_of_it] == [1.0]


def test_white_text_is_a_variant_of_its_own_and_shares_the_boxes():
    detector = FixedBoxes(Box(0, 0, 20, 20, 0.9))
    glyphs, touched = known_text([blocks(4, 195)], detector, {"white_text": WHITE})
    assert masked(glyphs, white=False) == [True, True, False, False]
    assert masked(glyphs, white=True) == [True] * 4
    assert [row["white"] for row in touched] == [0.0, 0.0]  # without text there is nothing white
    assert detector.calls == 2  # the picture with text, the picture without


def test_pixels_under_a_box_count_as_changed_even_if_they_were_black():
    before = np.zeros((10, 10, 3), np.uint8)
    after = before.copy()
    after[0, 0, 2], after[0, 1] = LEVELS, LEVELS - 1
    expected = np.zeros((10, 10), bool)
    expected[5:, 5:] = expected[0, 0] = True
    assert (changed_mask(before, after, [Box(5, 5, 5, 5, 1.0)]) == expected).all()


def test_faint_ink_is_marked():
    glyphs, _ = known_text([blocks(2, LEVELS), blocks(2, LEVELS - 1, number=1)], FixedBoxes(), {})
    assert [row["visible"] for row in glyphs] == [True, True, False, False]
    assert [row["id"] for row in glyphs] == ["00000"] * 2 + ["00001"] * 2


def test_shares_by_hand():
    labels = np.array([[1, 1, 2, 0], [1, 1, 2, 3]])
    mask = np.array([[True, False, True, True], [False, False, True, False]])
    ink, shares = shares_of_ink(labels, mask, 4)
    assert ink.tolist() == [4, 2, 1, 0]
    assert shares[:3].tolist() == [0.25, 1.0, 0.0]
    assert np.isnan(shares[3])


def test_rows_fit_their_tables():
    glyphs, touched = known_text([blocks(3)], FixedBoxes(), {})
    assert GLYPHS.rows(glyphs).num_rows == 3
    assert TOUCHED.rows(touched).num_rows == 1


def test_a_row_without_white_text_has_one_variant():
    assert list(variants({"kind": "db"})) == [False]
    assert "white_text" not in variants({"white_text": WHITE})[False]


def test_the_detector_runs_once_for_each_picture():
    once, first, second = Once(detector := FixedBoxes()), np.zeros((2, 2, 3)), np.zeros((2, 2, 3))
    for picture in (first, first, second, second, first):
        once.boxes(picture)
    assert detector.calls == 3
