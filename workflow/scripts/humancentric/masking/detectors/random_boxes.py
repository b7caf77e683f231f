"""Random boxes: a control that masks as much area as another view, at random positions.

Each group of overlapping boxes (`text_boxes.grouped`) moves as a whole, so the number and sizes of the boxes stay the
same. Groups overlap as much as before, so the number of black pixels stays the same, too. The mask of small white text
is shifted cyclically. Positions are uniform and may lie on text: a control that avoided text would concentrate on the
margins.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from humancentric.core.hashing import hashed_generator
from humancentric.masking.detectors.stored import Stored, read
from humancentric.masking.text_boxes import Box, clipped, grouped, rasterize

DRAWS = 64  # positions tried for a group; the best is used


@dataclass(frozen=True)
class RandomBoxes(Stored):
    """The boxes of another view, moved to random positions."""

    def relocate(self, boxes: list[Box], white: np.ndarray, sample: str) -> tuple[list[Box], np.ndarray]:
        """Return boxes of the same sizes, and the same number of white text pixels, at random positions."""
        height, width = white.shape
        draw = hashed_generator(self.seed, sample)
        moved = clipped(scatter(boxes, width, height, draw), width, height)
        return moved, shifted(white, rasterize(moved, width, height), draw)


def scatter(boxes: list[Box], width: int, height: int, draw: np.random.Generator) -> list[Box]:
    """Return the boxes of a picture, with each group moved to a random position within it.

    Of the positions tried for a group, the best is the one where its overlap with the groups already placed is closest
    to the overlap that is still missing.
    """
    groups = [(group, *_shape(group)) for group in grouped(boxes)]
    groups.sort(key=lambda entry: -int(entry[2].sum()))  # large ones first, while there is room
    to_share = sum(int(shape.sum()) for *_, shape in groups) - int(rasterize(boxes, width, height).sum())
    covered, moved = np.zeros((height, width), dtype=bool), []
    for group, (left, top), shape in groups:
        h, w = shape.shape
        xs, ys = draw.integers(0, width - w + 1, DRAWS), draw.integers(0, height - h + 1, DRAWS)
        best, smallest = (0, 0, 0), math.inf
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            common = int(np.count_nonzero(covered[y : y + h, x : x + w] & shape))
            if abs(common - to_share) < smallest:
                best, smallest = (common, x, y), abs(common - to_share)
            if not smallest:
                break
        common, x, y = best
        to_share -= common
        covered[y : y + h, x : x + w] |= shape
        moved += [box._replace(x=box.x + x - left, y=box.y + y - top) for box in group]
    return moved


def shifted(mask: np.ndarray, avoided: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Return the (height, width) bool `mask` shifted cyclically by a random offset.

    Of the offsets tried, the best is the one that hides least of the mask under `avoided`; hidden pixels are left out.
    """
    if not mask.any():
        return mask
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    best, fewest = (rows, columns), math.inf
    for down, right in zip(draw.integers(0, height, DRAWS), draw.integers(0, width, DRAWS), strict=True):
        pixels = (rows + down) % height, (columns + right) % width
        hidden = int(np.count_nonzero(avoided[pixels]))
        if hidden < fewest:
            best, fewest = pixels, hidden
        if not hidden:
            break
    moved = np.zeros_like(mask)
    moved[best] = True
    return moved & ~avoided


def _shape(group: list[Box]) -> tuple[tuple[int, int], np.ndarray]:
    """Return the corner (x, y) of a group of boxes and its (height, width) bool mask."""
    left, top = int(min(box.x for box in group)), int(min(box.y for box in group))
    right, bottom = int(max(box.x + box.w for box in group)), int(max(box.y + box.h for box in group))
    moved = [box._replace(x=box.x - left, y=box.y - top) for box in group]
    return (left, top), rasterize(moved, right - left, bottom - top)


def load(of: str, masks: Path, seed: int = 0, config_path: str = "detector") -> RandomBoxes:
    """Return the control of the view `of`, whose boxes are in the file `masks`."""
    return RandomBoxes(masks, read(masks), seed=seed)
