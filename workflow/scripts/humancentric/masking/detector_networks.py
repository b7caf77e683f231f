"""Prepare the input of text detection networks and run them on one CPU thread.

ONNX files run in onnxruntime, frozen graphs (``.pb``) in OpenCV.
"""

import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from humancentric.core.errors import UserError
from humancentric.core.weights import PACKAGE, locate

STEP = 32  # the networks halve a picture five times
LONGEST = 4.0  # largest aspect ratio; longer pictures are scaled by their longer side


@dataclass(frozen=True)
class Input:
    """Prepare a picture for a network: resize it, then compute (value - `mean`) x `scale` for each channel.

    Sides are multiples of `multiple`; `mean` and `scale` are in RGB order; `swapped` feeds the channels in BGR order.
    """

    short_side: int
    mean: Sequence[float]
    scale: Sequence[float]
    multiple: int = STEP
    longest: float = LONGEST
    swapped: bool = False

    def blob(self, rgb: np.ndarray, share: float = 1.0) -> np.ndarray:
        """Return a (height, width, 3) uint8 picture as (1, 3, height, width) float32 at `share` of the size."""
        height, width = rgb.shape[:2]
        size = network_size(width, height, self.short_side * share, self.multiple, self.longest)
        mean, scale = (values[::-1] if self.swapped else values for values in (self.mean, self.scale))
        blob: np.ndarray = cv2.dnn.blobFromImage(rgb, scale[0], size, mean, swapRB=self.swapped)
        for channel in (1, 2):
            if scale[channel] != scale[0]:
                blob[:, channel] *= np.float32(scale[channel] / scale[0])
        return blob


def network_size(
    width: int, height: int, short_side: float, multiple: int = STEP, longest: float = LONGEST
) -> tuple[int, int]:
    """Return width and height of the network's input: the shorter side is about `short_side`.

    A picture whose aspect ratio exceeds `longest` is scaled by its longer side instead, so that a strip one pixel
    wide does not become a gigantic input.
    """
    scale = min(short_side / min(width, height), longest * short_side / max(width, height))
    return _rounded(width * scale, multiple), _rounded(height * scale, multiple)


def _rounded(length: float, multiple: int) -> int:
    return max(multiple, int(length / multiple + 0.5) * multiple)


COMMAND = "run `snakemake fetch_detectors` on a machine with network access, or put the file there"
# (1, 3, height, width) float32 -> outputs in a fixed order
Network = Callable[[np.ndarray], list[np.ndarray]]


def load(weights: str, sha256: str | None, config_path: str) -> tuple[Path, Network]:
    """Return the file that `weights` names and its network: ``.pb`` is a frozen graph, everything else ONNX.

    Raises `UserError`, which names `config_path`, if the file is missing, altered or not a network.
    """
    remedy = None if weights.startswith(PACKAGE) else COMMAND
    path = locate(weights, sha256, f"{config_path}.weights", remedy)
    return path, (_graph if path.suffix == ".pb" else _onnx)(path)


def outputs(network: Network, side: int, path: Path) -> list[np.ndarray]:
    """Return the outputs for a black square of `side` pixels. Raises `UserError` if the network cannot run on it."""
    try:
        return network(np.zeros((1, 3, side, side), np.float32))
    except Exception as error:  # neither library has a common class for its errors
        detail = " ".join(str(error).split())[:160]
        raise UserError(
            f"{path}: takes no picture of {side} x {side} ({detail}); give another file"
        ) from error


def finite(values: np.ndarray, path: Path) -> np.ndarray:
    """Return a probability map with non-finite values replaced by 0, with a warning once per job.

    Without the warning, a network that overflows would look like one that finds no text.
    """
    if np.isfinite(values.sum()):
        return values
    warnings.warn(f"{path}: the network gives numbers that are not finite; taken as no text", stacklevel=2)
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)


def _onnx(path: Path) -> Network:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common class
        raise UserError(f"{path}: not an ONNX file that onnxruntime reads; fetch it again") from error
    name = session.get_inputs()[0].name
    return lambda blob: session.run(None, {name: blob})


def _graph(path: Path) -> Network:
    # OpenCV's networks hold state, so each thread reads its own.
    local = threading.local()

    def own() -> tuple[cv2.dnn.Net, list[str]]:
        if not hasattr(local, "network"):
            network = cv2.dnn.readNetFromTensorflow(str(path))
            local.network = network, network.getUnconnectedOutLayersNames()
        return local.network

    try:
        own()
    except cv2.error as error:
        raise UserError(f"{path}: not a frozen graph that OpenCV reads; fetch it again") from error

    def network(blob: np.ndarray) -> list[np.ndarray]:
        net, names = own()
        net.setInput(blob)
        return list(net.forward(names))

    return network
