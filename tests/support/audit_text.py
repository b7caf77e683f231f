"""Images with known text, and a detector that returns fixed boxes."""

import numpy as np

from humancentric.masking.audit.composition import Letter, TextPicture
from humancentric.masking.audit.lettering import Setting
from humancentric.masking.text_boxes import Box, Detector

SETTING = Setting(12, "white", "DejaVuSans", 0, 1.0, "plain")
GRID = {
    "lines": 12,
    "lines_a_picture": 4,
    "colours": {"white": "#ffffff", "black": "#101010", "yellow": "#f8d030"},
    "typefaces": ["DejaVuSans", "cmr10"],
    "rotations": [0, -30, 90],
    "contrasts": [1.0, 0.5],
    "effects": ["plain", "shadow", "outline", "box"],
    "backgrounds": ["drawn", "texture", "plain"],
}


class FixedBoxes(Detector):
    """A detector that returns fixed boxes and counts its calls."""

    def __init__(self, *boxes: Box) -> None:
        self.fixed, self.calls = list(boxes), 0

    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        self.calls += 1
        return self.fixed


def blocks(count: int, difference: float = 150.0, number: int = 0) -> TextPicture:
    """Return an image 20 pixels high with `count` letters: bright blocks of 4 x 8 pixels, 10 pixels apart."""
    clear = np.full((20, 10 * count, 3), 60, np.uint8)
    rgb, labels = clear.copy(), np.zeros(clear.shape[:2], np.int32)
    for index in range(count):
        window = slice(6, 14), slice(10 * index + 3, 10 * index + 7)
        rgb[window], labels[window] = 60 + int(difference), index + 1
    letters = [Letter("x", SETTING, 0, difference) for _ in range(count)]
    return TextPicture(number, "plain", rgb, clear, labels, letters)
