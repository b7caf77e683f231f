"""Random boxes: the same number and sizes, within the picture, as many black pixels, at uniform positions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_stored_boxes import written
from test_white_text import ROW as WHITE

from audit_text import FixedBoxes
from humancentric.core.hashing import hashed_generator
from humancentric.masking import detectors
from humancentric.masking.detectors.random_boxes import scatter, shifted
from humancentric.masking.image_masking import mask_image
from humancentric.masking.text_boxes import Box, clipped, rasterize

WIDTH, HEIGHT = 80, 120


@st.composite
def boxes_within(draw):
    sides = []
    for _ in range(draw(st.integers(0, 8))):
        w, h = draw(st.integers(1, WIDTH)), draw(st.integers(1, 40))
        x, y = draw(st.integers(0, WIDTH - w)), draw(st.integers(0, HEIGHT - h))
        sides.append(Box(x, y, w, h, draw(st.sampled_from([0.5, 0.9]))))
    return clipped(sides, WIDTH, HEIGHT)


@settings(deadline=None, max_examples=60)
@given(boxes_within(), st.integers(0, 1000))
def test_as_many_boxes_of_the_same_sizes_within_the_picture(boxes, seed):
    moved = scatter(boxes, WIDTH, HEIGHT, hashed_generator(seed, "a"))
    assert sorted(box[2:] for box in moved) == sorted(box[2:] for box in boxes)
    for box in moved:
        assert 0 <= box.x <= box.x + box.w <= WIDTH
        assert 0 <= box.y <= box.y + box.h <= HEIGHT
    assert moved == scatter(boxes, WIDTH, HEIGHT, hashed_generator(seed, "a"))


def test_boxes_of_one_group_move_together():
    title, inside = Box(10, 20, 50, 12, 0.9), Box(15, 22, 20, 6, 0.8)
    for seed in range(20):
        moved = sorted(
            scatter([title, inside], WIDTH, HEIGHT, hashed_generator(seed, "a")), key=lambda box: -box.w
        )
        assert (moved[1].x - moved[0].x, moved[1].y - moved[0].y) == (5, 2)


@pytest.mark.parametrize("overlap", [0, 1, 4])
def test_as_many_pixels_are_black(overlap):
    """Twelve lines that overlap by some rows, a third of the picture; in the mean of forty draws."""
    lines = [Box(10, 20 + (7 - overlap) * row, 40, 7, 0.9) for row in range(6)]
    asked = rasterize(lines, WIDTH, HEIGHT).sum()
    found = [
        rasterize(scatter(lines, WIDTH, HEIGHT, hashed_generator(seed, "a")), WIDTH, HEIGHT).sum()
        for seed in range(40)
    ]
    assert np.mean(found) == pytest.approx(asked, rel=0.02)


def test_positions_are_uniform():
    box = Box(0, 0, 20, 20, 0.9)
    places = [scatter([box], WIDTH, HEIGHT, hashed_generator(0, str(n)))[0][:2] for n in range(2000)]
    x, y = np.array(places).T
    assert (x.min(), x.max(), y.min(), y.max()) == (0, WIDTH - 20, 0, HEIGHT - 20)
    assert np.histogram(x, 6, (0, 61))[0].min() > 250  # 333 are expected, with a deviation of 17
    assert np.histogram(y, 6, (0, 101))[0].min() > 250


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.3))
def test_a_shifted_mask_has_as_many_pixels_and_none_is_hidden(seed, density):
    draw = np.random.default_rng(seed)
    mask, avoided = draw.random((30, 20)) < density, np.zeros((30, 20), bool)
    moved = shifted(mask, avoided, hashed_generator(seed, "a"))
    assert moved.sum() == mask.sum()
    avoided[5:15, 3:9] = True
    assert not (shifted(mask, avoided, hashed_generator(seed, "a")) & avoided).any()


def test_the_control_of_a_view_touches_as_much_in_other_places(tmp_path):
    """A title under a box, small white text beside it: both are left alone, and as much is lost elsewhere."""
    draw = np.random.default_rng(0)
    rgb = draw.integers(40, 140, (200, 100, 3), dtype=np.uint8)
    rgb[20:40, 10:90] = (250, 200, 0)
    for x in range(20, 80, 6):
        rgb[150:158, x : x + 3] = 255
    box = Box(8, 18, 84, 24, 0.9)

    row = {"white_text": WHITE | {"dilation": 5}}
    source = mask_image(rgb, FixedBoxes(box), row, sample="a")
    path = written(tmp_path / "0.parquet", {"a": source.boxes, "b": source.boxes})
    control = detectors.load({"kind": "random-boxes", "of": "masked", "seed": 3, **row}, masks=path)
    results = {sample: mask_image(rgb, control, row, sample=sample) for sample in ("a", "b")}
    for result in results.values():
        assert [b[2:] for b in result.boxes] == [(84, 24, np.float32(0.9))]
        assert result.white_fraction == pytest.approx(source.white_fraction, rel=0.05)
        assert result.masked_fraction == pytest.approx(source.masked_fraction, rel=0.02)
        x, y, w, h, _ = result.boxes[0]
        assert not result.rgb[y : y + h, x : x + w].any()
    assert results["a"].boxes[0][:2] != results["b"].boxes[0][:2]
    assert (mask_image(rgb, control, row, sample="a").rgb == results["a"].rgb).all()
    assert (results["a"].rgb != source.rgb).any()
    alone = mask_image(rgb, control, {"white_text": None}, sample="a")
    assert alone.white_fraction == 0
    assert alone.boxes == results["a"].boxes
