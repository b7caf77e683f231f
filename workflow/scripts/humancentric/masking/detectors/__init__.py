"""Text detectors: each is one row of the catalogue, loaded by the function that its `kind` names."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from humancentric.masking.detectors import box_table, db, east, random_boxes, replayed
from humancentric.masking.detectors.boxes import Detector

KINDS: dict[str, Callable[..., Detector]] = {
    "db": db.load,
    "east": east.load,
    "boxes": box_table.load,
    "stored": replayed.load,
    "random-boxes": random_boxes.load,
}
ELSEWHERE = ("kind", "white_text", "quality", "url")  # keys of a row that are no business of the detector


def load(row: Mapping[str, Any], place: str = "detector", masks: str | Path | None = None) -> Detector:
    """Return the detector of a `row` of the catalogue; `place` names the row in errors.

    `masks` is the file of boxes of the other view that a row of kind ``stored`` or ``random-boxes`` reads. Raises
    `UserError` if weights are missing, altered or of another shape.
    """
    options = {key: value for key, value in row.items() if key not in ELSEWHERE}
    if masks is not None:
        options["masks"] = Path(masks)
    return KINDS[row["kind"]](**options, place=place)
