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
        white = _white_text(rgb, boxes, row.get("white_text"))
        boxes, white = detector.placed(boxes, white, sample)
        black = covered(boxes, width, height)
        result = rgb.copy()
        result[black] = 0
        if white.any():
            result = painted_over(result, white.astype(np.uint8) * 255, row["white_text"]["radius"])
    return Masked(result, boxes, float(white.mean()), float((black | white).mean()))


@contextmanager
def timed(spent: Counter, step: str) -> Iterator[None]:
    """Add the seconds of the enclosed block to ``spent[step]``."""
    begin = time.perf_counter()
    yield
    spent[step] += time.perf_counter() - begin


def _white_text(rgb: np.ndarray, boxes: list[Box], row: Mapping[str, Any] | None) -> np.ndarray:
    """Return a (height, width) bool mask of the small white text that is left when the boxes are black."""
    height, width = rgb.shape[:2]
    black = covered(boxes, width, height)
    if not row:
        return np.zeros_like(black)
    left = rgb.copy()
    left[black] = 0
    # Letters next to a box grow into it: it stays black.
    return (white_text_mask(left, row) > 0) & ~black
