"""Views of the reading study: part of the text masked, random boxes of equal area, the text alone, the mirror image.

They are made from the stored boxes of a masked view. They are kept apart from the detectors of the catalogue, so that
this module is not in the code fingerprint of other masked views. Doses are shares of the area of the text; boxes of a
lower dose lie within those of a higher one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from humancentric.core import tables
from humancentric.core.hashing import hashed_generator
from humancentric.core.images import decode, encode_jpeg
from humancentric.core.schemas import IMAGES
from humancentric.masking.detectors.random_boxes import RandomBoxes
from humancentric.masking.detectors.stored import Stored, read
from humancentric.masking.image_masking import QUALITY
from humancentric.masking.text_boxes import Box, clipped, grouped, rasterize


@dataclass(frozen=True)
class TextArea(Stored):
    """Mask the share `area` of the pixels under another view's boxes, and of its small white text."""

    area: float = 1.0

    def relocate(self, boxes: list[Box], white: np.ndarray, sample: str) -> tuple[list[Box], np.ndarray]:
        """Return boxes and white text that make up the share `area` of those found."""
        return of_area(boxes, white, self.area, hashed_generator(self.seed, "area", sample))


@dataclass(frozen=True)
class RandomArea(RandomBoxes):
    """Mask random positions, with the boxes and white text that `TextArea` selects for the same `area` and seed."""

    area: float = 1.0

    def relocate(self, boxes: list[Box], white: np.ndarray, sample: str) -> tuple[list[Box], np.ndarray]:
        """Return boxes of the same sizes, and the same number of white text pixels, at random positions."""
        part = of_area(boxes, white, self.area, hashed_generator(self.seed, "area", sample))
        return super().relocate(*part, sample)


@dataclass(frozen=True)
class TextOnly(Stored):
    """Mask everything but another view's boxes."""

    def relocate(self, boxes: list[Box], white: np.ndarray, sample: str) -> tuple[list[Box], np.ndarray]:
        """Return boxes that cover every pixel outside `boxes`, and no white text."""
        return complement(boxes, *white.shape), np.zeros_like(white)


KINDS: dict[str, type[Stored]] = {
    "text-area": TextArea,
    "random-area": RandomArea,
    "random-boxes": RandomBoxes,
    "text-only": TextOnly,
}


def load(row: Mapping[str, Any], masks: str | Path) -> Stored:
    """Return the detector of a row of `reading_grid.image_views`; `masks` is the file of the masked view's boxes."""
    options = {key: row[key] for key in ("seed", "area") if key in row}
    return KINDS[row["kind"]](Path(masks), read(Path(masks)), **options)


def of_area(
    boxes: list[Box], white: np.ndarray, area: float, draw: np.random.Generator
) -> tuple[list[Box], np.ndarray]:
    """Return boxes and white text (height, width; bool) that make up the share `area` of those given."""
    if area >= 1:
        return boxes, white
    return part_of_boxes(boxes, white.shape, area, draw), part_of_white(white, area, draw)


def part_of_boxes(
    boxes: list[Box], shape: tuple[int, ...], area: float, draw: np.random.Generator
) -> list[Box]:
    """Return boxes that cover the share `area` of the pixels under clipped `boxes` on a (height, width) picture.

    Groups of boxes are added in random order. The box that reaches the share is cut across its longer side, so that the
    share is met to within one row or column of that box even if a single title makes up most of the area.
    """
    groups = grouped(boxes)
    kept: list[Box] = []
    covered = np.zeros(shape, dtype=bool)
    missing = area * int(rasterize(boxes, shape[1], shape[0]).sum())
    for box in (box for number in draw.permutation(len(groups)) for box in groups[number]):
        x, y, w, h = map(int, box[:4])
        fresh = ~covered[y : y + h, x : x + w]
        total = np.cumsum(fresh.sum(axis=0 if w >= h else 1))  # new pixels up to every column or row
        if total[-1] >= missing:
            length = int(np.argmin(np.abs(np.concatenate([[0], total]) - missing)))
            cut = box._replace(w=length) if w >= h else box._replace(h=length)
            return clipped([*kept, *([cut] if length else [])], shape[1], shape[0])
        kept.append(box)
        covered[y : y + h, x : x + w] = True
        missing -= int(total[-1])
    return clipped(kept, shape[1], shape[0])


def part_of_white(white: np.ndarray, area: float, draw: np.random.Generator) -> np.ndarray:
    """Return connected components of a (height, width) bool mask, in random order, up to the share `area` of it."""
    count, components, statistics, _ = cv2.connectedComponentsWithStats(
        white.astype(np.uint8), connectivity=8
    )
    order = 1 + draw.permutation(count - 1)
    total = np.cumsum(statistics[order, cv2.CC_STAT_AREA])
    chosen = order[: int(np.searchsorted(total, area * white.sum(), side="right"))]
    return np.isin(components, chosen)


def complement(boxes: list[Box], height: int, width: int) -> list[Box]:
    """Return disjoint boxes that cover the rest of a picture outside clipped `boxes`, from top to bottom.

    The picture is cut into bands at the upper and lower edges of the boxes; all rows of a band are the same.
    """
    text = rasterize(boxes, width, height)
    ends = sorted({0, height, *(int(end) for box in boxes for end in (box.y, box.y + box.h))})
    found = []
    for top, bottom in pairwise(ends):
        edges = np.flatnonzero(np.diff(np.pad(~text[top], 1).astype(np.int8)))  # left, right, left, ...
        for left, right in edges.reshape(-1, 2).tolist():
            found.append(Box(left, top, right - left, bottom - top, 1.0))
    return found


def mirror_file(source: str | Path, output: str | Path, quality: int = QUALITY) -> None:
    """Write the pictures of the table `source` flipped from left to right."""
    with tables.stream(output, IMAGES) as pictures:
        for row in tables.rows(source, IMAGES):
            flipped = np.ascontiguousarray(decode(row["image"])[:, ::-1])
            pictures.append({**row, "image": encode_jpeg(flipped, quality)})
