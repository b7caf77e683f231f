"""How wide a table will be in print, estimated without TeX: enough to decide where it is broken."""

import re

from humancentric.reporting.letters import native
from humancentric.reporting.sheets import Item, Line, Sheet

# Points after which a column's heading, a row's name and a text in another column go on in the next line.
HEADING, NAME, TEXT = 105.0, 210.0, 140.0
WIDE, NARROW, CODE = 7.4, 5.0, 16.0  # points of a capital, of other characters, of a code point at 10 pt
SMALL = {"": 1.0, "sub": 0.8}  # what a kind of line is scaled by
SPREAD, GAP = 0.7, 10.0  # scale of the number after a number; points between columns


def _of_letter(char: str) -> float:
    if not native(char):
        return CODE
    return WIDE if char.isupper() or char in "mwMW%@" else NARROW


def of_text(text: str) -> float:
    """Return the points that a text takes at 10 pt, about."""
    return sum(map(_of_letter, text))


def broken(text: str, limit: float) -> list[str]:
    """Return the lines of a text in `limit` points: broken after spaces, hyphens and the like, else anywhere."""
    if of_text(text) <= limit:
        return [text]
    lines = [""]
    for word in re.findall(r"[^\s\-_/+]*[\s\-_/+]*", text):
        if of_text(lines[-1] + word.rstrip()) <= limit:
            lines[-1] += word
        elif of_text(word.rstrip()) <= limit:
            lines.append(word)
        else:
            for char in word:
                lines += [""] if of_text(lines[-1] + char) > limit else []
                lines[-1] += char
    return [line.strip() for line in lines if line.strip()]


def of_item(item: Item, line: Line, limit: float) -> float:
    """Return the points that a table cell takes, its text broken into lines of `limit` points."""
    lines = broken(item.text, limit)
    text = max(map(of_text, lines), default=0.0) * (1.1 if item.bold else 1.0)
    return (text + of_text(f" {item.spread}" if item.spread else "") * SPREAD) * SMALL.get(line.kind, 1.0)


def limit_of(line: Line, heading: bool, place: int) -> float:
    """Return after how many points the text of a cell is broken."""
    if place == 0:
        return NAME
    return HEADING if heading or line.kind == "group" else TEXT


def in_words(sheet: Sheet) -> list[bool]:
    """Return for every column whether most of its body is words rather than numbers; the names of rows are."""
    words = [0] * sheet.columns
    for line in sheet.body:
        if line.kind == "group" or len(line.items) != sheet.columns:
            continue
        for place, item in enumerate(line.items):
            letters = sum(char.isalpha() for char in item.text)
            digits = sum(char.isdigit() for char in item.text)
            words[place] += (letters > digits) - (digits > 0 and digits >= letters)
    return [place == 0 or count > 0 for place, count in enumerate(words)]


def of_columns(sheet: Sheet) -> list[float]:
    """Return the points that every column takes, the gap beside it included."""
    found = [0.0] * sheet.columns
    spanning = []
    for heading, lines in ((True, sheet.head), (False, sheet.body)):
        for line in lines:
            start = 0
            for place, item in enumerate(line.items):
                width = of_item(item, line, limit_of(line, heading, place))
                if item.span == 1:
                    found[start] = max(found[start], width)
                elif item.span < sheet.columns:
                    spanning.append((start, item.span, width))
                start += item.span
    for start, span, width in spanning:  # TeX gives what is missing to the last column
        found[start + span - 1] += max(0.0, width - sum(found[start : start + span]) - (span - 1) * GAP)
    return [width + GAP for width in found]


def height(line: Line) -> int:
    """Return how many printed lines a line of the body takes."""
    texts = ((item.text, limit_of(line, False, place)) for place, item in enumerate(line.items))
    return max((len(broken(text, limit)) for text, limit in texts), default=1)
