"""The table of words that Tesseract prints (its output ``tsv``)."""

import csv
from typing import NamedTuple

WORD = 5  # the level of words; 1 to 4 are pages, blocks, paragraphs and lines
COLUMNS = ("level", "left", "top", "width", "height", "conf", "text")


class Word(NamedTuple):
    """A word, how sure the engine is of it (0-1), and its rectangle in pixels."""

    text: str
    confidence: float
    x: float
    y: float
    w: float
    h: float


def words(text: str) -> list[Word]:
    """Return the words of a table with a heading line; lines of other levels and words without letters are left out."""
    found = []
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == str(WORD) and (row["text"] or "").strip():
            x, y, w, h = (float(row[key]) for key in ("left", "top", "width", "height"))
            found.append(Word(row["text"].strip(), float(row["conf"]) / 100, x, y, w, h))
    return found
