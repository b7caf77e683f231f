"""Small white text: each limit alone, the exact mask, and the input of inpainting."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from humancentric.masking.image_masking import inpaint, white_text_mask

ROW = {
    "value": 200,
    "saturation": 60,
    "area": [6, 0.004],
    "height": [3, 0.06],
    "width": 0.18,
    "dilation": 1,  # no growth, unless a test asks for it
    "radius": 3,
}
HEIGHT, WIDTH = 200, 100  # at most: 80 pixels of area, 12 of height, 36 of width


def picture(*patches: tuple[int, int, int, int], colour=(255, 255, 255), ground=(60, 80, 100)) -> np.ndarray:
    """Return a picture with patches (x, y, width, height) on a flat ground."""
    rgb = np.full((HEIGHT, WIDTH, 3), ground, np.uint8)
    for x, y, w, h in patches:
        rgb[y : y + h, x : x + w] = colour
    return rgb


def found(rgb: np.ndarray, **row) -> int:
    return int((white_text_mask(rgb, ROW | row) > 0).sum())


@pytest.mark.parametrize(
    ("width", "height", "kept"),
    [
        (2, 3, True),  # 6 pixels: the smallest
        (5, 1, False),  # too few pixels
        (10, 2, False),  # too flat
        (2, 12, True),
        (2, 13, False),  # too high
        (26, 3, True),
        (8, 10, True),  # 80 pixels: the largest
        (9, 9, False),
        (37, 3, False),  # too wide, and too large
    ],
)
def test_sizes(width, height, kept):
    assert found(picture((20, 50, width, height))) == (width * height if kept else 0)


def test_the_width_limit_is_a_share_of_the_height():
    """A thin L of 36 or 37 pixels: 0.18 of the height of 200 is 36."""
    assert found(picture((20, 50, 36, 1), (20, 50, 1, 3))) == 38
    assert found(picture((20, 50, 37, 1), (20, 50, 1, 3))) == 0


@pytest.mark.parametrize(
    ("colour", "kept"),
    [
        ((200, 200, 200), True),
        ((199, 199, 199), False),  # too dark
        ((255, 195, 195), True),  # saturation 60
        ((255, 194, 194), False),  # 61: too colourful
        ((255, 255, 0), False),
    ],
)
def test_colours(colour, kept):
    assert found(picture((20, 50, 4, 5), colour=colour)) == (20 if kept else 0)


def test_components_are_8_connected():
    assert found(picture((20, 50, 2, 2), (22, 52, 2, 2))) == 8  # 4 + 4 pixels: neither would do alone
    assert found(picture((20, 50, 2, 2), (23, 53, 2, 2))) == 0


def test_the_mask_is_the_letters_dilated_by_an_ellipse():
    letters = [(20, 50, 3, 8), (30, 50, 3, 8), (0, 0, 4, 4), (96, 190, 4, 10)]
    rgb = picture(*letters, (40, 100, 50, 60))  # and a white area, which stays
    expected = np.zeros((HEIGHT, WIDTH), np.uint8)
    for x, y, w, h in letters:
        for dy, reach in ((-2, 0), (-1, 2), (0, 2), (1, 2), (2, 0)):  # the rows of OpenCV's 5 x 5 ellipse
            top, bottom = max(0, y + dy), y + dy + h
            expected[top:bottom, max(0, x - reach) : x + w + reach] = 255
    assert (white_text_mask(rgb, ROW | {"dilation": 5}) == expected).all()


def test_inpainting_gets_exactly_the_mask(monkeypatch):
    rgb, calls = picture((20, 50, 3, 8)), []
    mask = white_text_mask(rgb, ROW)
    monkeypatch.setattr(cv2, "inpaint", lambda *given: calls.append(given) or rgb)
    inpaint(rgb, mask, 3)
    ((given, given_mask, radius, method),) = calls
    assert given is rgb
    assert given_mask is mask
    assert (radius, method) == (3, cv2.INPAINT_TELEA)


def test_only_masked_pixels_change_and_get_colours_from_around_them():
    rgb = picture((20, 50, 3, 8))
    result = inpaint(rgb, white_text_mask(rgb, ROW | {"dilation": 5}), 3)
    assert np.abs(result.astype(int) - (60, 80, 100)).max() <= 2
    noisy = np.random.default_rng(0).integers(0, 150, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    noisy[50:58, 20:23] = 255
    mask = white_text_mask(noisy, ROW | {"dilation": 5})
    changed = (inpaint(noisy, mask, 3) != noisy).any(axis=2)
    assert changed[50:58, 20:23].all()
    assert not changed[mask == 0].any()


def test_an_empty_mask_changes_nothing():
    for rgb in (picture(), np.full((50, 40, 3), 255, np.uint8), np.zeros((1, 1, 3), np.uint8)):
        mask = white_text_mask(rgb, ROW | {"dilation": 5})
        assert not mask.any()
        assert inpaint(rgb, mask, 3) is rgb


def test_white_letters_disappear():
    image = Image.new("RGB", (400, 600), (50, 70, 60))
    ImageDraw.Draw(image).text((40, 500), "PRODUCED BY NOBODY", "white", ImageFont.load_default(14))
    rgb = np.asarray(image)
    mask = white_text_mask(rgb, ROW | {"dilation": 5})
    result = inpaint(rgb, mask, 3)
    ink = np.abs(rgb.astype(int) - (50, 70, 60)).max(axis=2) > 120
    assert (np.abs(result.astype(int) - (50, 70, 60)).max(axis=2)[ink] < 40).mean() > 0.9
