"""Mask text with black boxes where a detector finds it, and remove small white text by Telea inpainting.

`mask_image` masks one picture, `mask_shard` a stream of them, so that memory does not grow with the size of a shard.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from humancentric.core import logs, tables
from humancentric.core.errors import FEWEST, UserError, check_match, shown
from humancentric.core.hashing import shard_of
from humancentric.core.images import ImageError, decode, encode_jpeg
from humancentric.core.parallel import ordered_map
from humancentric.core.schemas import IMAGES, MASKS
from humancentric.masking.text_boxes import Box, Detector, clipped, rasterize, within

log = logging.getLogger("humancentric")
Row = Mapping[str, Any]
Spent = defaultdict[str, float]  # seconds of each step, and counts
AHEAD = 2  # pictures per thread that wait for it or are finished
QUALITY = 95  # default JPEG quality, without visible loss


def white_text_mask(rgb: np.ndarray, row: Row) -> np.ndarray:
    """Return a (height, width) uint8 mask, 255 at the small white text of a (height, width, 3) picture.

    Bright and colourless pixels (`value`, `saturation`) are grouped into 8-connected components. Those of the size of
    a letter are kept and dilated by an ellipse. `area` is the minimum in pixels and the maximum as a share of the
    picture, `height` the minimum in pixels and the maximum as a share of the picture's height, and `width` the maximum
    as a share of the picture's height.
    """
    height, width = rgb.shape[:2]
    _, saturation, value = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))
    white = ((value >= row["value"]) & (saturation <= row["saturation"])).astype(np.uint8)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(white, connectivity=8)
    wide, high, area = (statistics[:, c] for c in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    kept = (area >= row["area"][0]) & (area <= row["area"][1] * width * height)
    kept &= (high >= row["height"][0]) & (high <= row["height"][1] * height)
    kept &= wide <= row["width"] * height
    kept[0] = False  # the background
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (row["dilation"], row["dilation"]))
    return cv2.dilate(kept[labels].astype(np.uint8) * 255, ellipse)


def inpaint(rgb: np.ndarray, mask: np.ndarray, radius: float) -> np.ndarray:
    """Return the picture with the pixels under `mask` filled by Telea inpainting (Telea 2004)."""
    return cv2.inpaint(rgb, mask, radius, cv2.INPAINT_TELEA) if mask.any() else rgb


class Masked(NamedTuple):
    """A masked picture, its boxes, and the shares of its pixels that were masked."""

    rgb: np.ndarray
    boxes: list[Box]
    white_fraction: float  # inpainted as small white text
    masked_fraction: float  # under a box or inpainted


def mask_image(
    rgb: np.ndarray, detector: Detector, row: Row, spent: Spent | None = None, sample: str = ""
) -> Masked:
    """Return a (height, width, 3) uint8 picture without the text that `detector` finds.

    Small white text is also inpainted if the detector's `row` has a ``white_text`` block. `spent` collects the seconds
    of each step and the number of boxes that were not within the picture (``boxes outside``).
    """
    spent = defaultdict(float) if spent is None else spent
    height, width = rgb.shape[:2]
    with timed(spent, "detect"):
        found = detector.boxes(rgb, sample)
    boxes = clipped(found, width, height)
    spent["boxes outside"] += sum(not within(box, width, height) for box in found)
    with timed(spent, "inpaint"):
        result, white = blackened(rgb, boxes), np.zeros((height, width), dtype=bool)
        black = rasterize(boxes, width, height)
        if row.get("white_text"):
            # The dilated letters may reach into a box, which stays black.
            white = (white_text_mask(result, row["white_text"]) > 0) & ~black
        relocated, white = detector.relocate(boxes, white, sample)
        if relocated is not boxes:
            boxes, result = relocated, blackened(rgb, relocated)
            black = rasterize(boxes, width, height)
        if white.any():
            result = inpaint(result, white.astype(np.uint8) * 255, row["white_text"]["radius"])
    return Masked(result, boxes, float(white.mean()), float((black | white).mean()))


def blackened(rgb: np.ndarray, boxes: list[Box]) -> np.ndarray:
    """Return a copy of a picture that is black under the boxes, which must be clipped."""
    result = rgb.copy()
    for x, y, w, h, _ in boxes:
        result[y : y + h, x : x + w] = 0
    return result


def mask_shard(
    pictures: Iterable[Row], total: int, detector: Detector, row: Row, threads: int = 1
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield the row of the masked picture and the MASKS row for each of `total` IMAGES rows, in order.

    The number of `threads` does not change a byte of the result. The time of each step and the masked share are logged
    at the end. Raises `UserError` for a picture that cannot be decoded, since an earlier stage rejects those.
    """
    cv2.setNumThreads(1)  # otherwise OpenCV starts one thread for each core inside each worker
    quality, totals = row.get("quality", QUALITY), Spent(float)

    def masked(picture: Row) -> tuple[dict[str, Any], dict[str, Any], Spent]:
        sample, spent = picture["id"], Spent(float)
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

    found = (
        map(masked, pictures)
        if threads == 1
        else ordered_map(masked, pictures, threads, ahead=AHEAD * threads)
    )
    for image, mask, spent in logs.progress(found, "mask", total=total, unit="image"):
        for name, value in spent.items():
            totals[name] += value
        yield image, mask
    _log_totals(totals)


def mask_file(
    source: str | Path, images: str | Path, masks: str | Path, detector: Detector, row: Row, threads: int = 1
) -> None:
    """Mask the pictures of the table `source`; write the tables `images` and `masks` (with the row as metadata)."""
    pictures, total = tables.rows(source, IMAGES), tables.length(source)
    with tables.stream(images, IMAGES) as masked, tables.stream(masks, MASKS) as boxes:
        for picture, mask in mask_shard(pictures, total, detector, row, threads):
            masked.append(picture)
            boxes.append(mask)
        boxes.describe({"detector": row})


def check_ids(
    detector: Detector, pictures: Iterable[str], shard: str, shards: int, least: float, config_path: str
) -> None:
    """Raise `UserError` if a detector has boxes by id and the share of ids that match `pictures` is below `least`.

    `pictures` are the ids in one of `shards` shards. The share is relative to the smaller set of ids: that of the
    pictures, or that of the detector's ids in the shard.
    """
    own, known = [sample for sample in detector.ids() if shard_of(sample, shards) == shard], set(pictures)
    total = min(len(own), len(known))
    if total >= FEWEST:
        facts = (
            f"{config_path}: {{count}} ids have boxes and a picture: the table has {shown(own)}, the dataset "
        )
        facts += shown(sorted(known))
        remedy = "correct the column id, or name another table"
        check_match(sum(sample in known for sample in own), total, least, facts, remedy)


@contextmanager
def timed(spent: Spent, step: str) -> Iterator[None]:
    """Add the seconds of the enclosed block to ``spent[step]``."""
    begin = time.perf_counter()
    yield
    spent[step] += time.perf_counter() - begin


def _decoded(data: bytes, sample: str) -> np.ndarray:
    try:
        return decode(data)
    except ImageError as error:
        raise UserError(f"picture of '{sample}': {error}; remove the shard's images and run again") from error


def _log_totals(totals: Spent) -> None:
    number = max(1, totals["pictures"])
    for step in ("decode", "detect", "inpaint", "encode"):
        log.info("%s: %.2f s, %.1f ms a picture", step, totals[step], 1000 * totals[step] / number)
    log.info(
        "%d pictures, %d boxes, %d pictures without a box",
        *(totals[name] for name in ("pictures", "boxes", "bare")),
    )
    log.info("%.1f %% of the pixels masked", 100 * totals["masked"] / number)
    if totals["pictures"] and not totals["masked"]:
        log.warning(
            "nothing is masked on any of %d pictures; if that is wrong, change the detector's row, e.g. its confidence",
            totals["pictures"],
        )
    if totals["boxes outside"]:
        log.warning("boxes outside their picture, cut or dropped: %d", totals["boxes outside"])
