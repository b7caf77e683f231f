"""What every kind of detector gives."""

from abc import ABC, abstractmethod

import numpy as np

from humancentric.detectors.boxes import Box


class Detector(ABC):
    """Says where text stands on the pictures of a dataset."""

    @abstractmethod
    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the boxes around text on a (height, width, 3) uint8 picture, whose id is `sample`.

        They should lie within the picture; what does not is cut or dropped, and counted, by whoever asks.
        """

    def placed(self, boxes: list[Box], white: np.ndarray, sample: str) -> tuple[list[Box], np.ndarray]:
        """Return what is masked instead of the `boxes` and the pixels of small `white` text that were found.

        The same, but in a control. `white` is a (height, width) bool mask; the boxes are clipped.
        """
        return boxes, white
