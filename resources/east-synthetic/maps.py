"""What EAST learns to say of every fourth pixel: is it within a word, how far are the word's sides, how is it turned.

Zhou et al. 2017, section 3.3, with OpenCV's conventions: cell (x, y) is pixel (4x, 4y), the distances are to top,
right, bottom and left, a positive angle is counter-clockwise.
"""

import cv2
import numpy as np

CELL = 4  # pixels
SHRINK = 0.3  # of the shorter sides: words are separated by what is cut from their edges


def upright(corners: np.ndarray) -> np.ndarray:
    """Return the corners (4, 2) of a rectangle begun at the one that makes its turn at most 45 degrees."""
    along = corners[1] - corners[0]
    turns = round(np.arctan2(along[1], along[0]) / (np.pi / 2))
    return np.roll(corners, int(turns), axis=0)


def shrunk(corners: np.ndarray) -> np.ndarray:
    """Return a rectangle (4, 2) whose sides are moved inwards by `SHRINK` of the shorter side."""
    right, down = corners[1] - corners[0], corners[3] - corners[0]
    width, height = np.linalg.norm(right), np.linalg.norm(down)
    cut = SHRINK * min(width, height)
    right, down = right / max(width, 1e-6) * cut, down / max(height, 1e-6) * cut
    return corners + np.array([right + down, down - right, -right - down, right - down])


def targets(corners: np.ndarray, side: int, smallest: float) -> np.ndarray:
    """Return (7, side / 4, side / 4) float32: score, weight, distances to top, right, bottom and left, angle (radians).

    `corners` (n, 4, 2) are the words of a picture of `side` pixels. Words less than `smallest` pixels high weigh
    nothing, nor do the edges that are cut from the others.
    """
    cells = side // CELL
    maps = np.zeros((7, cells, cells), np.float32)
    maps[1] = 1
    y, x = np.mgrid[0:cells, 0:cells].astype(np.float32) * CELL
    # The largest first: a small word on a large one keeps its cells.
    for quad in sorted(corners, key=lambda quad: -cv2.contourArea(quad)):
        quad = upright(quad)
        along, down = quad[1] - quad[0], quad[3] - quad[0]
        width, height = np.linalg.norm(along), np.linalg.norm(down)
        whole, core = (np.zeros((cells, cells), np.uint8) for _ in range(2))
        cv2.fillConvexPoly(whole, np.round(quad / CELL).astype(np.int32), 1)
        cv2.fillConvexPoly(core, np.round(shrunk(quad) / CELL).astype(np.int32), 1)
        maps[0][whole > 0] = 0
        maps[1][whole > 0] = 0
        if min(width, height) < smallest:
            continue
        along, down = along / width, down / height
        from_left = (x - quad[0, 0]) * along[0] + (y - quad[0, 1]) * along[1]
        from_top = (x - quad[0, 0]) * down[0] + (y - quad[0, 1]) * down[1]
        inside = (core > 0) & (from_left > 0) & (from_left < width) & (from_top > 0) & (from_top < height)
        values = (from_top, width - from_left, height - from_top, from_left)
        for channel, value in enumerate(values, start=2):
            maps[channel][inside] = value[inside]
        maps[6][inside] = -np.arctan2(along[1], along[0])
        maps[0][inside] = maps[1][inside] = 1
    return maps
