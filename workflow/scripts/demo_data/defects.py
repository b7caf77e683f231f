"""Define the defects of a few films, as in crawls of the real service, and run work in parallel processes."""

import multiprocessing
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar

from PIL import Image

from humancentric.core.logs import progress

T = TypeVar("T")
RETIRED = 10769  # "Foreign": dropped by TMDb, still found in old records


def jpeg(picture: Image.Image, quality: int) -> bytes:
    """Return the picture as the bytes of a JPEG file."""
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def truncated(picture: bytes) -> bytes:
    """Return the first third of a file."""
    return picture[: len(picture) // 3]


def web_page(picture: bytes) -> bytes:
    """Return an HTML error page, which some servers send in place of an image."""
    return b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body>Not Found</body></html>\n"


def tiny(picture: bytes) -> bytes:
    """Return the image downscaled to 20x30 pixels."""
    return jpeg(Image.open(BytesIO(picture)).resize((20, 30)), 85)


@dataclass(frozen=True)
class Defect:
    """A defect: overwritten fields of the film, a change to the poster's bytes, or a second listing."""

    fields: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[bytes], bytes] | None = None
    twice: bool = False


DEFECTS = {
    "no-poster": Defect(fields={"poster_name": None}),
    "broken-poster": Defect(spoil=truncated),
    "web-page-poster": Defect(spoil=web_page),
    "tiny-poster": Defect(spoil=tiny),
    "empty-overview": Defect(fields={"overview": ""}),
    "no-genre": Defect(fields={"genre_ids": ()}),
    "retired-genre": Defect(fields={"genre_ids": (RETIRED,)}),
    "blank-title": Defect(fields={"title": "   "}),
    "listed-twice": Defect(twice=True),
    "no-date": Defect(fields={"release_date": ""}),
}
FIRST, STEP, PERIOD = 3, 4, 450  # films 3, 7, ... 39, 453, 457, ...: 40 films have every defect once


def defect_of(index: int) -> str | None:
    """Return the defect of film number `index`, or None."""
    position, rest = divmod(index % PERIOD - FIRST, STEP)
    return list(DEFECTS)[position] if rest == 0 and 0 <= position < len(DEFECTS) else None


def do_all(work: Callable[[T], object], items: Iterable[T], threads: int, description: str) -> None:
    """Call `work` on every item in `threads` processes, and discard the results."""
    items = list(items)
    if threads < 2:
        for item in progress(items, description):
            work(item)
        return
    # fork: a spawned process would run the calling script again
    with multiprocessing.get_context("fork").Pool(threads) as pool:
        for _ in progress(pool.imap_unordered(work, items, chunksize=16), description, total=len(items)):
            pass
