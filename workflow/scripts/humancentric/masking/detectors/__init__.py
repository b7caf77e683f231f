"""Text detectors: every module of this package serves the `kind` of that name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humancentric.core.registry import kind_module
from humancentric.masking.text_boxes import Detector

ELSEWHERE = ("kind", "white_text", "quality", "url")  # keys of a row that other stages read


def load(row: Mapping[str, Any], place: str = "detector", masks: str | Path | None = None) -> Detector:
    """Return the detector of a `row` of the catalogue; `place` is the row's path in the config, for errors.

    `masks` is the file of boxes of the other view that a row of kind ``stored`` or ``random-boxes`` reads. Raises
    `UserError` if weights are missing, altered or of another shape.
    """
    options = {key: value for key, value in row.items() if key not in ELSEWHERE}
    if masks is not None:
        options["masks"] = Path(masks)
    return kind_module(__name__, row["kind"], place).load(**options, place=place)
