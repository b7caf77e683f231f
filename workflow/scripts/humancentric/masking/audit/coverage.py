"""Measure what masking covers: letters of known text, and characters that OCR could read before.

Known letters are counted on synthetic pictures by their ink. On real pictures, words read by OCR before masking are
compared with those read after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import pyarrow as pa

from humancentric.core import logs
from humancentric.core.schemas import SURVIVAL
from humancentric.masking.audit.composition import TextPicture
from humancentric.masking.image_masking import mask_image
from humancentric.masking.text_boxes import Box, Detector, rasterize

LEVELS = 40  # a pixel counts as changed from this many levels in one channel; fainter ink does not count
SHARE = 0.5  # of a letter's ink that masking must cover
Row = Mapping[str, Any]


class Once(Detector):
    """A detector that runs once for each picture, so that masking with and without white text shares its boxes."""

    def __init__(self, detector: Detector) -> None:
        """Wrap `detector`."""
        self.detector = detector
        self.last: np.ndarray | None = None
        self.found: list[Box] = []

    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the boxes of `rgb`, which are those of the last call if it is the same array."""
        if self.last is not rgb:
            self.last, self.found = rgb, self.detector.boxes(rgb, sample)
        return self.found


def variants(row: Row) -> dict[bool, dict[str, Any]]:
    """Return the detector's row without ``white_text`` (False) and, if it has one, with it (True)."""
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
    """Return the rows of GLYPHS and of TOUCHED for the detector and its `row`, with and without white text.

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


def longest_common_subsequence(one: str, other: str) -> str:
    """Return a longest common subsequence of two strings (Wagner and Fischer 1974)."""
    best = [""] * (len(other) + 1)
    for letter in one:
        before = best[:]
        for number, second in enumerate(other, start=1):
            if letter == second:
                best[number] = before[number - 1] + letter
            elif len(best[number - 1]) > len(best[number]):
                best[number] = best[number - 1]
    return best[-1]


def overlap(one: Row, other: Row) -> float:
    """Return the intersection over union of two rectangles with x, y, w, h."""
    wide = min(one["x"] + one["w"], other["x"] + other["w"]) - max(one["x"], other["x"])
    high = min(one["y"] + one["h"], other["y"] + other["h"]) - max(one["y"], other["y"])
    shared = max(0.0, wide) * max(0.0, high)
    union = one["w"] * one["h"] + other["w"] * other["h"] - shared
    return shared / union if union > 0 else 0.0


def characters(text: str) -> str:
    """Return the letters and digits of `text`: OCR noise from edges and dots is mostly neither."""
    return "".join(filter(str.isalnum, text))


def matching(word: Row, others: Sequence[Row], least: float) -> str:
    """Return the characters of the one of `others` that overlaps the word most, "" if by less than `least`."""
    shared = ((overlap(word, other), number) for number, other in enumerate(others))
    most, number = max(shared, default=(0.0, 0))
    return characters(others[number]["text"]) if most >= least else ""


def regions(
    before: Sequence[Row],
    again: Sequence[Row],
    after: Sequence[Row],
    confidence: float,
    shortest: int,
    least: float,
) -> list[dict[str, Any]]:
    """Return one row for each readable word: its text, the characters that survive masking, its rectangle.

    A word is readable if OCR reads it with at least `confidence` and reads at least `shortest` of its characters
    `again` on the same picture at another size, since noise is read differently each time. Characters survive that are
    in the longest common subsequence with the matching word after masking. Words match if their intersection over
    union is at least `least`. Again and afterwards any confidence counts, which can only overestimate survival.
    """
    found = []
    for word in before:
        if word["confidence"] < confidence:
            continue
        text = longest_common_subsequence(characters(word["text"]), matching(word, again, least))
        if len(text) >= shortest:
            left = longest_common_subsequence(text, matching(word, after, least))
            found.append({"text": text, "left": left, **{key: word[key] for key in "xywh"}})
    return found


def survival(before: pa.Table, again: pa.Table, after: pa.Table, **rules: Any) -> pa.Table:
    """Return the SURVIVAL table of three READINGS tables of the same pictures; `rules` are those of `regions`.

    Pictures that could not be read one of the three times are left out.
    """
    second, third = ({row["id"]: row for row in table.to_pylist()} for table in (again, after))
    rows = []
    for row in before.to_pylist():
        others = [table[row["id"]] for table in (second, third) if row["id"] in table]
        if len(others) < 2 or any(reading["problem"] for reading in (row, *others)):
            continue
        found = regions(row["words"], *(other["words"] for other in others), **rules)
        counts = {
            "readable": sum(len(one["text"]) for one in found),
            "surviving": sum(len(one["left"]) for one in found),
        }
        rows.append({"id": row["id"], **counts, "regions": found})
    return SURVIVAL.rows(rows)
