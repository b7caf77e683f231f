"""Read the text in the boxes of masked views with the recogniser of PP-OCR (Li et al. 2022, arXiv:2206.03001).

The network comes with the package rapidocr-onnxruntime. The package's own class, some 140 lines that do the same
(resizing and greedy CTC decoding), is not used because it imports packages that the environments leave out.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from humancentric.core import files, logs, schemas, tables
from humancentric.core.images import decode
from humancentric.core.weights import locate
from humancentric.masking.detectors import stored
from humancentric.masking.text_boxes import Box, grouped

WEIGHTS = "package:rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx"
HEIGHT, WIDTH = 48, 320  # pixels of a line in training; longer lines get wider inputs
LONGEST = 24  # largest width of a line in heights, so that a strip does not become a gigantic input
CONFIDENCE = 0.5  # smallest mean probability of a line's characters, as in RapidOCR


class Recogniser(NamedTuple):
    """The network and its characters; class 0 is CTC's blank."""

    session: object
    characters: list[str]

    def read(self, lines: Sequence[np.ndarray]) -> list[str]:
        """Return the text of every (height, width, 3) uint8 RGB picture of a line; empty below `CONFIDENCE`."""
        return [self._line(line) for line in lines]

    def _line(self, rgb: np.ndarray) -> str:
        height, width = rgb.shape[:2]
        input_width = min(max(WIDTH, int(HEIGHT * width / height)), LONGEST * HEIGHT)
        scaled = min(math.ceil(HEIGHT * width / height), input_width)
        blob = np.zeros((1, 3, HEIGHT, input_width), np.float32)
        pixels = cv2.resize(rgb, (scaled, HEIGHT)).astype(np.float32)
        blob[0, :, :, :scaled] = (pixels[:, :, ::-1] / 127.5 - 1).transpose(2, 0, 1)  # the network takes BGR
        (probabilities,) = self.session.run(None, {self.session.get_inputs()[0].name: blob})  # type: ignore[attr-defined]
        return decoded(probabilities[0], self.characters)


def load(weights: str = WEIGHTS) -> Recogniser:
    """Return the recogniser on one CPU thread. Raises `UserError` if its network is missing."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    path = str(locate(weights, config_path="study.reading.ocr"))
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    characters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    return Recogniser(session, ["", *characters, " "])


def decoded(probabilities: np.ndarray, characters: Sequence[str]) -> str:
    """Return the greedy CTC decoding of (steps, classes) probabilities; empty below `CONFIDENCE`."""
    best, steps = probabilities.argmax(axis=1).tolist(), []
    for number, run in groupby(range(len(best)), key=best.__getitem__):
        if number:
            steps.append((characters[number], float(probabilities[next(run), number])))
    sure = bool(steps) and sum(value for _, value in steps) / len(steps) >= CONFIDENCE
    return "".join(text for text, _ in steps).strip() if sure else ""


def lines_of(boxes: Sequence[Box]) -> list[Box]:
    """Return the largest box of every text, in reading order: by rows of overlapping boxes, from left to right."""
    largest = [max(group, key=lambda box: box.w * box.h) for group in grouped(boxes)]
    rows: list[list[Box]] = []
    for box in sorted(largest, key=lambda box: box.y + box.h / 2):
        if rows and box.y + box.h / 2 < rows[-1][0].y + rows[-1][0].h:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda box: box.x)]


def read_shard(images: str | Path, masks: str | Path, output: str | Path, recogniser: Recogniser) -> int:
    """Write {id: text in the boxes of the picture} of a shard as JSON; return the number of pictures with text.

    Raises `UserError` if `masks` lack a picture.
    """
    detector, found = stored.load("masked", Path(masks)), {}
    total = tables.length(images)
    for row in logs.progress(tables.rows(images, schemas.IMAGES), "read", total=total, unit="image"):
        rgb = decode(row["image"])
        boxes = lines_of(detector.boxes(rgb, row["id"]))
        lines = [rgb[int(b.y) : int(b.y + b.h), int(b.x) : int(b.x + b.w)] for b in boxes]
        found[row["id"]] = " ".join(filter(None, recogniser.read(lines)))
    files.write_json(output, found)
    return sum(map(bool, found.values()))


def with_texts(samples: str | Path, parts: Iterable[str | Path], column: str, output: str | Path) -> None:
    """Write the SAMPLES table with the texts read in the pictures as its only text column."""
    known = tables.read(samples, schemas.SAMPLES, list(schemas.SAMPLES.columns))
    texts = {name: text for part in parts for name, text in files.read_json(part).items()}
    own = [texts.get(name, "") for name in known["id"].to_pylist()]
    tables.write(output, known.append_column(column, [own]), schemas.SAMPLES)
