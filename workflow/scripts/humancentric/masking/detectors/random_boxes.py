"""Random boxes, the control for "any black area hurts": what another view masks, at places that have nothing to do
with text.

The pieces of text that the other view found (`overlaps.pieces`) are moved as a whole, so that there are as many boxes
of the same sizes. Where its boxes overlap, those of the control do as much, so that as many pixels are black. Its small
white text is painted over in the same shapes elsewhere: the picture's mask is shifted, over the edges and back in.
Places are uniform and may lie on text: a control that avoided it would be pushed to where no text is, the margins.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from humancentric.masking.detectors.stored import Stored, read
from humancentric.masking.text_boxes import Box, clipped, generator, pieces, rasterize

DRAWS = 64  # places tried for a piece; the best is taken


@dataclass(frozen=True)
class Scattered(Stored):
    """The boxes of another view, found where it found them and put elsewhere."""

    def placed(self, boxes: list[Box], white: np.ndarray, sample: str) -> tuple[list[Box], np.ndarray]:
        """Return as many boxes of the same sizes, and as many pixels of white text, at places drawn for the sample."""
        height, width = white.shape
        draw = generator(self.seed, sample)
        moved = clipped(scattered(boxes, width, height, draw), width, height)
        return moved, shifted(white, rasterize(moved, width, height), draw)


def scattered(boxes: list[Box], width: int, height: int, draw: np.random.Generator) -> list[Box]:
    """Return the boxes, which lie within the picture, piece by piece at random places within it.

    Of the places drawn for a piece that one is taken where it shares as many pixels with the pieces before as the
    boxes of the picture still have in common.
    """
    groups = [(group, *_shape(group)) for group in pieces(boxes)]
    groups.sort(key=lambda entry: -int(entry[2].sum()))  # large ones first, while there is room
    to_share = sum(int(shape.sum()) for *_, shape in groups) - int(rasterize(boxes, width, height).sum())
    taken, moved = np.zeros((height, width), dtype=bool), []
    for group, (left, top), shape in groups:
        h, w = shape.shape
        xs, ys = draw.integers(0, width - w + 1, DRAWS), draw.integers(0, height - h + 1, DRAWS)
        best = None
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            common = int(np.count_nonzero(taken[y : y + h, x : x + w] & shape))
            if best is None or abs(common - to_share) < abs(best[0] - to_share):
                best = common, x, y
            if common == to_share:
                break
        common, x, y = best
        to_share -= common
        taken[y : y + h, x : x + w] |= shape
        moved += [box._replace(x=box.x + x - left, y=box.y + y - top) for box in group]
    return moved


def shifted(mask: np.ndarray, avoided: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Return the (height, width) bool `mask` moved by a random way, out at one edge and in at the other.

    Of the ways drawn that one is taken which hides least of it under `avoided`; what it hides is left out.
    """
    if not mask.any():
        return mask
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    best = None
    for down, right in zip(draw.integers(0, height, DRAWS), draw.integers(0, width, DRAWS), strict=True):
        place = (rows + down) % height, (columns + right) % width
        hidden = np.count_nonzero(avoided[place])
        if best is None or hidden < best[0]:
            best = hidden, place
        if not hidden:
            break
    moved = np.zeros_like(mask)
    moved[best[1]] = True
    return moved & ~avoided


def _shape(group: list[Box]) -> tuple[tuple[int, int], np.ndarray]:
    """Return the corner (x, y) of a piece and the (height, width) mask that its boxes cover from there."""
    left, top = min(box.x for box in group), min(box.y for box in group)
    right, bottom = max(box.x + box.w for box in group), max(box.y + box.h for box in group)
    moved = [box._replace(x=box.x - left, y=box.y - top) for box in group]
    return (left, top), rasterize(moved, right - left, bottom - top)


def load(of: str, masks: Path, seed: int = 0, place: str = "detector") -> Scattered:
    """Return the control of the view `of`, whose boxes are in the file `masks`."""
    return Scattered(masks, read(masks), seed=seed)
