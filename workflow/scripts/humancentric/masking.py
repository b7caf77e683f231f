"""Pictures without their text: black boxes where a detector sees text, then small white text painted over."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from humancentric.detectors.boxes import Box, clipped, covered, within
from humancentric.detectors.interface import Detector
from humancentric.white_text import painted_over, white_text_mask


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
        black = covered(boxes, width, height)
        if row.get("white_text"):
            # Letters next to a box grow into it: it stays black.
            white = (white_text_mask(result, row["white_text"]) > 0) & ~black
        placed, white = detector.placed(boxes, white, sample)
        if placed is not boxes:
            boxes, result, black = placed, blackened(rgb, placed), covered(placed, width, height)
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
