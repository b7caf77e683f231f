"""Mask the pictures of one shard in a stream, so that memory does not grow with the size of the shard."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import cv2

from humancentric.core import logs
from humancentric.core.errors import UserError
from humancentric.core.images import ImageError, decode, encode_jpeg
from humancentric.masking.image_masking import mask_image, timed
from humancentric.masking.text_boxes import Detector

log = logging.getLogger("humancentric")
Row = Mapping[str, Any]
T, R = TypeVar("T"), TypeVar("R")
AHEAD = 2  # pictures a thread has waiting or finished
QUALITY = 95  # of the JPEGs where the row says nothing: no difference to be seen


def mask_shard(
    pictures: Iterable[Row], total: int, detector: Detector, row: Row, threads: int = 1
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield for each of `total` rows of IMAGES the row of its picture without text and its row of MASKS, in order.

    Each picture is handled by one of `threads` workers, which share nothing that changes: their number does not
    change a byte. Raises `UserError` for a picture that can't be decoded: the stage before rejects those. When all are
    done, the log says what each step took and what was masked.
    """
    cv2.setNumThreads(1)  # a worker is one thread; OpenCV would start one for each core inside each
    quality, tally = row.get("quality", QUALITY), Counter()

    def masked(picture: Row) -> tuple[dict[str, Any], dict[str, Any], Counter]:
        sample, spent = picture["id"], Counter()
        with timed(spent, "decode"):
            rgb = _decoded(picture["image"], sample)
        result = mask_image(rgb, detector, row, spent, sample)
        with timed(spent, "encode"):
            image = encode_jpeg(result.rgb, quality)
        height, width = rgb.shape[:2]
        fractions = {"white_fraction": result.white_fraction, "masked_fraction": result.masked_fraction}
        mask = {"id": sample, "boxes": [box._asdict() for box in result.boxes], **fractions}
        spent.update(
            pictures=1, boxes=len(result.boxes), bare=not result.boxes, masked=result.masked_fraction
        )
        return {"id": sample, "image": image, "width": width, "height": height}, mask, spent

    for image, mask, spent in logs.progress(
        _in_order(masked, pictures, threads), "mask", total=total, unit="image"
    ):
        tally.update(spent)
        yield image, mask
    _report(tally)


def _in_order(function: Callable[[T], R], items: Iterable[T], threads: int) -> Iterator[R]:
    """Yield ``function(item)`` in the order of `items`, of which no more than a few are taken ahead."""
    if threads == 1:
        yield from map(function, items)
        return
    waiting: deque = deque()
    with ThreadPoolExecutor(max_workers=threads) as workers:
        for item in items:
            waiting.append(workers.submit(function, item))
            if len(waiting) >= AHEAD * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _decoded(data: bytes, sample: str) -> Any:
    try:
        return decode(data)
    except ImageError as error:
        raise UserError(f"picture of '{sample}': {error}; remove the shard's images and run again") from error


def _report(tally: Counter) -> None:
    number = max(1, tally["pictures"])
    for step in ("decode", "detect", "inpaint", "encode"):
        log.info("%s: %.2f s, %.1f ms a picture", step, tally[step], 1000 * tally[step] / number)
    log.info(
        "%d pictures, %d boxes, %d pictures without a box", tally["pictures"], tally["boxes"], tally["bare"]
    )
    log.info("%.1f %% of the pixels masked", 100 * tally["masked"] / number)
    if tally["boxes outside"]:
        log.warning("%d boxes were not within their picture: cut or dropped", tally["boxes outside"])
