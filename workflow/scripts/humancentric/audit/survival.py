"""Which of the characters that could be read before masking can still be read after it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from humancentric.schemas import SURVIVAL

Row = Mapping[str, Any]


def common(one: str, other: str) -> str:
    """Return a longest common subsequence of two strings (Wagner and Fischer 1974)."""
    best = [""] * (len(other) + 1)
    for letter in one:
        before = best[:]
        for place, second in enumerate(other, start=1):
            if letter == second:
                best[place] = before[place - 1] + letter
            elif len(best[place - 1]) > len(best[place]):
                best[place] = best[place - 1]
    return best[-1]


def overlap(one: Row, other: Row) -> float:
    """Return intersection over union of two rectangles with x, y, w, h."""
    wide = min(one["x"] + one["w"], other["x"] + other["w"]) - max(one["x"], other["x"])
    high = min(one["y"] + one["h"], other["y"] + other["h"]) - max(one["y"], other["y"])
    shared = max(0.0, wide) * max(0.0, high)
    whole = one["w"] * one["h"] + other["w"] * other["h"] - shared
    return shared / whole if whole > 0 else 0.0


def characters(text: str) -> str:
    """Return the letters and digits of `text`: what engines make of edges and dots is mostly neither."""
    return "".join(filter(str.isalnum, text))


def regions(
    before: Sequence[Row], after: Sequence[Row], confidence: float, shortest: int, least: float
) -> list[dict[str, Any]]:
    """Return one row for each word that could be read before: its text, what is left of it, its rectangle.

    Readable is a word of at least `shortest` letters or digits of which the engine is sure to `confidence`. What is
    left is the longest common subsequence with the word afterwards whose rectangle overlaps most, by at least `least`
    of the union. Afterwards any confidence counts, so that doubt is on the side of survival.
    """
    found = []
    for word in before:
        text = characters(word["text"])
        if len(text) < shortest or word["confidence"] < confidence:
            continue
        shared = [(overlap(word, other), other) for other in after]
        near = max(shared, key=lambda one: one[0], default=(0.0, None))
        left = common(text, characters(near[1]["text"])) if near[0] >= least and near[1] else ""
        found.append({"text": text, "left": left, **{key: word[key] for key in "xywh"}})
    return found


def survival(before: pa.Table, after: pa.Table, **rules: Any) -> pa.Table:
    """Return the SURVIVAL table of two READINGS tables of the same pictures; `rules` are those of `regions`.

    A picture that could not be read before or after is left out.
    """
    later = {row["id"]: row for row in after.to_pylist()}
    rows = []
    for row in before.to_pylist():
        other = later.get(row["id"])
        if other is None or row["problem"] or other["problem"]:
            continue
        found = regions(row["words"], other["words"], **rules)
        counts = {
            "readable": sum(len(one["text"]) for one in found),
            "surviving": sum(len(one["left"]) for one in found),
        }
        rows.append({"id": row["id"], **counts, "regions": found})
    return SURVIVAL.rows(rows)
