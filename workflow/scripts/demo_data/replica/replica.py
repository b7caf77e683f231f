"""Serve a replica of TMDb's API v3 and its image host on loopback, over real HTTP, for any catalogue of films.

Bodies, statuses and caps follow the public API description and recorded replies. No TMDb token is needed: any
bearer token or api_key is accepted unless one is set.
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
    """A running replica: ``with Replica(catalogue, posters) as replica`` serves at `api_url` and `image_url`.

    `catalogue` is a file with one TMDb-like film (JSON) per line, or a sequence of records; `posters` is the folder of
    the files named by poster_path (or anything that `Pictures` accepts). If `token` or `key` is set, no other
    credentials are accepted. `limit` bounds the API's requests per second. `faults` plans faults (see `Plan`).
    `ledger` lists every request in order of arrival, `answered` those that were sent the whole requested reply; both
    are also written to the file `ledger_path`.
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
        """Read the catalogue and bind an ephemeral port on 127.0.0.1; serving starts with the ``with`` block."""
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
        """Start serving in a thread."""
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
        """Return the requests that were sent the whole requested reply."""
        return self._ledger.answered

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
        while self._server.open:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{len(self._server.open)} connections are still open")
            time.sleep(0.002)

    def note(self, asked: Request) -> tuple[int, Fault]:
        """Log a request; return its number and its planned fault."""
        number = self._ledger.arrived(asked)
        return number, self._plan(asked, number)

    def sent(self, number: int, reply: Reply, whole: bool, fault: Fault) -> None:
        """Log the reply that was sent."""
        genuine = fault.reply is None and reply.status not in (401, 429)
        self._ledger.sent(number, reply.status, whole, genuine)

    def reply(self, asked: Request, token: str, key: str) -> Reply:
        """Return the regular reply to a request, ignoring faults."""
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
