"""Add defects that occur in crawls of the real service to a few films, and draw images in parallel.

The files do not depend on the number of processes.
"""

import multiprocessing
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar

from PIL import Image

from humancentric.core.logs import progress

RETIRED = 10769  # "Foreign": dropped by TMDb, still found in old records


def truncated(picture: bytes) -> bytes:
    """Return the first third of a file."""
    return picture[: len(picture) // 3]


def web_page(picture: bytes) -> bytes:
    """Return an HTML error page, which some servers send in place of an image."""
    return b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body>Not Found</body></html>\n"


def tiny(picture: bytes) -> bytes:
    """Return the image downscaled to 20x30 pixels."""
    buffer = BytesIO()
    Image.open(BytesIO(picture)).resize((20, 30)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


@dataclass(frozen=True)
class Dirt:
    """A defect: overwritten fields of the film, a change to the poster's bytes, or a second listing."""

    fields: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[bytes], bytes] | None = None
    twice: bool = False


DIRT = {
    "no-poster": Dirt(fields={"poster_name": None}),
    "broken-poster": Dirt(spoil=truncated),
    "web-page-poster": Dirt(spoil=web_page),
    "tiny-poster": Dirt(spoil=tiny),
    "empty-overview": Dirt(fields={"overview": ""}),
    "no-genre": Dirt(fields={"genre_ids": ()}),
    "retired-genre": Dirt(fields={"genre_ids": (RETIRED,)}),
    "blank-title": Dirt(fields={"title": "   "}),
    "listed-twice": Dirt(twice=True),
    "no-date": Dirt(fields={"release_date": ""}),
}
FIRST, STEP, PERIOD = 3, 4, 450  # films 3, 7, ... 39, 453, 457, ...: 40 films have every defect once


def dirt_of(index: int) -> str | None:
    """Return the defect of film number `index`, None if it has none."""
    position, rest = divmod(index % PERIOD - FIRST, STEP)
    return list(DIRT)[position] if rest == 0 and 0 <= position < len(DIRT) else None


T = TypeVar("T")


def do_all(work: Callable[[T], object], items: Iterable[T], threads: int, description: str) -> None:
    """Call `work` on every item in `threads` processes and discard the results."""
    items = list(items)
    if threads < 2:
        for item in progress(items, description):
            work(item)
        return
    # fork: a spawned process would run the calling script again
    with multiprocessing.get_context("fork").Pool(threads) as pool:
        for _ in progress(pool.imap_unordered(work, items, chunksize=16), description, total=len(items)):
            pass
