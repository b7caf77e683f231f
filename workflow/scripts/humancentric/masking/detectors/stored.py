"""Replay the boxes of another masked view, with a higher threshold or only a share of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.hashing import hashed_generator
from humancentric.core.schemas import MASKS
from humancentric.masking.text_boxes import Box, Detector, clipped, grouped


@dataclass(frozen=True)
class Stored(Detector):
    """Replay the boxes `found` in the masks file `path` that reach `confidence`.

    A `share` below 1 keeps a random share of the groups of boxes, seeded by `seed`. Shares are nested: a larger
    share keeps every box of a smaller one.
    """

    path: Path
    found: dict[str, list[Box]]
    confidence: float = 0.0
    share: float = 1.0
    seed: int = 0
    padding: float = 0.0

    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the selected boxes of the sample. Raises `UserError` if it is not in the file."""
        if sample not in self.found:
            raise UserError(f"{self.path}: no boxes of '{sample}'; remove the file and run again")
        reaching = [box for box in self.found[sample] if box.score >= self.confidence]
        height, width = rgb.shape[:2]
        return clipped(self._selected(reaching, sample), width, height, self.padding)

    def _selected(self, boxes: list[Box], sample: str) -> list[Box]:
        if self.share >= 1:
            return boxes
        groups, draw = grouped(boxes), hashed_generator(self.seed, sample)
        # Round at random: half of three groups is one or two, equally often. Rounding up would mask too much.
        number = int(self.share * len(groups) + draw.random())
        return [box for group in draw.permutation(len(groups))[:number] for box in groups[group]]


def read(path: Path) -> dict[str, list[Box]]:
    """Return {sample: boxes} from a masks file."""
    table = tables.read(path, MASKS, ["id", "boxes"])
    names, boxes = table.column("id").to_pylist(), table.column("boxes").to_pylist()
    return {name: [Box(**box) for box in row] for name, row in zip(names, boxes, strict=True)}


def load(
    of: str,
    masks: Path,
    confidence: float = 0.0,
    share: float = 1.0,
    seed: int = 0,
    padding: float = 0.0,
    config_path: str = "detector",
) -> Stored:
    """Return the detector that replays the file `masks` of the view `of`."""
    return Stored(masks, read(masks), float(np.float32(confidence)), share, seed, padding)
