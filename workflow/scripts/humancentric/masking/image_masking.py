"""Small white text, which detectors miss: found by colour and size, painted over from its surroundings.

Pictures without their text: black boxes where a detector sees text, then small white text painted over.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import cv2
import numpy as np

from humancentric.masking.text_boxes import Box, Detector, clipped, rasterize, within


def white_text_mask(rgb: np.ndarray, row: Mapping[str, Any]) -> np.ndarray:
    """Return a (height, width) uint8 mask, 255 where small white text stands on the (height, width, 3) picture.

    Bright and colourless pixels (`value`, `saturation`) are grouped into 8-connected parts; those of a letter's
    size are kept (`area`: pixels at least, share of the picture at most; `height`: pixels at least, share of the
    picture's height at most; `width`: share of the picture's height at most) and dilated by an ellipse.
    """
    height, width = rgb.shape[:2]
    _, saturation, value = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))
    white = ((value >= row["value"]) & (saturation <= row["saturation"])).astype(np.uint8)
    _, parts, statistics, _ = cv2.connectedComponentsWithStats(white, connectivity=8)
    wide, high, area = (statistics[:, c] for c in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    kept = (area >= row["area"][0]) & (area <= row["area"][1] * width * height)
    kept &= (high >= row["height"][0]) & (high <= row["height"][1] * height)
    kept &= wide <= row["width"] * height
    kept[0] = False  # the background
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (row["dilation"], row["dilation"]))
    return cv2.dilate(kept[parts].astype(np.uint8) * 255, ellipse)


def painted_over(rgb: np.ndarray, mask: np.ndarray, radius: float) -> np.ndarray:
    """Return the picture with the pixels under `mask` filled from their surroundings (Telea 2004)."""
    return cv2.inpaint(rgb, mask, radius, cv2.INPAINT_TELEA) if mask.any() else rgb


class Masked(NamedTuple):
    """A picture without text, and what was taken away: shares are of the picture's pixels."""

    rgb: np.ndarray
    boxes: list[Box]
    white_fraction: float  # painted over as small white text
    masked_fraction: float  # under a box or painted over


def mask_image(
    rgb: np.ndarray,
    detector: Detector,
    row: Mapping[str, Any],
    spent: Counter | None = None,
    sample: str = "",
) -> Masked:
    """Return a (height, width, 3) uint8 picture without the text that `detector` and the `row` see on it.

    The step for white text is left out where the row's ``white_text`` is missing or null. `spent` collects the seconds
    of each step and the number of boxes that were not within the picture (``boxes outside``).
    """
    spent = Counter() if spent is None else spent
    height, width = rgb.shape[:2]
    with timed(spent, "detect"):
        found = detector.boxes(rgb, sample)
    boxes = clipped(found, width, height)
    spent["boxes outside"] += sum(not within(box, width, height) for box in found)
    with timed(spent, "inpaint"):
        result, white = blackened(rgb, boxes), np.zeros((height, width), dtype=bool)
        black = rasterize(boxes, width, height)
        if row.get("white_text"):
            # Letters next to a box grow into it: it stays black.
            white = (white_text_mask(result, row["white_text"]) > 0) & ~black
        placed, white = detector.placed(boxes, white, sample)
        if placed is not boxes:
            boxes, result, black = placed, blackened(rgb, placed), rasterize(placed, width, height)
        if white.any():
            result = painted_over(result, white.astype(np.uint8) * 255, row["white_text"]["radius"])
    return Masked(result, boxes, float(white.mean()), float((black | white).mean()))


def blackened(rgb: np.ndarray, boxes: list[Box]) -> np.ndarray:
    """Return a copy of a picture that is black under the boxes, which must be clipped."""
    result = rgb.copy()
    for x, y, w, h, _ in boxes:
        result[y : y + h, x : x + w] = 0
    return result


@contextmanager
def timed(spent: Counter, step: str) -> Iterator[None]:
    """Add the seconds of the enclosed block to ``spent[step]``."""
    begin = time.perf_counter()
    yield
    spent[step] += time.perf_counter() - begin
