"""A stand-in for TMDb's API v3 and its image host on loopback, serving any catalogue of films with real HTTP.

Bodies, statuses and caps are those of the public API description and of recorded answers. It needs no token of
TMDb's: any bearer token or api_key is accepted unless one is set.
"""

import socket
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from demo_data.replica.answers import NO_PICTURE, Reply, Request, error
from demo_data.replica.endpoints import Endpoints, Pictures, Posters
from demo_data.replica.faults import Fault, Faults, Limit, Plan
from demo_data.replica.film_store import Catalogue, read_films
from demo_data.replica.quirks import Quirks
from demo_data.replica.request_log import Ledger
from demo_data.replica.server import Server

NO_QUIRKS = Quirks()


class Replica:
    """A running stand-in: ``with Replica(catalogue, posters) as replica`` serves at `api_url` and `image_url`.

    `catalogue` is a file with one TMDb-like film (JSON) a line, or a sequence of records; `posters` the folder of the
    files that their poster_path names (or what `Pictures` takes). `token` and `key` are the only credentials that are
    accepted, if any is set. `limit` bounds the API's requests a second. `faults` says what goes wrong (see `Plan`).
    `ledger` lists every request in order of arrival, `answered` those that got the answer they came for; both go to
    the file `ledger_path` as well.
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
        ledger_path: str | Path | None = None,
    ) -> None:
        """Read the catalogue and bind an ephemeral port on 127.0.0.1; nothing is served before the block starts."""
        films = read_films(catalogue) if isinstance(catalogue, str | Path) else catalogue
        self.catalogue = Catalogue(films)
        self.token, self.key, self.limit, self.faults = token, key, limit, faults
        self._pictures, self._ledger = Pictures(posters), Ledger(ledger_path)
        self._server = Server(("127.0.0.1", 0), self)
        self._port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.api_url, self.image_url = self.url, f"{self.url}/t/p"
        self._endpoints = Endpoints(self.catalogue, self.image_url, page_cap, quirks)

    def __enter__(self) -> "Replica":
        """Serve in a thread of its own."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.stop()
        self._ledger.close()

    @property
    def ledger(self) -> list[Request]:
        """Return every request in order of arrival."""
        return self._ledger.asked

    @property
    def answered(self) -> list[Request]:
        """Return the requests that got the answer they came for, sent whole."""
        return self._ledger.answered

    @property
    def faults(self) -> Faults:
        """Return what goes wrong."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults, self._plan = faults, Plan(faults)

    def start(self) -> None:
        """Serve, at the same address as before if it was stopped."""
        if self._server is None:
            self._server = Server(("127.0.0.1", self._port), self)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Go down: connections are cut and new ones refused until `start`."""
        server, self._server = self._server, None
        if server is not None:
            server.stopped.set()
            server.shutdown()
            server.server_close()
            server.hang_up()

    def settle(self, patience: float = 10.0) -> None:
        """Return when everything that clients had sent has been read and dealt with and their connections are closed.

        Raises `TimeoutError` where that takes longer than `patience` seconds.
        """
        # Connections are accepted in order: when this one has been closed, all before it are known.
        with socket.create_connection(("127.0.0.1", self._port), patience) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)
        give_up = time.monotonic() + patience
        while self._server.open:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{len(self._server.open)} connections are still open")
            time.sleep(0.002)

    def note(self, asked: Request) -> tuple[int, Fault]:
        """Note a request in the ledger; return its number and what shall go wrong with it."""
        number = self._ledger.arrived(asked)
        return number, self._plan(asked, number)

    def sent(self, number: int, reply: Reply, whole: bool, fault: Fault) -> None:
        """Note in the ledger what was sent."""
        genuine = fault.reply is None and reply.status not in (401, 429)
        self._ledger.sent(number, reply.status, whole, genuine)

    def reply(self, asked: Request, token: str, key: str) -> Reply:
        """Return the answer to a request that nothing goes wrong with."""
        if picture := self._pictures.reply(asked.path):
            return picture
        if not asked.path.startswith("/3/"):
            return NO_PICTURE
        if self.limit is not None and (refusal := self.limit.refusal()):
            return refusal
        return self._endpoints.reply(asked) if self._known(token, key) else error(7)

    def _known(self, token: str, key: str) -> bool:
        if self.token is None and self.key is None:
            return bool(token or key)
        return (token != "" and token == self.token) or (key != "" and key == self.key)
