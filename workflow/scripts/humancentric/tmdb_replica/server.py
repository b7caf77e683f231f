"""A stand-in for TMDb's API v3 and its image host on loopback, serving any catalogue of films with real HTTP.

Bodies, statuses and caps are those of the public API description and of recorded answers. It needs no token of
TMDb's: any bearer token or api_key is accepted unless one is set.
"""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from humancentric.tmdb_genres import GENRES
from humancentric.tmdb_replica.answers import Asked, Reply, error
from humancentric.tmdb_replica.catalogue import Catalogue, InvalidQuery
from humancentric.tmdb_replica.faults import Fault, Faults

SIZES = ("w92", "w154", "w185", "w342", "w500", "w600_and_h900_bestv2", "w780", "original")
IMAGE = re.compile(r"/t/p/(?P<size>[a-z0-9_]+)/(?P<name>[A-Za-z0-9_-]+\.(?P<kind>jpg|jpeg|png|webp))")
MOVIE = re.compile(r"/3/movie/(?P<id>[0-9]+)")


class Replica:
    """A running stand-in: ``with Replica(catalogue, posters) as replica`` serves at `api_url` and `image_url`.

    `catalogue` holds one TMDb-like film (JSON) a line, `posters` the files their poster_path names. `ledger` lists
    every request in order of arrival, `answered` those whose answer was sent whole. `faults` is a sequence (one
    entry a request) or a function of the request and its number, from 0.
    """

    def __init__(
        self,
        catalogue: str | Path,
        posters: str | Path,
        *,
        token: str | None = None,
        key: str | None = None,
        page_cap: int = 500,
        faults: Faults = (),
    ) -> None:
        """Read the catalogue and bind an ephemeral port on 127.0.0.1; nothing is served before the block starts."""
        self.catalogue = Catalogue(catalogue, page_cap)
        self.posters = Path(posters)
        self.token, self.key, self.faults = token, key, faults
        self.ledger: list[Asked] = []
        self.answered: list[Asked] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.api_url, self.image_url = self.url, f"{self.url}/t/p"

    def __enter__(self) -> "Replica":
        """Serve in a thread of its own."""
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def fault(self, asked: Asked) -> Fault | None:
        """Note the request in the ledger and return what shall go wrong with it."""
        with self._lock:
            number = len(self.ledger)
            self.ledger.append(asked)
        if callable(self.faults):
            return self.faults(asked, number)
        return self.faults[number] if number < len(self.faults) else None

    def reply(self, asked: Asked, token: str, key: str) -> Reply:
        """Return the answer to a request that nothing goes wrong with."""
        if image := IMAGE.fullmatch(asked.path):
            return self._image(image["size"], image["name"], image["kind"])
        if not asked.path.startswith("/3/"):
            return Reply(404, b"<h1>File not Found</h1>", "text/html")
        if not self._known(token, key):
            return error(7)
        query = dict(asked.query)
        try:
            body = self._body(asked.path, query)
        except InvalidQuery as problem:
            return error(problem.code)
        return error(34) if body is None else Reply(200, json.dumps(body, ensure_ascii=False).encode())

    def _known(self, token: str, key: str) -> bool:
        if self.token is None and self.key is None:
            return bool(token or key)
        return (token != "" and token == self.token) or (key != "" and key == self.key)

    def _body(self, path: str, query: dict[str, str]) -> dict | None:
        if path == "/3/discover/movie":
            return self.catalogue.discover(query)
        if movie := MOVIE.fullmatch(path):
            return self.catalogue.details(int(movie["id"]))
        if path == "/3/genre/movie/list":
            return {"genres": [{"id": number, "name": name} for number, name in sorted(GENRES.items())]}
        if path == "/3/configuration":
            secure = {"base_url": f"{self.image_url}/", "secure_base_url": f"{self.image_url}/"}
            sizes = [
                size for size in SIZES if "_and_" not in size
            ]  # the real list leaves that one out as well
            return {"images": {**secure, "poster_sizes": sizes}, "change_keys": []}
        if path == "/3/authentication":
            return {"success": True, "status_code": 1, "status_message": "Success."}
        return None

    def _image(self, size: str, name: str, kind: str) -> Reply:
        path = self.posters / name
        if size not in SIZES or not path.is_file():
            return Reply(404, b"<h1>File not Found</h1>", "text/html")
        return Reply(200, path.read_bytes(), f"image/{kind.replace('jpg', 'jpeg')}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when a client goes away in the middle of an answer."""


def _handler(replica: Replica) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            pairs = parse_qsl(address.query, keep_blank_values=True)
            key = dict(pairs).get("api_key", "")
            token = self.headers.get("Authorization", "").removeprefix("Bearer ").strip()
            told = tuple(sorted(pair for pair in pairs if pair[0] != "api_key"))
            asked = Asked("GET", address.path, told)
            fault = replica.fault(asked) or Fault()
            time.sleep(fault.delay)
            if fault.reset:
                self.close_connection = True
                return
            self._send(fault.reply or replica.reply(asked, token, key), fault.truncated)
            if not fault.truncated:
                replica.answered.append(asked)

        def _send(self, reply: Reply, truncated: bool) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if truncated else reply.body)
            self.wfile.flush()
            self.close_connection |= truncated

        def log_message(self, *_: object) -> None:
            """Keep quiet: the ledger is the log."""

    return Handler
