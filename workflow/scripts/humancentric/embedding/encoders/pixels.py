"""Baseline image encoder: the pixels of a small resized copy."""

from collections.abc import Mapping, Sequence
from math import isqrt
from typing import Any

import numpy as np
from PIL import Image

from humancentric.core.errors import UserError
from humancentric.embedding.encoder import IMAGE, Encoder, describe


def load(row: Mapping[str, Any], config_path: str, threads: int) -> Encoder:
    """Return the encoder of pictures resized to side x side x 3 pixels and flattened, with values in [0, 1]."""
    side = max(1, isqrt(row["width"] // 3))
    if 3 * side * side != row["width"]:
        raise UserError(
            f"{config_path}.width is {row['width']}, not three times a square; "
            f"use {3 * side * side} (3 x {side} x {side})"
        )

    def prepare(image: np.ndarray) -> np.ndarray:
        return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BOX))

    def forward(images: Sequence[np.ndarray]) -> np.ndarray:
        return np.stack(images).reshape(len(images), -1).astype(np.float32) / 255

    facts = {"dtype": "float32", "device": "cpu", "preprocessing": f"mean of each of {side} x {side} fields"}
    description = describe(None, "numpy", "pillow", **facts)
    return Encoder(config_path, IMAGE, row["width"], row.get("batch", 256), forward, description, prepare)
