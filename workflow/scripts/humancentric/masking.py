"""Pictures without their text: black boxes where a detector sees text, then small white text painted over."""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric import detectors, logs
from humancentric.detectors import Detector
from humancentric.detectors.boxes import Box, clipped, covered
from humancentric.errors import UserError
from humancentric.images import ImageError, decode, encode_jpeg
from humancentric.schemas import IMAGES, MASKS
from humancentric.white_text import painted_over, white_text_mask

log = logging.getLogger("humancentric")


class Masked(NamedTuple):
    """A picture without text, and what was taken away: shares are of the picture's pixels."""

    rgb: np.ndarray
    boxes: list[Box]
    white_fraction: float  # painted over as small white text
    masked_fraction: float  # under a box or painted over


def mask_image(
    rgb: np.ndarray, detector: Detector, row: Mapping[str, Any], spent: Counter | None = None
) -> Masked:
    """Return a (height, width, 3) uint8 picture without the text that `detector` and the `row` see on it.

    The step for white text is left out where the row has no ``white_text``. `spent` collects the seconds of each
    step and the number of boxes that were not within the picture (``boxes outside``).
    """
    spent = Counter() if spent is None else spent
    height, width = rgb.shape[:2]
    with _timed(spent, "detect"):
        found = detector.boxes(rgb)
    boxes = clipped(found, width, height)
    spent["boxes outside"] += len(set(found) - set(boxes))
    black = covered(boxes, width, height)
    result = rgb.copy()
    result[black] = 0
    white = np.zeros_like(black)
    if row.get("white_text"):
        with _timed(spent, "inpaint"):
            mask = white_text_mask(result, row["white_text"])
            mask[black] = 0  # letters next to a box grow into it: it stays black
            result = painted_over(result, mask, row["white_text"]["radius"])
        white = mask > 0
    return Masked(result, boxes, float(white.mean()), float((black | white).mean()))


def mask_shard(
    images: pa.Table, row: Mapping[str, Any], threads: int = 1, place: str = "detector"
) -> tuple[pa.Table, pa.Table]:
    """Return the IMAGES table of the pictures without text and their MASKS table, both sorted by id.

    Each picture is handled by one of `threads` workers, which share nothing that changes: their number does not
    change a byte. Raises `UserError` for a picture that can't be decoded: the stage before rejects those.
    """
    cv2.setNumThreads(1)  # a worker is one thread; OpenCV would start one for each core inside each
    images = images.take(pc.sort_indices(images.column("id")))
    detector = detectors.load(row, place)

    def masked(number: int) -> tuple[dict[str, Any], dict[str, Any], Counter]:
        sample, spent = images.column("id")[number].as_py(), Counter()
        with _timed(spent, "decode"):
            rgb = _decoded(images.column("image")[number].as_py(), sample)
        result = mask_image(rgb, detector, row, spent)
        with _timed(spent, "encode"):
            image = encode_jpeg(result.rgb)
        height, width = rgb.shape[:2]
        boxes = [box._asdict() for box in result.boxes]
        mask = {
            "boxes": boxes,
            "white_fraction": result.white_fraction,
            "masked_fraction": result.masked_fraction,
        }
        return {"id": sample, "image": image, "width": width, "height": height}, {"id": sample, **mask}, spent

    with ThreadPoolExecutor(max_workers=threads) as workers:
        results = workers.map(masked, range(len(images)))
        rows = list(logs.progress(results, "mask", total=len(images), unit="image"))
    _report([spent for *_, spent in rows], [mask for _, mask, _ in rows])
    return _table([image for image, *_ in rows], IMAGES), _table([mask for _, mask, _ in rows], MASKS)


def _decoded(data: bytes, sample: str) -> np.ndarray:
    try:
        return decode(data)
    except ImageError as error:
        raise UserError(f"picture of '{sample}': {error}; remove the shard's images and run again") from error


def _table(rows: list[dict[str, Any]], schema: Any) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema(list(schema.columns.items())))


def _report(spent: list[Counter], masks: list[dict[str, Any]]) -> None:
    total, number = sum(spent, Counter()), max(1, len(masks))
    for step in ("decode", "detect", "inpaint", "encode"):
        log.info("%s: %.2f s, %.1f ms a picture", step, total[step], 1000 * total[step] / number)
    boxes = sum(len(mask["boxes"]) for mask in masks)
    without = sum(not mask["boxes"] for mask in masks)
    fraction = sum(mask["masked_fraction"] for mask in masks) / number
    log.info("%d pictures, %d boxes, %d pictures without a box", len(masks), boxes, without)
    log.info("%.1f %% of the pixels masked", 100 * fraction)
    if total["boxes outside"]:
        log.warning("%d boxes were not within their picture: cut or dropped", total["boxes outside"])


@contextmanager
def _timed(spent: Counter, step: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    spent[step] += time.perf_counter() - begin
