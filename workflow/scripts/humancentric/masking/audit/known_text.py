"""Measure how masking covers each letter of synthetic text, and what it changes on pictures without text."""

from collections.abc import Iterable, Mapping
from typing import Any

import cv2
import numpy as np

from humancentric.core import logs
from humancentric.masking.audit.composition import TextPicture
from humancentric.masking.image_masking import mask_image
from humancentric.masking.text_boxes import Box, Detector, rasterize

LEVELS = 40  # a pixel counts as changed from this many levels in one channel; fainter ink does not count
SHARE = 0.5  # of a letter's ink that must be gone


class Once(Detector):
    """A detector that is asked once for each picture: masking with and without a further step shares its boxes."""

    def __init__(self, detector: Detector) -> None:
        """Ask `detector`."""
        self.detector, self.last, self.found = detector, None, []

    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the boxes of `rgb`, those of the last call where it is the same array."""
        if self.last is not rgb:
            self.last, self.found = rgb, self.detector.boxes(rgb, sample)
        return self.found


def variants(row: Mapping[str, Any]) -> dict[bool, dict[str, Any]]:
    """Return the detector's row with the step for small white text (True), if it has one, and without (False)."""
    bare = {key: value for key, value in row.items() if key != "white_text"}
    return {False: bare, **({True: dict(row)} if row.get("white_text") else {})}


def changed_mask(before: np.ndarray, after: np.ndarray, boxes: Iterable[Box]) -> np.ndarray:
    """Return a (height, width) bool mask: true under a box, and where a channel changed by at least `LEVELS`."""
    height, width = before.shape[:2]
    changed = cv2.absdiff(before, after).max(axis=2) >= LEVELS
    return changed | rasterize(boxes, width, height)


def shares_of_ink(labels: np.ndarray, mask: np.ndarray, letters: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many pixels of ink each of the `letters` has, and the share of them under `mask` (NaN without ink).

    `labels` (height, width) says whose ink a pixel is, from 1.
    """
    ink = np.bincount(labels.ravel(), minlength=letters + 1)[1 : letters + 1]
    hidden = np.bincount(labels[mask], minlength=letters + 1)[1 : letters + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return ink, hidden / ink


def audit(
    pictures: Iterable[TextPicture], detector: Detector, row: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of GLYPHS and of TOUCHED for the detector and its `row`, with and without white text.

    Letters whose ink differs by less than `LEVELS` from what lies under it are rows, too, with `visible` false.
    """
    asked, glyphs, touched = Once(detector), [], []
    for picture in logs.progress(pictures, "audit", unit="picture"):
        ours = {"id": f"{picture.number:05d}", "background": picture.kind}
        for white, options in variants(row).items():
            masked = mask_image(picture.rgb, asked, options)
            mask = changed_mask(picture.rgb, masked.rgb, masked.boxes)
            ink, shares = shares_of_ink(picture.labels, mask, len(picture.letters))
            for letter, pixels, share in zip(picture.letters, ink, shares, strict=True):
                if pixels:
                    row_of = {
                        "text": letter.text,
                        **letter.setting._asdict(),
                        "difference": letter.difference,
                    }
                    found = {"ink": int(pixels), "share": float(share), "masked": bool(share >= SHARE)}
                    visible = {"white_text": white, "visible": letter.difference >= LEVELS}
                    glyphs.append(ours | visible | row_of | found)
        for white, options in variants(row).items():
            masked = mask_image(picture.clear, asked, options)
            shares_touched = {"white": masked.white_fraction, "touched": masked.masked_fraction}
            touched.append(ours | {"white_text": white, "boxes": len(masked.boxes)} | shares_touched)
    return glyphs, touched
