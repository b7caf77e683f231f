"""Masking: changed pixels, counts, and independence of the number of workers."""

import io
import logging
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from audit_text import FixedBoxes
from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.images import decode, encode_jpeg
from humancentric.core.schemas import IMAGES, MASKS
from humancentric.masking import detectors
from humancentric.masking.detector_networks import Input, network_size
from humancentric.masking.image_masking import mask_file, mask_image, mask_shard
from humancentric.masking.text_boxes import Box, Detector, clipped, rasterize, within

with (Path(__file__).parents[2] / "config/detectors.yaml").open(encoding="utf-8") as catalogue:
    ROWS = yaml.safe_load(catalogue)["detectors"]
WHITE = {"white_text": ROWS["db"]["white_text"]}


def grey(height: int = 60, width: int = 40, level: int = 90) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def poster(number: int) -> bytes:
    image = Image.new("RGB", (200, 300), (40 + 20 * number, 80, 160 - 20 * number))
    draw = ImageDraw.Draw(image)
    draw.text((20, 40 + 10 * number), f"TITLE {number}", (250, 210, 30), ImageFont.load_default(34))
    draw.text((30, 270), "directed by nobody at all", "white", ImageFont.load_default(10))
    return encode_jpeg(np.asarray(image))


def masked(pictures: dict[str, bytes], row: dict, threads: int = 1, detector: Detector | None = None):
    """Return the rows of IMAGES and of MASKS that come of {id: picture}."""
    rows = ({"id": sample, "image": data} for sample, data in pictures.items())
    made = list(mask_shard(rows, len(pictures), detector or detectors.load(row), row, threads))
    return [image for image, _ in made], [mask for _, mask in made]


def test_boxes_are_black_and_nothing_else_changes():
    rgb = np.random.default_rng(0).integers(1, 256, (60, 40, 3), dtype=np.uint8)
    before = rgb.copy()
    result = mask_image(rgb, FixedBoxes(Box(5, 10, 20, 8, 0.9), Box(20, 14, 10, 10, 0.8)), {})
    black = np.zeros((60, 40), bool)
    black[10:18, 5:25] = black[14:24, 20:30] = True
    assert (result.rgb[black] == 0).all()
    assert (result.rgb[~black] == rgb[~black]).all()
    assert result.masked_fraction == pytest.approx((160 + 100 - 5 * 4) / 2400)
    assert result.white_fraction == 0
    assert (rgb == before).all()


def test_white_text_is_inpainted_after_the_boxes_and_outside_them():
    rgb = grey(200, 100)
    rgb[50:58, 20:23] = rgb[50:58, 40:43] = 255  # the second one lies under the box
    rgb[50:58, 62:65] = 255  # and this one two pixels beside it
    result = mask_image(rgb, FixedBoxes(Box(38, 45, 22, 20, 0.9)), WHITE)
    assert (result.rgb[45:65, 38:60] == 0).all()
    assert result.rgb.max() < 255
    assert 0 < result.white_fraction < result.masked_fraction
    assert result.masked_fraction - result.white_fraction == pytest.approx(22 * 20 / 20000)


def test_inpainting_gets_the_white_text_outside_the_boxes(monkeypatch):
    rgb, calls = grey(200, 100), []
    rgb[50:58, 61:64] = 255  # dilated by two pixels it reaches one column under the box
    monkeypatch.setattr(cv2, "inpaint", lambda *given: calls.append(given) or given[0])
    mask_image(rgb, FixedBoxes(Box(38, 45, 22, 20, 0.9)), WHITE)
    expected = np.zeros((200, 100), np.uint8)
    for down, reach in ((-2, 0), (-1, 2), (0, 2), (1, 2), (2, 0)):  # the rows of OpenCV's 5 x 5 ellipse
        expected[50 + down : 58 + down, 61 - reach : 64 + reach] = 255
    expected[:, :60] = 0
    black = rgb.copy()
    black[45:65, 38:60] = 0
    ((given, mask, radius, method),) = calls
    assert (given == black).all()
    assert (mask == expected).all()
    assert (radius, method) == (3, cv2.INPAINT_TELEA)


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        (Box(-10, -10, 30, 30, 0.5), [(0, 0, 20, 20)]),
        (Box(30, 50, 100, 100, 0.5), [(30, 50, 10, 10)]),
        (Box(2.5, 3.5, 4.0, 5.0, 0.5), [(2, 3, 5, 6)]),
        (Box(float("nan"), 0, 5, 5, 0.5), []),
        (Box(0, 0, float("inf"), 5, 0.5), []),
        (Box(0, 0, 5, 5, float("nan")), []),
        (Box(40, 0, 5, 5, 0.5), []),
        (Box(5, 5, -3, 5, 0.5), []),
        (Box(5, 5, 0, 5, 0.5), []),
    ],
)
def test_invalid_boxes_are_clipped_or_dropped_and_counted(box, kept, caplog):
    with caplog.at_level(logging.INFO, "humancentric"):
        result = mask_image(grey(), FixedBoxes(box, Box(1, 1, 2, 2, 0.5)), {}, spent := defaultdict(float))
    assert sorted(b[:4] for b in result.boxes) == sorted([*kept, (1, 1, 2, 2)])
    assert spent["boxes outside"] == (not within(box, 40, 60))
    assert within(box, 40, 60) == (box.x == 2.5)


def test_invalid_boxes_are_logged(caplog):
    with caplog.at_level(logging.INFO, "humancentric"):
        _, masks = masked({"a": poster(0)}, {}, detector=FixedBoxes(Box(float("nan"), 0, 5, 5, 0.5)))
    assert masks == [{"id": "a", "boxes": [], "white_fraction": 0, "masked_fraction": 0}]
    assert "boxes outside their picture, cut or dropped: 1" in caplog.text


def test_pictures_without_text_and_of_text_only():
    for shape in ((1, 1), (1, 90), (90, 1), (60, 40)):
        rgb = grey(*shape)
        untouched = mask_image(rgb, FixedBoxes(), WHITE)
        assert (untouched.rgb == rgb).all()
        assert untouched[1:] == ([], 0.0, 0.0)
        gone = mask_image(rgb, FixedBoxes(Box(0, 0, shape[1], shape[0], 1.0)), WHITE)
        assert not gone.rgb.any()
        assert gone.masked_fraction == 1


def test_a_shard_is_the_same_for_any_number_of_workers(caplog):
    pictures = {f"film-{number}": poster(number) for number in range(6)}
    with caplog.at_level(logging.INFO, "humancentric"):
        one = masked(pictures, ROWS["db"], threads=1)
    assert "detect: " in caplog.text
    assert "6 pictures" in caplog.text
    assert one == masked(pictures, ROWS["db"], threads=4) == masked(pictures, ROWS["db"], threads=1)
    for row, mask in zip(*one, strict=True):
        assert (row["width"], row["height"]) == (200, 300)
        before, after = decode(pictures[row["id"]]).astype(int), decode(row["image"]).astype(int)
        assert after.shape == before.shape
        yellow = (before[:, :, 0] > 200) & (before[:, :, 2] < 80)
        assert yellow.any()
        assert not ((after[:, :, 0] > 200) & (after[:, :, 2] < 80)).any()  # the title is gone
        assert mask["id"] == row["id"]
        assert mask["boxes"]
        assert 0 < mask["masked_fraction"] < 0.5


def test_only_a_few_pictures_are_read_ahead():
    taken = []

    def pictures():
        for number in range(40):
            taken.append(number)
            yield {"id": f"{number:02d}", "image": encode_jpeg(grey(8, 8))}

    for number, (image, _) in enumerate(mask_shard(pictures(), 40, FixedBoxes(), {}, threads=3)):
        assert image["id"] == f"{number:02d}"
        assert len(taken) <= number + 1 + 2 * 3
    assert len(taken) == 40


def test_a_file_becomes_two_tables_with_the_row_as_metadata(tmp_path):
    rows = [{"id": f"s{number}", "image": poster(number), "width": 200, "height": 300} for number in range(3)]
    tables.write(tmp_path / "before.parquet", IMAGES.rows(rows), IMAGES)
    images, masks = tmp_path / "after.parquet", tmp_path / "masks.parquet"
    box = Box(10, 20, 30, 40, 0.5)
    mask_file(tmp_path / "before.parquet", images, masks, FixedBoxes(box), {"kind": "fixed"}, threads=2)
    assert tables.read_metadata(masks)["detector"] == {"kind": "fixed"}
    assert [row["id"] for row in tables.read(images, IMAGES).to_pylist()] == ["s0", "s1", "s2"]
    assert tables.read(masks, MASKS)["boxes"].to_pylist() == [[box._asdict()]] * 3


def test_every_sort_of_picture_can_be_masked():
    rgb = decode(poster(1))
    pictures = {"white": encode_jpeg(grey(30, 20, 255)), "pixel": encode_jpeg(grey(1, 1))}
    for mode, kind in (
        ("L", "PNG"),
        ("CMYK", "JPEG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("LA", "PNG"),
        ("1", "PNG"),
    ):
        buffer = io.BytesIO()
        Image.fromarray(rgb).convert(mode).save(buffer, kind)
        pictures[mode] = buffer.getvalue()
    deep = Image.fromarray(np.asarray(Image.fromarray(rgb).convert("L")).astype(np.uint16) * 257)
    buffer = io.BytesIO()
    deep.save(buffer, "PNG")
    pictures["16 bits"] = buffer.getvalue()
    images, masks = masked(pictures, ROWS["db"])
    boxes = {mask["id"]: len(mask["boxes"]) for mask in masks}
    assert [sample for sample in boxes if not boxes[sample]] == ["white", "pixel"]
    assert boxes["16 bits"] == boxes["L"]
    sizes = [(image["width"], image["height"]) for image in images]
    assert sizes == [(20, 30), (1, 1), *[(200, 300)] * 7]
    assert [decode(image["image"]).shape[1::-1] for image in images] == sizes


def test_quality_comes_from_the_row():
    fine, coarse = (
        masked({"a": poster(0)}, {"quality": quality}, detector=FixedBoxes())[0] for quality in (95, 30)
    )
    assert fine == masked({"a": poster(0)}, {}, detector=FixedBoxes())[0]
    assert len(coarse[0]["image"]) < len(fine[0]["image"]) / 2


def test_white_text_may_be_null():
    rgb = grey(200, 100)
    rgb[50:58, 20:23] = 255
    assert mask_image(rgb, FixedBoxes(), WHITE).white_fraction > 0
    assert (mask_image(rgb, FixedBoxes(), {"white_text": None}).rgb == rgb).all()


def test_an_empty_shard_and_a_damaged_one():
    assert masked({}, ROWS["db"], threads=2) == ([], [])
    with pytest.raises(UserError, match="picture of 'a': unreadable"):
        masked({"a": poster(0)[:500]}, {}, threads=2, detector=FixedBoxes())


NUMBERS = st.one_of(st.floats(), st.integers(-100, 200), st.floats(-50, 150))


@settings(deadline=None)
@given(
    st.lists(st.builds(Box, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)),
    st.integers(1, 80),
    st.integers(1, 80),
    st.floats(0, 1),
)
def test_clipped_boxes_lie_within_and_stay(boxes, width, height, padding):
    kept = clipped(boxes, width, height, padding)
    for box in kept:
        assert all(type(side) is int for side in box[:4])
        assert 0 <= box.x < box.x + box.w <= width
        assert 0 <= box.y < box.y + box.h <= height
        assert within(box, width, height)
    assert clipped(reversed(kept), width, height) == kept
    assert rasterize(kept, width, height).shape == (height, width)


@pytest.mark.parametrize(
    ("size", "short_side", "expected"),
    [
        ((224, 224), 640, (640, 640)),
        ((600, 900), 640, (640, 960)),
        ((400, 600), 320, (320, 480)),
        ((500, 750), 384, (384, 576)),
        ((1, 1), 320, (320, 320)),
        ((1, 5000), 320, (32, 1280)),
        ((10, 20), 1, (32, 32)),
    ],
)
def test_network_sizes(size, short_side, expected):
    assert network_size(*size, short_side) == expected
    assert network_size(*size[::-1], short_side) == expected[::-1]


def test_a_row_decides_the_size():
    assert network_size(600, 900, 640, multiple=64) == (640, 960)
    assert network_size(600, 900, 600, multiple=128) == (640, 896)
    assert network_size(100, 500, 320, longest=2) == (128, 640)


def test_means_and_scales_are_for_red_green_blue():
    rgb = np.full((32, 32, 3), (10, 20, 40), np.uint8)
    prepared = Input(32, (1, 2, 4), (1, 0.5, 2))
    assert prepared.blob(rgb)[0, :, 0, 0].tolist() == [9, 9, 72]
    assert Input(32, (1, 2, 4), (1, 0.5, 2), swapped=True).blob(rgb)[0, :, 0, 0].tolist() == [72, 9, 9]
