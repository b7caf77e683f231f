"""EAST (Zhou et al. 2017): a score and a rotated rectangle for every fourth pixel.

Outputs are decoded as in OpenCV's ``TextDetectionModel_EAST`` and give the same boxes. That class would run the network
in OpenCV, which cannot read ONNX files with variable input sizes such as `east-synthetic`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from humancentric.core.errors import UserError
from humancentric.masking import detector_networks
from humancentric.masking.detector_networks import Input, Network
from humancentric.masking.text_boxes import Box, Detector, around, clipped

MEAN, SCALE = (123.68, 116.78, 103.94), (1.0,) * 3  # red, green, blue, as the published graph was trained
STRIDE = 4  # input pixels per pixel of the maps
GEOMETRY, SCORE = 5, 1  # channels: distances to top, right, bottom, left and the angle; the score


@dataclass(frozen=True)
class East(Detector):
    """A detector whose `network`, from the file `path`, returns geometry and score at the positions in `order`."""

    path: Path
    network: Network
    order: tuple[int, int]
    input: Input
    confidence: float
    nms: float
    padding: float

    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the boxes around text on a (height, width, 3) uint8 picture."""
        height, width = rgb.shape[:2]
        blob = self.input.blob(rgb)
        found = self.network(blob)
        geometry, score = (found[number][0] for number in self.order)
        score = detector_networks.finite(score[0], self.path)
        rectangles, scores = decoded(score, geometry, self.confidence)
        kept = suppressed(rectangles, scores, self.nms)
        corners = np.array([cv2.boxPoints(rectangles[number]) for number in kept]).reshape(-1, 4, 2)
        ratio = width / blob.shape[3], height / blob.shape[2]
        return clipped(around(corners * ratio, scores[kept]), width, height, self.padding)


def decoded(score: np.ndarray, geometry: np.ndarray, confidence: float) -> tuple[list[tuple], np.ndarray]:
    """Return the rotated rectangles of all pixels whose score reaches `confidence`, row by row, and their scores.

    `score` is (height, width), `geometry` (5, height, width); a rectangle is OpenCV's (centre, size, degrees) in pixels
    of the network's input. Pixels whose geometry is not finite or has no area are left out.
    """
    down, right = np.nonzero(score >= np.float32(confidence))
    values = geometry[:, down, right].astype(np.float32)
    sizes = values[0] + values[2], values[1] + values[3]
    usable = np.isfinite(values).all(axis=0) & (np.minimum(*sizes) > 0)
    down, right, values = down[usable], right[usable], values[:, usable]
    top, rightward, bottom, leftward, angle = values
    cosine, sine = np.cos(angle), np.sin(angle)
    h, w = top + bottom, rightward + leftward
    # The lower right corner; from there the centre lies half a width and half a height back.
    x = right * STRIDE + cosine * rightward + sine * bottom
    y = down * STRIDE - sine * rightward + cosine * bottom
    centre_x = x - (sine * h + cosine * w) / 2
    centre_y = y + (sine * w - cosine * h) / 2
    rows = np.stack([centre_x, centre_y, w, h, np.degrees(-angle)]).T.astype(np.float32).tolist()
    return [((a, b), (c, d), e) for a, b, c, d, e in rows], score[down, right]


def suppressed(rectangles: list[tuple], scores: np.ndarray, nms: float) -> np.ndarray:
    """Return the indices kept by non-maximum suppression, best first: none overlaps a better one by more than `nms`."""
    if not rectangles:
        return np.zeros(0, dtype=int)
    # The score threshold is 0 because all scores already reach the confidence.
    kept = cv2.dnn.NMSBoxesRotated(rectangles, scores.tolist(), 0.0, nms)
    return np.asarray(kept, dtype=int).reshape(-1)


def load(
    weights: str,
    confidence: float,
    nms: float = 0.4,  # OpenCV's default of 0 would keep only one of any boxes that touch
    padding: float = 0.0,
    sha256: str | None = None,
    config_path: str = "detector",
    **preparation: Any,
) -> East:
    """Return the detector with the network in the file `weights`; `preparation` are options of `Input`.

    Raises `UserError` if the outputs of the network are not EAST's.
    """
    defaults: dict[str, Any] = {"mean": MEAN, "scale": SCALE}
    prepared = Input(**defaults | preparation)
    multiple = prepared.multiple
    path, network = detector_networks.load(weights, sha256, config_path)
    order = _order(detector_networks.outputs(network, multiple, path), multiple // STRIDE, path)
    return East(path, network, order, prepared, confidence, nms, padding)


def _order(found: list[np.ndarray], side: int, path: Path) -> tuple[int, int]:
    """Return the positions of geometry and score among the outputs, found by shape; `UserError` if they are missing."""
    shapes = [output.shape for output in found]
    wanted = [(1, channels, side, side) for channels in (GEOMETRY, SCORE)]
    if sorted(shapes) != sorted(wanted):
        expected = " and ".join("x".join(map(str, shape)) for shape in wanted)
        actual = ", ".join("x".join(map(str, shape)) for shape in shapes) or "none"
        raise UserError(f"{path}: EAST has outputs of {expected}, found {actual}; give another file")
    return shapes.index(wanted[0]), shapes.index(wanted[1])
