"""EAST (Zhou et al. 2017) through OpenCV: a score and a rotated rectangle for every fourth pixel."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from humancentric.detectors.boxes import Box, around, clipped
from humancentric.detectors.sizes import STEP, network_size
from humancentric.errors import UserError
from humancentric.weights import locate

MEAN = (123.68, 116.78, 103.94)  # red, green, blue: what the published graph was trained with
CHANNELS = {"geometry": 5, "score": 1}  # distances to top, right, bottom, left and the angle; the score


@dataclass(frozen=True)
class East:
    """A detector on the network in the file `path`, a frozen TensorFlow graph (.pb) or an ONNX file."""

    path: Path
    short_side: int
    confidence: float
    nms: float
    padding: float
    # OpenCV's networks keep their state in themselves, so each thread reads its own.
    models: threading.local = field(default_factory=threading.local, compare=False, repr=False)

    def boxes(self, rgb: np.ndarray) -> list[Box]:
        """Return the boxes around text on a (height, width, 3) uint8 picture."""
        height, width = rgb.shape[:2]
        model = self._model()
        model.setInputSize(network_size(width, height, self.short_side))
        rectangles, scores = model.detectTextRectangles(rgb)
        corners = np.array([cv2.boxPoints(rectangle) for rectangle in rectangles]).reshape(-1, 4, 2)
        return clipped(around(corners, np.ravel(scores)), width, height, self.padding)

    def _model(self) -> cv2.dnn.TextDetectionModel_EAST:
        if not hasattr(self.models, "model"):
            network = _network(self.path)
            model = cv2.dnn.TextDetectionModel_EAST(network)
            model.setConfidenceThreshold(self.confidence).setNMSThreshold(self.nms)
            model.setInputScale((1.0, 1.0, 1.0)).setInputMean(MEAN)
            model.setInputSwapRB(False).setInputCrop(False)  # pictures come as red, green, blue already
            model.setOutputNames(_outputs(network, self.path))
            self.models.model = model
        return self.models.model


def load(
    weights: str,
    short_side: int,
    confidence: float,
    nms: float = 0.4,  # OpenCV's own default of 0 would keep one box of any that touch
    padding: float = 0.0,
    sha256: str | None = None,
    place: str = "detector",
) -> East:
    """Return the detector whose network is in the file `weights`; raises `UserError` if it is no EAST."""
    detector = East(locate(weights, sha256, f"{place}.weights"), short_side, confidence, nms, padding)
    detector._model()
    return detector


def _network(path: Path) -> cv2.dnn.Net:
    try:
        return cv2.dnn.readNet(str(path))
    except cv2.error as error:
        raise UserError(f"{path}: OpenCV reads no network from it; give a .pb or .onnx file") from error


def _outputs(network: cv2.dnn.Net, path: Path) -> list[str]:
    """Return the names of the outputs for geometry and score, known by their number of channels."""
    names = network.getUnconnectedOutLayersNames()
    network.setInput(np.zeros((1, 3, STEP, STEP), np.float32))
    try:
        channels = {name: output.shape[1] for name, output in zip(names, network.forward(names), strict=True)}
    except (cv2.error, IndexError):
        channels = {}
    if sorted(channels.values()) != sorted(CHANNELS.values()):
        found = ", ".join(f"{name}: {number}" for name, number in channels.items()) or "none"
        raise UserError(f"{path}: EAST has outputs of 5 and 1 channels, found {found}; give another file")
    return sorted(channels, key=channels.get, reverse=True)
