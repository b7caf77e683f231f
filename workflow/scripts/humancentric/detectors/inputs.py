"""Pictures as a network takes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

STEP = 32  # the networks halve a picture five times
LONGEST = 4.0  # sides may differ by this factor; a longer picture is looked at more coarsely


@dataclass(frozen=True)
class Input:
    """How a picture becomes the input of a network: its size, and (value - `mean`) x `scale` for each channel.

    Sides are multiples of `multiple`; `mean` and `scale` are for red, green and blue, `swapped` gives blue first.
    """

    short_side: int
    mean: Sequence[float]
    scale: Sequence[float]
    multiple: int = STEP
    longest: float = LONGEST
    swapped: bool = False

    def blob(self, rgb: np.ndarray, share: float = 1.0) -> np.ndarray:
        """Return a (height, width, 3) uint8 picture as (1, 3, height, width) float32, at a `share` of the size."""
        height, width = rgb.shape[:2]
        size = network_size(width, height, self.short_side * share, self.multiple, self.longest)
        mean, scale = (values[::-1] if self.swapped else values for values in (self.mean, self.scale))
        blob = cv2.dnn.blobFromImage(rgb, scale[0], size, mean, swapRB=self.swapped)
        for channel in (1, 2):
            if scale[channel] != scale[0]:
                blob[:, channel] *= scale[channel] / scale[0]
        return blob


def network_size(
    width: int, height: int, short_side: float, multiple: int = STEP, longest: float = LONGEST
) -> tuple[int, int]:
    """Return width and height as the network sees them: the shorter side is about `short_side`.

    A picture longer than `longest` times its width is scaled by its longer side instead, so that a strip one pixel
    wide does not become a gigantic input.
    """
    scale = min(short_side / min(width, height), longest * short_side / max(width, height))
    return _rounded(width * scale, multiple), _rounded(height * scale, multiple)


def _rounded(length: float, multiple: int) -> int:
    return max(multiple, int(length / multiple + 0.5) * multiple)
