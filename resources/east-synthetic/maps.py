"""Training targets of EAST for every fourth pixel: score, distances to the sides of the word, and angle.

Zhou et al. 2017, section 3.3, with OpenCV's conventions: pixel (x, y) of a map is pixel (4x, 4y) of the picture, the
distances are to top, right, bottom and left, a positive angle is counter-clockwise.
"""

import cv2
import numpy as np

STRIDE = 4  # pixels
SHRINK = 0.3  # of the shorter side is cut from all edges, which separates words


def upright(corners: np.ndarray) -> np.ndarray:
    """Return the corners (4, 2) of a rectangle, rotated in order so that its angle is at most 45 degrees."""
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

    `corners` (n, 4, 2) are the words of a picture of `side` pixels. Words less than `smallest` pixels high have
    weight 0, and so have the edges cut from the others.
    """
    size = side // STRIDE
    maps = np.zeros((7, size, size), np.float32)
    maps[1] = 1
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) * STRIDE
    # Largest first, so that a small word on a large one keeps its pixels.
    for quad in sorted(corners, key=lambda quad: -cv2.contourArea(quad)):
        quad = upright(quad)
        along, down = quad[1] - quad[0], quad[3] - quad[0]
        width, height = np.linalg.norm(along), np.linalg.norm(down)
        whole, core = (np.zeros((size, size), np.uint8) for _ in range(2))
        cv2.fillConvexPoly(whole, np.round(quad / STRIDE).astype(np.int32), 1)
        cv2.fillConvexPoly(core, np.round(shrunk(quad) / STRIDE).astype(np.int32), 1)
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
