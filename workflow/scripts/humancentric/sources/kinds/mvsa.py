"""Read MVSA-Single and MVSA-Multiple as published: votes, tweets, pictures (PROTOCOL section 4.1)."""

import logging
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.core.images import ImageError
from humancentric.sources.picture_files import inside
from humancentric.sources.source_kind import Source, SourceKind, listing_table, with_facts

log = logging.getLogger("humancentric")

LABELS = "labelResultAll.txt"
SENTIMENTS = ("negative", "neutral", "positive")  # the votes 0, 1, 2
# Bytes that are words in Latin-1: an accented letter followed by a letter (a lower-case one by a lower-case one), or
# two inside a word. GB18030 decodes such pairs of bytes as Chinese characters.
WORDS = re.compile(
    rb"(?:[\x00-\x7f]"
    rb"|(?<![\x80-\xff])(?:[\xc0-\xd6\xd8-\xde](?=[A-Za-z])|[\xdf-\xf6\xf8-\xff](?=[a-z]))"
    rb"|(?<=[A-Za-z])[\xc0-\xd6\xd8-\xf6\xf8-\xff]{2}(?=[A-Za-z]))*"
)


def fold(votes: list[str], halves: str = "even") -> str:
    """Return the rounded mean of text and image votes as a sentiment word.

    Exact halves are rounded to even, as in Python, NumPy and Torch, or up. Raises `ValueError` for an unknown word.
    """
    mean = sum(SENTIMENTS.index(vote) for vote in votes) / len(votes)
    return SENTIMENTS[round(mean) if halves == "even" else math.floor(mean + 0.5)]


def tie(votes: list[str]) -> str | None:
    """Return the mean of the votes, "0.5" or "1.5", if it is exactly between two sentiments; else None."""
    total = sum(SENTIMENTS.index(vote) for vote in votes)
    return str(total / len(votes)) if 2 * total % (2 * len(votes)) == len(votes) else None


def decode(data: bytes) -> tuple[str, str]:
    """Return a tweet's text, with each run of white space as one space, and its detected encoding.

    UTF-8 if it fits; else GB18030, unless all its foreign characters are accented letters of words in Latin-1
    ("se駉r" is "señor"); else Latin-1.
    """
    for encoding in ("utf-8", "gb18030", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and WORDS.fullmatch(data):
            continue
        return " ".join(text.split()), encoding
    raise AssertionError("latin-1 decodes every byte")


def votes_of(path: Path) -> Iterator[tuple[str, list[str], int]]:
    """Yield (id, votes, expected number of votes) of every line; text and image votes of all annotators in one list.

    Raises `UserError` if the first line is not the published header.
    """
    header, *lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines() or [""]
    name, *columns = re.split(r"[\t,]", header.strip().lower())
    if name != "id" or not columns or columns != ["text", "image"] * (len(columns) // 2):
        raise UserError(f"{path}: line 1 is {header!r}, not ID and pairs of text,image; fetch it again")
    for line in lines:
        number, *votes = re.split(r"[\t,]", line.strip().lower())
        if number:
            yield number, [vote.strip() for vote in votes], len(columns)


def _problem(votes: list[str], expected: int, text: Path | ImageError) -> str | None:
    if isinstance(text, ImageError):
        return text.detail
    if not set(votes) <= set(SENTIMENTS):
        return f"votes {','.join(votes)!r} are not sentiments"
    if len(votes) != expected:
        return f"{len(votes)} votes instead of {expected}"
    return None if text.is_file() else f"{text.name} is missing"


def read(source: Source, columns: dict[str, str]) -> pa.Table:
    """Return the listing: one row per voted pair, with ``tweet``, its encoding, and the mean if it is an exact tie.

    The numbers of pairs by tied mean (``ties``) and of texts by encoding (``encodings``) are in the table's metadata
    and in the log.
    """
    root, halves = Path(source["root"]), source.get("halves", "even")

    def rows() -> Iterator[dict]:
        for number, votes, expected in votes_of(root / LABELS):
            text = inside(f"{number}.txt", root / "data")
            row: dict[str, Any] = {"id": number, "labels": [], "image_source": f"data/{number}.jpg"}
            if problem := _problem(votes, expected, text):
                row["source_problem"] = problem
            else:
                assert isinstance(text, Path)  # else there is a problem
                row |= {"labels": [fold(votes, halves)], "source_tie": tie(votes)}
                row["tweet"], row["source_encoding"] = decode(text.read_bytes())
            yield row

    listing = listing_table(rows(), [*columns.values(), "tweet", "source_tie", "source_encoding"])
    facts = {}
    for name, column in (("ties", "source_tie"), ("encodings", "source_encoding")):
        counted = Counter(listing.column(column).drop_null().to_pylist())
        facts[name] = dict(sorted(counted.items()))
        log.info("%s: %s", name, facts[name])
    return with_facts(listing, **facts, halves=halves)


SOURCE = SourceKind(
    read=read,
    published=lambda source: [LABELS],
    download="download MVSA, keep its layout: labelResultAll.txt beside data/<ID>.jpg and data/<ID>.txt",
)
