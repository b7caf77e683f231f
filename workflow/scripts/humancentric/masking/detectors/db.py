"""Differentiable binarisation (Liao et al. 2020): text as the bright regions of a probability map.

Regions are decoded as in OpenCV's ``TextDetectionModel_DB``: a threshold, the mean probability inside a contour, then
the rectangle around it, grown by area x `unclip` / perimeter, because the networks are trained on shrunken text. That
class would run the network in OpenCV, which takes 137 ms for a picture of 384 x 576 on one core; onnxruntime takes
72 ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from humancentric.core.errors import UserError
from humancentric.masking import detector_networks
from humancentric.masking.detector_networks import Input, Network
from humancentric.masking.text_boxes import Box, Detector, around, clipped, single

MEAN, SCALE = (127.5,) * 3, (1 / 127.5,) * 3  # PP-OCR was trained on values in [-1, 1], BGR
SMALLEST = 3  # shorter side in pixels of the map; thinner regions are noise
MOST = 1000  # regions per picture at most


@dataclass(frozen=True)
class DB(Detector):
    """A detector whose `network`, from the file `path`, returns a probability map of the size of its input.

    It runs once at each of `scales`, given as shares of the input size: at a scale where small letters are readable,
    large titles are too large for the network, and a coarser scale finds them.
    """

    path: Path
    network: Network
    input: Input
    confidence: float
    binary: float
    unclip: float
    padding: float = 0.0
    scales: Sequence[float] = (1.0,)

    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the boxes around text on a (height, width, 3) uint8 picture."""
        height, width = rgb.shape[:2]
        found = [box for scale in self.scales for box in self._at(rgb, scale)]
        return clipped(found, width, height, self.padding)

    def _at(self, rgb: np.ndarray, scale: float) -> list[Box]:
        height, width = rgb.shape[:2]
        blob = self.input.blob(rgb, scale)
        probability = detector_networks.finite(self.network(blob)[0].reshape(blob.shape[2:]), self.path)
        found = regions(probability, self.confidence, self.binary, self.unclip)
        corners = np.array([corners for corners, _ in found]).reshape(-1, 4, 2)
        ratio = width / blob.shape[3], height / blob.shape[2]
        return around(corners * ratio, [score for _, score in found])


def regions(
    probability: np.ndarray, confidence: float, binary: float, unclip: float
) -> list[tuple[np.ndarray, float]]:
    """Return the rotated rectangles in a map (height, width): corners (4, 2) in map pixels, and score.

    A region is a connected component above `binary`; its score, the mean probability inside its contour, must reach
    `confidence`. The probabilities must be finite.
    """
    bitmap = (probability > binary).astype(np.uint8)
    contours, _ = cv2.findContours(bitmap, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours[:MOST]:
        # A contour runs through the centres of pixels; the region reaches half a pixel further on each side.
        (x, y), (w, h), angle = cv2.minAreaRect(contour)
        w, h = w + 1, h + 1
        score = single(_inside(probability, contour))  # compare in the precision of stored scores
        if min(w, h) < SMALLEST or score < np.float32(confidence):
            continue
        margin = w * h * unclip / (2 * (w + h))
        rectangle = ((x + 0.5, y + 0.5), (w + 2 * margin, h + 2 * margin), angle)
        found.append((cv2.boxPoints(rectangle), score))
    return found


def _inside(probability: np.ndarray, contour: np.ndarray) -> float:
    x, y, w, h = cv2.boundingRect(contour)
    filled = np.zeros((h, w), dtype=np.uint8)
    cv2.drawContours(filled, [contour - (x, y)], 0, 1, cv2.FILLED)
    return cv2.mean(probability[y : y + h, x : x + w], filled)[0]


def load(
    weights: str,
    confidence: float,
    binary: float = 0.3,
    unclip: float = 1.8,
    padding: float = 0.0,
    scales: Sequence[float] = (1.0,),
    sha256: str | None = None,
    config_path: str = "detector",
    **preparation: Any,
) -> DB:
    """Return the detector with the network in the file `weights`; `preparation` are options of `Input`.

    Raises `UserError` if the network does not return a map of the size of its input.
    """
    defaults: dict[str, Any] = {"mean": MEAN, "scale": SCALE, "swapped": True}
    prepared = Input(**defaults | preparation)
    multiple = prepared.multiple
    path, network = detector_networks.load(weights, sha256, config_path)
    found = detector_networks.outputs(network, multiple, path)
    if not found or found[0].size != multiple**2:
        shape = "x".join(map(str, found[0].shape)) if found else "none"
        raise UserError(
            f"{path}: a map of 1x1x{multiple}x{multiple} should come out, found {shape}; give another file"
        )
    return DB(path, network, prepared, confidence, binary, unclip, padding, tuple(scales))
