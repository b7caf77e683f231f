"""The image host of TMDb: posters by size and name."""

import re
from collections.abc import Callable
from pathlib import Path

from humancentric.tmdb.replica.answers import NO_PICTURE, Reply

SIZES = ("w92", "w154", "w185", "w342", "w500", "w780", "original")
UNLISTED = "w600_and_h900_bestv2"  # served, but no part of the configuration's list
IMAGE = re.compile(r"/t/p/(?P<size>[a-z0-9_]+)/(?P<name>[A-Za-z0-9_-]+\.(?P<kind>jpg|jpeg|png|webp))")

Posters = str | Path | Callable[[str, str], bytes | None] | None


class Pictures:
    """Posters from a folder, or from a function of size and name that may return None; None is no poster at all.

    In the folder, ``{size}/{name}`` is that rendition; ``{name}`` stands for all that have no file of their own.
    """

    def __init__(self, posters: Posters) -> None:
        """Keep where they come from."""
        self._read = posters if callable(posters) else self._from_folder
        self._folder = None if callable(posters) or posters is None else Path(posters)

    def reply(self, path: str) -> Reply | None:
        """Return the answer for an address of the image host, or None where `path` is no such address."""
        image = IMAGE.fullmatch(path)
        if image is None:
            return None
        data = self._read(image["size"], image["name"]) if image["size"] in (*SIZES, UNLISTED) else None
        kind = image["kind"].replace("jpg", "jpeg")
        return NO_PICTURE if data is None else Reply(200, data, f"image/{kind}")

    def _from_folder(self, size: str, name: str) -> bytes | None:
        if self._folder is None:
            return None
        found = [path for path in (self._folder / size / name, self._folder / name) if path.is_file()]
        return found[0].read_bytes() if found else None
