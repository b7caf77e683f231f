"""Resize and crop pictures to the pixels a model sees, in the same way for every kind of encoder."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image
from torchvision.transforms import InterpolationMode, functional

from humancentric.core.errors import UserError, nearest
from humancentric.core.images import LONGEST

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
FILTERS = ("bicubic", "bilinear")
MARGIN = 3  # source pixels kept on either side, times the scale; filters read at most 2


@dataclass(frozen=True)
class Preprocessing:
    """Resize, centre crop, then (value / 255 - mean) / std per channel, with torchvision's transforms."""

    resize: int  # pixels of the shorter side; 0: resize to the crop's size and ignore the aspect ratio
    crop: tuple[int, int]  # height, width
    interpolation: str = "bicubic"
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD

    def __post_init__(self) -> None:
        """Raise `UserError` for filters other than those that the models were trained with."""
        if self.interpolation not in FILTERS:
            raise UserError(f"interpolation is '{self.interpolation}'{nearest(self.interpolation, FILTERS)}")

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Return the crop (height, width, 3; uint8) of a picture of any size (any, any, 3; uint8 RGB).

        If the resized longer side would exceed 16 times the crop's, only the part that the crop keeps is resized: a
        line of 16,000 pixels would need gigabytes as a whole. Rounding may differ, since Pillow may then resize rows
        before columns.
        """
        size = self.resize or list(self.crop)  # a number is the shorter side
        picture = Image.fromarray(image)
        resized = self._middle(picture) if self.resize else None
        if resized is None:
            resized = functional.resize(picture, size, InterpolationMode(self.interpolation))
        return np.asarray(functional.center_crop(resized, list(self.crop)))

    def _middle(self, picture: Image.Image) -> Image.Image | None:
        """Return the picture, resized and cropped along its longer side; None if it can be resized as a whole."""
        (width, height), tall = picture.size, picture.height > picture.width
        kept, (shorter, longer) = self.crop[0 if tall else 1], sorted(picture.size)
        whole = self.resize * longer // shorter
        if whole <= LONGEST * max(kept, self.resize):
            return None
        first, scale = round((whole - kept) / 2), longer / whole
        # Cut to whole pixels first, with the filter's margin, because `box` is exact to 24 bits only.
        begin = max(0, int(first * scale - MARGIN * max(scale, 1)))
        end = min(longer, math.ceil((first + kept) * scale + MARGIN * max(scale, 1)))
        low, high = first * scale - begin, (first + kept) * scale - begin
        cut = picture.crop((0, begin, width, end) if tall else (begin, 0, end, height))
        size = (self.resize, kept) if tall else (kept, self.resize)
        box = (0, low, width, high) if tall else (low, 0, high, height)
        return cut.resize(size, Image.Resampling[self.interpolation.upper()], box)

    def __str__(self) -> str:
        """Return a description for the metadata of an embedding file."""
        shape = f"{self.crop[0]}x{self.crop[1]}"
        if self.resize:
            steps = f"shorter side to {self.resize} ({self.interpolation}), centre crop {shape}"
        else:
            steps = f"resize to {shape} ({self.interpolation})"
        return f"{steps}, mean {list(self.mean)}, std {list(self.std)}"


# Changes to the model's own transform: `lab` is the transform of the authors' earlier code, with 256 pixels instead of
# the models' 224; `canonical` is that of the models' publications.
PROFILES: dict[str, dict[str, Any]] = {
    "lab": {"resize": 256, "crop": (256, 256), "interpolation": "bicubic"},
    "canonical": {"resize": 256, "crop": (224, 224), "interpolation": "bilinear"},
}


def choose(row: Mapping[str, Any], own: Preprocessing, config_path: str) -> Preprocessing:
    """Return the model's `own` transform, changed by the profile in the row's ``preprocessing``.

    Raises `UserError` if the row states an ``input`` (pixels of the crop's sides) that differs from the result.
    """
    name = row.get("preprocessing")
    if name is not None and name not in PROFILES:
        raise UserError(f"{config_path}.preprocessing is '{name}'{nearest(name, PROFILES)}")
    chosen = replace(own, **PROFILES[name]) if name else own
    stated = row.get("input")
    if stated is not None and chosen.crop != (stated, stated):
        height, width = chosen.crop
        raise UserError(
            f"{config_path}.input is {stated}, the model with this preprocessing sees {height}x{width} pixels; "
            "check model, tag and preprocessing"
        )
    return chosen


def scaled_side(row: Mapping[str, Any], preprocessing: Preprocessing) -> int | None:
    """Return the shorter side in pixels that scaled decoding must keep; None for exact decoding.

    It is twice the side after the resize, because the decoder's own halving is a coarser filter than the resize.
    """
    if row.get("decoding", "exact") == "exact":
        return None
    return 2 * (preprocessing.resize or max(preprocessing.crop))
