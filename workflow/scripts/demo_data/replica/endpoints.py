"""Answer the endpoints of TMDb's API v3 that a crawl needs, and those of its image host."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from demo_data.replica.answers import NO_PICTURE, InvalidQuery, Reply, Request, error, success
from demo_data.replica.film_search import page_number
from demo_data.replica.film_store import Catalogue
from demo_data.replica.quirks import Quirks
from humancentric.sources.tmdb.queries import GENRES

SIZES = ("w92", "w154", "w185", "w342", "w500", "w780", "original")
UNLISTED = "w600_and_h900_bestv2"  # served, but not listed by the configuration endpoint
IMAGE = re.compile(r"/t/p/(?P<size>[a-z0-9_]+)/(?P<name>[A-Za-z0-9_-]+\.(?P<kind>jpg|jpeg|png|webp))")

Posters = str | Path | Callable[[str, str], bytes | None] | None


class Pictures:
    """Posters from a folder, or from a function of size and name that may return None; None: no posters.

    In the folder, ``{size}/{name}`` is one rendition; ``{name}`` serves all renditions without a file of their own.
    """

    def __init__(self, posters: Posters) -> None:
        """Store the source of the posters."""
        self._read = posters if callable(posters) else self._from_folder
        self._folder = None if callable(posters) or posters is None else Path(posters)

    def reply(self, path: str) -> Reply | None:
        """Return the reply to a path of the image host, or None if `path` is not one."""
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


MOVIE = re.compile(r"/3/movie/(?P<id>[0-9]+|tt[0-9]+)")
FIND = re.compile(r"/3/find/(?P<id>[A-Za-z0-9_-]+)")
EXTERNAL = (
    *("facebook_id", "imdb_id", "instagram_id", "tiktok_id"),
    *("tvdb_id", "twitter_id", "wikidata_id", "youtube_id"),
)
OTHER_RESULTS = ("person_results", "tv_results", "tv_episode_results", "tv_season_results")


class Endpoints:
    """The API over a catalogue, with pages up to `page_cap` and the service's quirks."""

    def __init__(self, catalogue: Catalogue, image_url: str, page_cap: int, quirks: Quirks) -> None:
        """Store the catalogue and the settings."""
        self.catalogue, self.image_url, self.page_cap, self.quirks = catalogue, image_url, page_cap, quirks
        self._asked, self._lock = Counter(), threading.Lock()

    def reply(self, asked: Request) -> Reply:
        """Return the reply to a request with valid credentials."""
        try:
            body = self._body(asked.path, dict(asked.query))
        except InvalidQuery as problem:
            return error(problem.code)
        return error(34) if body is None else success(body)

    def _body(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any] | None:
        if path == "/3/discover/movie":
            return self._page(query)
        if movie := MOVIE.fullmatch(path):
            number = movie["id"]
            return self.catalogue.details(int(number) if number.isdecimal() else number)
        if found := FIND.fullmatch(path):
            return self._external(found["id"], query.get("external_source", ""))
        if path == "/3/genre/movie/list":
            return {"genres": [{"id": number, "name": name} for number, name in sorted(GENRES.items())]}
        if path == "/3/configuration":
            return self._configuration()
        if path == "/3/authentication":
            return {"success": True, "status_code": 1, "status_message": "Success."}
        return None

    def _page(self, query: Mapping[str, str]) -> dict[str, Any]:
        number = page_number(query.get("page", "1"), self.page_cap)
        rest = {name: value for name, value in query.items() if name != "page"}
        found = self.catalogue.find(rest)
        with self._lock:
            key = (*sorted(rest.items()), number)
            again = self._asked[key] > 0
            self._asked[key] += 1
        page = self.quirks.page(found, number, self.page_cap, again)
        return {**page, "results": self.catalogue.show(page["results"])}

    def _external(self, number: str, source: str) -> dict[str, Any]:
        if source not in EXTERNAL:
            raise InvalidQuery(5)
        films = self.catalogue.by_imdb(number) if source == "imdb_id" else []
        return {"movie_results": films, **{name: [] for name in OTHER_RESULTS}}

    def _configuration(self) -> dict[str, Any]:
        host = f"{self.image_url}/"
        others = {
            "backdrop_sizes": ["w300", "w780", "w1280", "original"],
            "logo_sizes": ["w45", "w92", "w154", "w185", "w300", "w500", "original"],
            "profile_sizes": ["w45", "w185", "h632", "original"],
            "still_sizes": ["w92", "w185", "w300", "original"],
        }
        images = {"base_url": host, "secure_base_url": host, "poster_sizes": list(SIZES), **others}
        return {"images": images, "change_keys": ["adult", "images", "overview", "title"]}
