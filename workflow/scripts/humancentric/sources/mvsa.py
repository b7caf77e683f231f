"""MVSA-Single and MVSA-Multiple as published: votes, tweets, pictures (PROTOCOL section 4.1)."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from humancentric.errors import UserError
from humancentric.sources.layouts import MVSA
from humancentric.sources.rows import listing_table

SENTIMENTS = ("negative", "neutral", "positive")  # the votes 0, 1, 2
HINT = "download MVSA, keep its layout: labelResultAll.txt beside data/<ID>.jpg and data/<ID>.txt"
ENCODINGS = ("utf-8", "gb18030", "latin-1")  # the last one decodes anything


def fold(votes: list[str], halves: str = "even") -> str:
    """Return the rounded mean of text and image votes as a sentiment word.

    Exact halves go to the even number, as Python, NumPy and Torch round, or up. Raises ValueError for an unknown word.
    """
    mean = sum(SENTIMENTS.index(vote) for vote in votes) / len(votes)
    return SENTIMENTS[round(mean) if halves == "even" else math.floor(mean + 0.5)]


def is_tie(votes: list[str]) -> bool:
    """Return whether the mean of the votes lies exactly between two sentiments."""
    return (2 * sum(SENTIMENTS.index(vote) for vote in votes)) % (2 * len(votes)) == len(votes)


def decode(data: bytes) -> str:
    """Return a tweet's text: UTF-8, else GB18030, else Latin-1; runs of white space become one space."""
    for encoding in ENCODINGS:
        try:
            return " ".join(data.decode(encoding).split())
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes every byte")


def votes_of(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (id, votes) of every line after the header; text and image votes of all annotators in one list."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; {HINT}") from error
    for line in lines[1:]:
        number, *votes = re.split(r"[\t,]+", line.strip().lower())
        if number:
            yield number, votes


def read(source: dict, columns: dict[str, str]) -> pa.Table:
    """Return the listing: one row a voted pair, with ``tweet``; pairs voted at an exact tie are marked in an extra."""
    root = Path(source["root"])

    def rows() -> Iterator[dict]:
        for number, votes in votes_of(root / MVSA[0]):
            text = root / "data" / f"{number}.txt"
            row = {"id": number, "labels": [], "image_source": f"data/{number}.jpg"}
            if not votes or not set(votes) <= set(SENTIMENTS):
                row["source_problem"] = f"votes {','.join(votes)!r} are no sentiments"
            elif not text.is_file():
                row["source_problem"] = f"{text.name} is missing"
            else:
                row["labels"] = [fold(votes, source.get("halves", "even"))]
                row["tweet"] = decode(text.read_bytes())
                row["source_tie"] = "yes" if is_tie(votes) else "no"
            yield row

    return listing_table(rows(), [*columns.values(), "tweet", "source_tie"])
