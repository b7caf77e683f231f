"""Measure which letters of known text are masked on synthetic pictures, by the share of their ink."""

from collections.abc import Iterable, Mapping
from typing import Any

import cv2
import numpy as np

from humancentric.core import logs
from humancentric.masking.audit.composition import TextPicture
from humancentric.masking.image_masking import mask_image
from humancentric.masking.text_boxes import Box, Detector, rasterize

LEVELS = 40  # a pixel counts as changed from this many levels in one channel; fainter ink does not count
SHARE = 0.5  # of a letter's ink that must be covered for the letter to count as masked
Row = Mapping[str, Any]


class Once(Detector):
    """A detector that runs once for each picture, so that masking with and without white text shares its boxes."""

    def __init__(self, detector: Detector) -> None:
        """Wrap `detector`."""
        self.detector = detector
        self.last: np.ndarray | None = None
        self.found: list[Box] = []

    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the boxes of `rgb`, without running the detector again on the array of the last call."""
        if self.last is not rgb:
            self.last, self.found = rgb, self.detector.boxes(rgb, sample)
        return self.found


def variants(row: Row) -> dict[bool, dict[str, Any]]:
    """Return the detector's row without ``white_text`` (key False) and, if it has that block, with it (key True)."""
    bare = {key: value for key, value in row.items() if key != "white_text"}
    return {False: bare, **({True: dict(row)} if row.get("white_text") else {})}


def changed_mask(before: np.ndarray, after: np.ndarray, boxes: Iterable[Box]) -> np.ndarray:
    """Return a (height, width) bool mask: true under a box, and where a channel changed by at least `LEVELS`."""
    height, width = before.shape[:2]
    changed = cv2.absdiff(before, after).max(axis=2) >= LEVELS
    return changed | rasterize(boxes, width, height)


def shares_of_ink(labels: np.ndarray, mask: np.ndarray, letters: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of pixels of each letter, and the share of them under `mask` (NaN without pixels).

    `labels` (height, width) holds the letter of each pixel, counted from 1, and 0 for pixels without ink.
    """
    ink = np.bincount(labels.ravel(), minlength=letters + 1)[1 : letters + 1]
    covered = np.bincount(labels[mask], minlength=letters + 1)[1 : letters + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return ink, covered / ink


def known_text(
    pictures: Iterable[TextPicture], detector: Detector, row: Row
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the GLYPHS and TOUCHED rows of a detector and its `row`, with and without masking of white text.

    Letters whose ink differs by less than `LEVELS` from the background are included with `visible` false.
    """
    once, glyphs, touched = Once(detector), [], []
    for picture in logs.progress(pictures, "audit", unit="picture"):
        for white, options in variants(row).items():
            about = {"id": f"{picture.number:05d}", "background": picture.kind, "white_text": white}
            masked = mask_image(picture.rgb, once, options)
            mask = changed_mask(picture.rgb, masked.rgb, masked.boxes)
            for letter, pixels, share in zip(
                picture.letters, *shares_of_ink(picture.labels, mask, len(picture.letters)), strict=True
            ):
                if pixels:
                    seen = {"difference": letter.difference, "visible": letter.difference >= LEVELS}
                    found = {"ink": int(pixels), "share": float(share), "masked": bool(share >= SHARE)}
                    glyphs.append(about | {"text": letter.text} | letter.setting._asdict() | seen | found)
        for white, options in variants(row).items():
            about = {"id": f"{picture.number:05d}", "background": picture.kind, "white_text": white}
            masked = mask_image(picture.clear, once, options)
            shares = {"white": masked.white_fraction, "touched": masked.masked_fraction}
            touched.append(about | {"boxes": len(masked.boxes)} | shares)
    return glyphs, touched
