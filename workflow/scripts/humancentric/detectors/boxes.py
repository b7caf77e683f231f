"""Boxes of text on a picture, in its own pixels."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np


class Box(NamedTuple):
    """A rectangle along the axes: corner (x, y) and size in pixels, and the detector's confidence."""

    x: int
    y: int
    w: int
    h: int
    score: float


def around(corners: np.ndarray, scores: Iterable[float]) -> list[Box]:
    """Return the rectangles around shapes given by their `corners` (n, k, 2) in x and y; not rounded."""
    low, high = corners.min(axis=1), corners.max(axis=1)
    sides = np.concatenate([low, high - low], axis=1).tolist()
    return [Box(*side, float(score)) for side, score in zip(sides, scores, strict=True)]


def clipped(boxes: Iterable[Box], width: int, height: int, padding: float = 0.0) -> list[Box]:
    """Return `boxes` in whole pixels inside a picture of `width` x `height`, sorted from top to bottom.

    Each is first widened on all sides by `padding`, a share of its own shorter side, and rounded outwards.
    Boxes with a number that is not finite, or with nothing inside the picture, are left out.
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
    """Return whether a box is a rectangle of numbers inside a picture, but for half a pixel."""
    x, y, w, h, _ = box
    if not (all(map(math.isfinite, box)) and w > 0 and h > 0):
        return False
    return min(x, y) >= -0.5 and x + w <= width + 0.5 and y + h <= height + 0.5


def single(score: float) -> float:
    """Return `score` as tables of masks hold it, in single precision: infinite if it does not fit."""
    with np.errstate(over="ignore"):
        return float(np.float32(score))


def covered(boxes: Iterable[Box], width: int, height: int) -> np.ndarray:
    """Return a (height, width) bool mask that is true under the boxes, which must be clipped."""
    mask = np.zeros((height, width), dtype=bool)
    for x, y, w, h, _ in boxes:
        mask[y : y + h, x : x + w] = True
    return mask
