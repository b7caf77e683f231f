"""From a picture of any size to the pixels a model sees: resize and centre crop, the same for every family."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from humancentric.core.errors import UserError, nearest

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}


@dataclass(frozen=True)
class Preprocessing:
    """Resize, centre crop, then (value / 255 - mean) / std per channel."""

    resize: int  # pixels of the shorter side; 0: both sides to the crop's, without regard to proportions
    crop: tuple[int, int]  # height, width
    interpolation: str = "bicubic"
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD

    def __post_init__(self) -> None:
        """Refuse what would otherwise be drawn with another filter."""
        if self.interpolation not in FILTERS:
            raise UserError(f"interpolation is '{self.interpolation}'{nearest(self.interpolation, FILTERS)}")

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Return (height, width, 3) uint8 of the crop from (any, any, 3) uint8 RGB.

        Sizes and offsets are rounded as in torchvision's Resize and CenterCrop on Pillow images.
        """
        height, width = image.shape[:2]
        if self.resize:
            shorter = min(height, width)
            size = tuple(
                self.resize if side == shorter else self.resize * side // shorter for side in (width, height)
            )
        else:
            size = self.crop[::-1]
        resized = image
        if size != (width, height):
            resized = np.asarray(Image.fromarray(image).resize(size, FILTERS[self.interpolation]))
        top, left = (round((resized.shape[axis] - self.crop[axis]) / 2) for axis in (0, 1))
        return resized[top : top + self.crop[0], left : left + self.crop[1]]

    def __str__(self) -> str:
        """Return a description for the metadata of an embedding file."""
        shape = f"{self.crop[0]}x{self.crop[1]}"
        if self.resize:
            steps = f"shorter side to {self.resize} ({self.interpolation}), centre crop {shape}"
        else:
            steps = f"resize to {shape} ({self.interpolation})"
        return f"{steps}, mean {list(self.mean)}, std {list(self.std)}"


# What a profile changes of the model's own transform: `lab` is that of the authors' earlier code, 256 pixels where the
# models' own are 224; `canonical` that of the models' publications.
PROFILES: dict[str, dict[str, Any]] = {
    "lab": {"resize": 256, "crop": (256, 256), "interpolation": "bicubic"},
    "canonical": {"resize": 256, "crop": (224, 224), "interpolation": "bilinear"},
}


def choose(row: Mapping[str, Any], own: Preprocessing, place: str) -> Preprocessing:
    """Return the model's `own` transform, changed by the profile that the row names under ``preprocessing``.

    Raises `UserError` where the row states another ``input`` (pixels of the crop's sides) than comes out.
    """
    name = row.get("preprocessing")
    if name is not None and name not in PROFILES:
        raise UserError(f"{place}.preprocessing is '{name}'{nearest(name, PROFILES)}")
    chosen = replace(own, **PROFILES[name]) if name else own
    stated = row.get("input")
    if stated is not None and chosen.crop != (stated, stated):
        height, width = chosen.crop
        raise UserError(
            f"{place}.input is {stated}, the model with this preprocessing sees {height}x{width} pixels; "
            "check model, tag and preprocessing"
        )
    return chosen


def scaled_side(row: Mapping[str, Any], preprocessing: Preprocessing) -> int | None:
    """Return the shorter side that scaled decoding must keep: twice what is asked for; None for exact decoding.

    Twice, because the decoder's own halving is a coarser filter than the resize that follows.
    """
    if row.get("decoding", "exact") == "exact":
        return None
    return 2 * (preprocessing.resize or max(preprocessing.crop))
