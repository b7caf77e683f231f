"""Text detectors: one row of the catalogue each, made by the function its `kind` names."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from humancentric.detectors import db, east
from humancentric.detectors.boxes import Box


class Detector(Protocol):
    """What every kind gives."""

    def boxes(self, rgb: np.ndarray) -> list[Box]:
        """Return the boxes around text on a (height, width, 3) uint8 picture: inside it, top to bottom."""
        ...


KINDS: dict[str, Callable[..., Detector]] = {"db": db.load, "east": east.load}
ELSEWHERE = ("kind", "white_text")  # keys of a row that are no business of the detector


def load(row: Mapping[str, Any], place: str = "detector") -> Detector:
    """Return the detector of a `row` of the catalogue; `place` names the row in errors.

    Raises `UserError` if its weights are missing, altered or of another shape.
    """
    options = {key: value for key, value in row.items() if key not in ELSEWHERE}
    return KINDS[row["kind"]](**options, place=place)
