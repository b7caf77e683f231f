"""Differentiable binarisation (Liao et al. 2020): text as the bright regions of a probability map.

The regions are read as OpenCV's ``TextDetectionModel_DB`` reads them: a threshold, the mean probability inside a
contour, then the rectangle around it, grown back by area x `unclip` / perimeter, because the networks are
trained to draw text shrunk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from humancentric.detectors.boxes import Box, around, clipped
from humancentric.detectors.sizes import network_size
from humancentric.errors import UserError
from humancentric.weights import locate

SMALLEST = 3  # pixels of the map: thinner regions are noise
MOST = 1000  # regions of one picture


@dataclass(frozen=True)
class DB:
    """A detector around `network`, which turns (1, 3, height, width) float32 into a map (height, width).

    It looks at each picture once for each of `scales`, shares of `short_side`: what makes small letters readable
    makes large titles too large for the network, which sees them when it looks again more coarsely.
    """

    network: Callable[[np.ndarray], np.ndarray]
    short_side: int
    confidence: float
    binary: float
    unclip: float
    padding: float = 0.0
    scales: Sequence[float] = (1.0,)

    def boxes(self, rgb: np.ndarray) -> list[Box]:
        """Return the boxes around text on a (height, width, 3) uint8 picture."""
        height, width = rgb.shape[:2]
        found = [box for scale in self.scales for box in self._at(rgb, scale)]
        return clipped(found, width, height, self.padding)

    def _at(self, rgb: np.ndarray, scale: float) -> list[Box]:
        height, width = rgb.shape[:2]
        size = network_size(width, height, self.short_side * scale)
        # PP-OCR was trained on blue, green, red scaled to -1..1.
        blob = cv2.dnn.blobFromImage(rgb, 1 / 127.5, size, (127.5, 127.5, 127.5), swapRB=True)
        found = regions(self.network(blob), self.confidence, self.binary, self.unclip)
        corners = np.array([corners for corners, _ in found]).reshape(-1, 4, 2)
        return around(corners * (width / size[0], height / size[1]), [score for _, score in found])


def regions(
    probability: np.ndarray, confidence: float, binary: float, unclip: float
) -> list[tuple[np.ndarray, float]]:
    """Return the rotated rectangles of a map (height, width): corners (4, 2) in map pixels and score.

    A region is what is connected above `binary`; its score, the mean probability inside its outline, must reach
    `confidence`. Pixels that are not finite count as no text.
    """
    probability = np.nan_to_num(probability, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32)
    bitmap = (probability > binary).astype(np.uint8)
    contours, _ = cv2.findContours(bitmap, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours[:MOST]:
        # A contour runs through the centres of pixels; the region reaches half a pixel further on each side.
        (x, y), (w, h), angle = cv2.minAreaRect(contour)
        w, h = w + 1, h + 1
        score = _inside(probability, contour)
        if min(w, h) < SMALLEST or score < confidence:
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
    short_side: int,
    confidence: float,
    binary: float = 0.3,
    unclip: float = 1.8,
    padding: float = 0.0,
    scales: Sequence[float] = (1.0,),
    sha256: str | None = None,
    place: str = "detector",
) -> DB:
    """Return the detector whose ONNX file is `weights`, on one thread of onnxruntime."""
    network = _onnx(locate(weights, sha256, f"{place}.weights"))
    return DB(network, short_side, confidence, binary, unclip, padding, tuple(scales))


def _onnx(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common class
        raise UserError(f"{path}: not an ONNX file that onnxruntime reads; fetch it again") from error
    name = session.get_inputs()[0].name

    def network(blob: np.ndarray) -> np.ndarray:
        return session.run(None, {name: blob})[0].reshape(blob.shape[2:])

    return network
