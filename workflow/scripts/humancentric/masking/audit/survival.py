"""Measure which characters that were readable before masking are still readable after it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from humancentric.core.schemas import SURVIVAL

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
    """Return the letters and digits of `text`: OCR noise from edges and dots is mostly neither."""
    return "".join(filter(str.isalnum, text))


def near(word: Row, others: Sequence[Row], least: float) -> str:
    """Return the characters of the one of `others` that overlaps the word most, "" below `least` of the union."""
    shared = ((overlap(word, other), place) for place, other in enumerate(others))
    most, place = max(shared, default=(0.0, 0))
    return characters(others[place]["text"]) if most >= least else ""


def regions(
    before: Sequence[Row],
    again: Sequence[Row],
    after: Sequence[Row],
    confidence: float,
    shortest: int,
    least: float,
) -> list[dict[str, Any]]:
    """Return one row for each word that could be read before: its text, what is left of it, its rectangle.

    Readable is what the engine is sure of to `confidence` and reads `again`, in the same place, on the same picture in
    another size, at least `shortest` letters or digits of a word: noise is read otherwise every time. What is left is
    the longest common subsequence with the word in the same place afterwards. Two words are in one place where they
    overlap by at least `least` of their union. Again and afterwards any confidence counts, so that doubt is on the
    side of survival.
    """
    found = []
    for word in before:
        if word["confidence"] < confidence:
            continue
        text = common(characters(word["text"]), near(word, again, least))
        if len(text) >= shortest:
            left = common(text, near(word, after, least))
            found.append({"text": text, "left": left, **{key: word[key] for key in "xywh"}})
    return found


def survival(before: pa.Table, again: pa.Table, after: pa.Table, **rules: Any) -> pa.Table:
    """Return the SURVIVAL table of three READINGS tables of the same pictures; `rules` are those of `regions`.

    A picture that could not be read one of the three times is left out.
    """
    second, third = ({row["id"]: row for row in table.to_pylist()} for table in (again, after))
    rows = []
    for row in before.to_pylist():
        others = [table.get(row["id"]) for table in (second, third)]
        if row["problem"] or any(other is None or other["problem"] for other in others):
            continue
        found = regions(row["words"], *(other["words"] for other in others), **rules)
        counts = {
            "readable": sum(len(one["text"]) for one in found),
            "surviving": sum(len(one["left"]) for one in found),
        }
        rows.append({"id": row["id"], **counts, "regions": found})
    return SURVIVAL.rows(rows)
