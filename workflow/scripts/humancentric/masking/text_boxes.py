"""Text boxes in pixel coordinates, and the base class of detectors.

A detector may find the same text more than once, so boxes that overlap are grouped. Random numbers are seeded per
sample, so that they do not depend on the other samples of a job or on their order.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np


class Box(NamedTuple):
    """An axis-aligned rectangle: corner (x, y) and size in pixels (integers once clipped), and its confidence."""

    x: float
    y: float
    w: float
    h: float
    score: float


def around(corners: np.ndarray, scores: Iterable[float]) -> list[Box]:
    """Return the bounding rectangles of n polygons with `corners` (n, k, 2) in x and y; not rounded."""
    low, high = corners.min(axis=1), corners.max(axis=1)
    sides = np.concatenate([low, high - low], axis=1).tolist()
    return [Box(x, y, w, h, float(score)) for (x, y, w, h), score in zip(sides, scores, strict=True)]


def clipped(boxes: Iterable[Box], width: int, height: int, padding: float = 0.0) -> list[Box]:
    """Return `boxes` in whole pixels inside a picture of `width` x `height`, sorted from top to bottom.

    Each box is first widened on all sides by `padding`, a share of its shorter side, and rounded outwards. Boxes that
    lie outside the picture or have a number that is not finite are left out.
    """
    kept = set()
    for box in boxes:
        score = single(box.score)
        if not (all(map(math.isfinite, (*box, score))) and box.w > 0 and box.h > 0):
            continue
        x, y, w, h, _ = widened(box, padding)
        left, top = max(0, math.floor(x)), max(0, math.floor(y))
        right, bottom = min(width, math.ceil(x + w)), min(height, math.ceil(y + h))
        if right > left and bottom > top:
            kept.add(Box(left, top, right - left, bottom - top, score))
    return sorted(kept, key=lambda box: (box.y, box.x, box.h, box.w, box.score))


def widened(box: Box, padding: float) -> Box:
    """Return the box with `padding`, a share of its shorter side, added on all sides; not rounded."""
    margin = padding * min(box.w, box.h)
    return Box(box.x - margin, box.y - margin, box.w + 2 * margin, box.h + 2 * margin, box.score)


def within(box: Box, width: int, height: int) -> bool:
    """Return whether a box has finite numbers and an area, and lies inside a picture within half a pixel."""
    x, y, w, h, _ = box
    if not (all(map(math.isfinite, box)) and w > 0 and h > 0):
        return False
    return min(x, y) >= -0.5 and x + w <= width + 0.5 and y + h <= height + 0.5


def single(score: float) -> float:
    """Return `score` in single precision, as MASKS tables store it; infinite if it is too large."""
    with np.errstate(over="ignore"):
        return float(np.float32(score))


def rasterize(boxes: Iterable[Box], width: int, height: int) -> np.ndarray:
    """Return a (height, width) bool mask that is true under the boxes, which must be clipped."""
    mask = np.zeros((height, width), dtype=bool)
    for x, y, w, h, _ in boxes:
        mask[y : y + h, x : x + w] = True
    return mask


OVERLAP = 0.5  # smallest intersection of two boxes of the same text, as a share of the smaller box's area


def grouped(boxes: Sequence[Box]) -> list[list[Box]]:
    """Return the boxes grouped by text, in the order of each group's first box.

    Two boxes are linked if their intersection covers at least half of the smaller one; groups are connected components.
    """
    if not boxes:
        return []
    x, y, w, h = np.array([box[:4] for box in boxes], dtype=np.int64).T
    across = np.minimum.outer(x + w, x + w) - np.maximum.outer(x, x)
    down = np.minimum.outer(y + h, y + h) - np.maximum.outer(y, y)
    shared = np.maximum(across, 0) * np.maximum(down, 0)
    linked = shared >= OVERLAP * np.minimum.outer(w * h, w * h)
    group = np.arange(len(boxes))
    while True:  # propagate the lowest label among neighbours until nothing changes
        lowest = np.where(linked, group, len(boxes)).min(axis=1)
        if (lowest == group).all():
            break
        group = lowest
    return [[boxes[i] for i in np.flatnonzero(group == number).tolist()] for number in np.unique(group)]


class Detector(ABC):
    """Base class of text detectors."""

    @abstractmethod
    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the boxes around text on a (height, width, 3) uint8 picture with the id `sample`.

        They should lie within the picture; `mask_image` counts and clips those that do not.
        """

    def ids(self) -> Collection[str]:
        """Return the ids of the samples that have stored boxes; empty if the detector finds text in the pictures."""
        return ()

    def relocate(self, boxes: list[Box], white: np.ndarray, sample: str) -> tuple[list[Box], np.ndarray]:
        """Return the boxes and the (height, width) bool mask of white text that replace the ones found.

        Detectors return them unchanged; a control moves them. The boxes are clipped.
        """
        return boxes, white
