"""Serve a replica of TMDb's API v3 and its image host on loopback, over real HTTP, for any catalogue of films.

Bodies, statuses and caps follow the public API description and recorded replies. No TMDb token is needed: any
bearer token or api_key is accepted unless one is set.
"""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from demo_data.replica.faults import Fault, Faults, Limit, Plan, Quirks
from demo_data.replica.film_store import Catalogue, page_number, read_films
from demo_data.replica.server import (
    NO_PICTURE,
    InvalidQuery,
    Reply,
    Request,
    RequestLog,
    Server,
    error,
    success,
)
from humancentric.sources.tmdb.discover import GENRES

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
        self._seen: Counter[tuple[object, ...]] = Counter()
        self._lock = threading.Lock()

    def reply(self, request: Request) -> Reply:
        """Return the reply to a request with valid credentials."""
        try:
            body = self._body(request.path, dict(request.query))
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
            again = self._seen[key] > 0
            self._seen[key] += 1
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


NO_QUIRKS = Quirks()


class Replica:
    """A running replica: ``with Replica(catalogue, posters) as replica`` serves at `api_url` and `image_url`.

    `catalogue` is a file with one TMDb-like film (JSON) per line, or a sequence of records; `posters` is the folder of
    the files named by poster_path (or anything that `Pictures` accepts). If `token` or `key` is set, no other
    credentials are accepted. `limit` bounds the API's requests per second. `faults` plans faults (see `Plan`).
    `request_log` lists every request in order of arrival, `answered` those that were sent the whole requested reply;
    both are also written to the file `request_log_path`.
    """

    def __init__(
        self,
        catalogue: str | Path | Sequence[Mapping[str, Any]],
        posters: Posters,
        *,
        token: str | None = None,
        key: str | None = None,
        page_cap: int = 500,
        quirks: Quirks = NO_QUIRKS,
        limit: Limit | None = None,
        faults: Faults = (),
        request_log_path: str | Path | None = None,
    ) -> None:
        """Read the catalogue and bind an ephemeral port on 127.0.0.1; serving starts with the ``with`` block."""
        films = read_films(catalogue) if isinstance(catalogue, str | Path) else catalogue
        self.catalogue = Catalogue(films)
        self.token, self.key, self.limit, self.faults = token, key, limit, faults
        self._pictures, self._log = Pictures(posters), RequestLog(request_log_path)
        self._server: Server | None = Server(("127.0.0.1", 0), self)
        self._port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.api_url, self.image_url = self.url, f"{self.url}/t/p"
        self._endpoints = Endpoints(self.catalogue, self.image_url, page_cap, quirks)

    def __enter__(self) -> "Replica":
        """Start serving in a thread."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.stop()
        self._log.close()

    @property
    def request_log(self) -> list[Request]:
        """Return every request in order of arrival."""
        return self._log.received

    @property
    def answered(self) -> list[Request]:
        """Return the requests that were sent the complete requested reply."""
        return self._log.answered

    @property
    def faults(self) -> Faults:
        """Return the planned faults."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults, self._plan = faults, Plan(faults)

    def start(self) -> None:
        """Start serving, at the same address as before if it was stopped."""
        if self._server is None:
            self._server = Server(("127.0.0.1", self._port), self)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop serving: cut the connections and refuse new ones until `start`."""
        server, self._server = self._server, None
        if server is not None:
            server.stopped.set()
            server.shutdown()
            server.server_close()
            server.hang_up()

    def settle(self, patience: float = 10.0) -> None:
        """Wait until all requests sent by clients have been handled and their connections are closed.

        Raises `TimeoutError` if that takes longer than `patience` seconds.
        """
        # Connections are accepted in order: once this one is closed, all earlier ones have been accepted.
        with socket.create_connection(("127.0.0.1", self._port), patience) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)
        give_up = time.monotonic() + patience
        while self._server is not None and self._server.open:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{len(self._server.open)} connections are still open")
            time.sleep(0.002)

    def note(self, request: Request) -> tuple[int, Fault]:
        """Log a request; return its number and its planned fault."""
        number = self._log.arrived(request)
        return number, self._plan(request, number)

    def sent(self, number: int, reply: Reply, whole: bool, fault: Fault) -> None:
        """Log the reply that was sent."""
        genuine = fault.reply is None and reply.status not in (401, 429)
        self._log.sent(number, reply.status, whole, genuine)

    def reply(self, request: Request, token: str, key: str) -> Reply:
        """Return the regular reply to a request, ignoring faults."""
        if picture := self._pictures.reply(request.path):
            return picture
        if not request.path.startswith("/3/"):
            return NO_PICTURE
        if self.limit is not None and (refusal := self.limit.refusal()):
            return refusal
        return self._endpoints.reply(request) if self._known(token, key) else error(7)

    def _known(self, token: str, key: str) -> bool:
        if self.token is None and self.key is None:
            return bool(token or key)
        return (token != "" and token == self.token) or (key != "" and key == self.key)
