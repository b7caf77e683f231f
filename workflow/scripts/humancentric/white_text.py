"""Small white text, which detectors miss: found by colour and size, painted over from its surroundings."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np


def white_text_mask(rgb: np.ndarray, row: Mapping[str, Any]) -> np.ndarray:
    """Return a (height, width) uint8 mask, 255 where small white text stands on the (height, width, 3) picture.

    Bright and colourless pixels (`value`, `saturation`) are grouped into 8-connected parts; those of a letter's
    size are kept (`area`: pixels at least, share of the picture at most; `height`: pixels at least, share of the
    picture's height at most; `width`: share of the picture's height at most) and dilated by an ellipse.
    """
    height, width = rgb.shape[:2]
    _, saturation, value = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))
    white = ((value >= row["value"]) & (saturation <= row["saturation"])).astype(np.uint8)
    _, parts, statistics, _ = cv2.connectedComponentsWithStats(white, connectivity=8)
    wide, high, area = (statistics[:, c] for c in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    kept = (area >= row["area"][0]) & (area <= row["area"][1] * width * height)
    kept &= (high >= row["height"][0]) & (high <= row["height"][1] * height)
    kept &= wide <= row["width"] * height
    kept[0] = False  # the background
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (row["dilation"], row["dilation"]))
    return cv2.dilate(kept[parts].astype(np.uint8) * 255, ellipse)


def painted_over(rgb: np.ndarray, mask: np.ndarray, radius: float) -> np.ndarray:
    """Return the picture with the pixels under `mask` filled from their surroundings (Telea 2004)."""
    return cv2.inpaint(rgb, mask, radius, cv2.INPAINT_TELEA) if mask.any() else rgb
