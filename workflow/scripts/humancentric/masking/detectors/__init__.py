"""Text detectors: every module of this package serves the `kind` of that name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humancentric.core.registry import kind_module
from humancentric.masking.text_boxes import Detector

NOT_OPTIONS = ("kind", "white_text", "quality", "url")  # keys of a row that no detector reads


def load(row: Mapping[str, Any], config_path: str = "detector", masks: str | Path | None = None) -> Detector:
    """Return the detector of a `row` of the catalogue; `config_path` is the row's path in the config, for errors.

    `masks` is the file of boxes of the masked view that a row with ``of`` reads. Raises `UserError` if weights are
    missing, altered or of another shape.
    """
    options = {key: value for key, value in row.items() if key not in NOT_OPTIONS}
    if masks is not None:
        options["masks"] = Path(masks)
    return kind_module(__name__, row["kind"], config_path).load(**options, config_path=config_path)
