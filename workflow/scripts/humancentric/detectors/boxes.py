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
    for x, y, w, h, score in boxes:
        score = _single(score)
        if not (all(map(math.isfinite, (x, y, w, h, score))) and w > 0 and h > 0):
            continue
        margin = padding * min(w, h)
        left, top = max(0, math.floor(x - margin)), max(0, math.floor(y - margin))
        right, bottom = min(width, math.ceil(x + w + margin)), min(height, math.ceil(y + h + margin))
        if right > left and bottom > top:
            kept.add(Box(left, top, right - left, bottom - top, score))
    return sorted(kept, key=lambda box: (box.y, box.x, box.h, box.w, box.score))


def _single(score: float) -> float:
    """Return `score` as the tables hold it, in single precision: infinite if it does not fit."""
    with np.errstate(over="ignore"):
        return float(np.float32(score))


def covered(boxes: Iterable[Box], width: int, height: int) -> np.ndarray:
    """Return a (height, width) bool mask that is true under the boxes, which must be clipped."""
    mask = np.zeros((height, width), dtype=bool)
    for x, y, w, h, _ in boxes:
        mask[y : y + h, x : x + w] = True
    return mask
