"""Text detectors: each module of this package implements the `kind` of the same name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humancentric.core.registry import kind_module
from humancentric.masking.text_boxes import Detector

NOT_OPTIONS = ("kind", "white_text", "quality", "url")  # keys of a row that are not passed to the detector


def load(row: Mapping[str, Any], config_path: str = "detector", masks: str | Path | None = None) -> Detector:
    """Return the detector of a `row` of the catalogue; `config_path` is the row's path in the config, for errors.

    `masks` is the masks file of the view named by ``of``, for rows that reuse its boxes. Raises `UserError` if the
    weights are missing, altered or of the wrong shape.
    """
    options = {key: value for key, value in row.items() if key not in NOT_OPTIONS}
    if masks is not None:
        options["masks"] = Path(masks)
    return kind_module(__name__, row["kind"], config_path).load(**options, config_path=config_path)
