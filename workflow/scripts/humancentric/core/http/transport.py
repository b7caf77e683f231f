"""Make one HTTP exchange, bounded in time and size.

Holds the checks of addresses (what may be logged, what may be asked) and connections that are closed when the
head of an answer takes too long. A failure is a value, never an exception, and never holds a secret.
"""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from humancentric import __version__


def is_loopback(url: str) -> bool:
    """Return whether `url` leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def place(url: str, query: Mapping[str, object]) -> str:
    """Return the address for a message: with `query`, without user, password and whatever `url` itself asks for."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "no address"
    told = "&".join(f"{name}={value}" for name, value in query.items())
    return parts.netloc.rpartition("@")[2] + parts.path + (f"?{told}" if told else "")


def host(url: str) -> str:
    """Return the host that an address leads to, ``"nowhere"`` if it leads to none."""
    try:
        return urlsplit(url).hostname or "nowhere"
    except ValueError:
        return "nowhere"


def redirected(url: str, location: str) -> str | None:
    """Return the address that `location` means, None unless it stays on host and port or turns http into https."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        ends = (here.scheme, here.port), (there.scheme, there.port)
    except ValueError:
        return None
    safe = ends[0] == ends[1] or ends == (("http", None), ("https", None))
    return target if safe and here.hostname == there.hostname else None


class BoundedAdapter(HTTPAdapter):
    """An adapter without repetitions, whose connections wait `seconds` for the head of an answer at most."""

    def __init__(self, seconds: float, connections: int) -> None:
        """Open nothing yet."""
        self._pools = {
            "http": _bounded(HTTPConnectionPool, seconds),
            "https": _bounded(HTTPSConnectionPool, seconds),
        }
        super().__init__(pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Use the bounded connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _bounded(pool: type[HTTPConnectionPool], seconds: float) -> type[HTTPConnectionPool]:
    class Connection(pool.ConnectionCls):
        def getresponse(self) -> Any:
            late = threading.Event()
            timer = threading.Timer(seconds, _cut, [self.sock, late])
            timer.daemon = True
            timer.start()
            try:
                return super().getresponse()
            finally:
                timer.cancel()
                if late.is_set():  # a head that ends early looks like a whole one
                    raise TimeoutError

    return type(pool.__name__, (pool,), {"ConnectionCls": Connection})


def _cut(connection: socket.socket, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


USER_AGENT = f"humancentric/{__version__} (research workflow; reads pictures and texts for classification)"
PIECE = 65536  # bytes

Signer = Callable[[requests.PreparedRequest], requests.PreparedRequest]


@dataclass(frozen=True)
class Answer:
    """What came back: `status` is 0 where nothing whole came, and then `problem` says why."""

    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    oversized: bool = False

    def retry_after(self) -> float | None:
        """Return the seconds to wait that the answer asks for (it may say a number or a date), or None."""
        try:
            return max(0.0, float(Retry().parse_retry_after(self.headers["Retry-After"])))
        except (KeyError, InvalidHeader):
            return None


class ServiceError(Exception):
    """The service did not give what was asked for; `status` is its HTTP status, 0 if there was no usable answer."""

    def __init__(self, message: str, answer: Answer = Answer()) -> None:
        """Keep the answer beside the message."""
        super().__init__(message)
        self.answer, self.status, self.oversized = answer, answer.status, answer.oversized


def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return the request as it is; an explicit signer keeps requests from reading passwords in ~/.netrc."""
    return request


class Transport:
    """A session for several threads without cookies, redirects or retries of its own.

    `timeout` bounds the silence and `deadline` the whole of an exchange, in seconds. `proxied` lets the usual
    environment variables name a proxy.
    """

    def __init__(
        self,
        connections: int,
        timeout: float,
        deadline: float,
        proxied: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open nothing yet."""
        self.timeout, self.deadline, self._clock = min(timeout, deadline), deadline, clock
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.trust_env = proxied
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter(deadline, connections))
        # Below this level urllib3 prints whole addresses, and an api_key is part of them.
        logging.getLogger("urllib3").setLevel(logging.ERROR)

    def close(self) -> None:
        """Close all connections."""
        for adapter in self._session.adapters.values():
            # The session only forgets its pools, which an error's traceback may keep alive and open.
            pools = adapter.poolmanager.pools
            for pool in [pools.get(key) for key in pools.keys()]:  # noqa: SIM118 - no iterable mapping
                pool.close()
        self._session.close()

    def get(self, url: str, query: Mapping[str, object], sign: Signer, largest: int) -> Answer:
        """Return the answer to one GET request, whose body may have `largest` bytes."""
        end = self._clock() + self.deadline
        options = {"timeout": self.timeout, "allow_redirects": False, "stream": True}
        try:
            with self._session.get(url, params=query, auth=sign, **options) as response:
                body = bytearray()
                # read1 returns with whatever has come, so that a trickle cannot hide from the clock.
                while piece := response.raw.read1(PIECE, decode_content=True):
                    body += piece
                    if len(body) > largest:
                        return Answer(
                            response.status_code, problem=f"more than {largest} bytes", oversized=True
                        )
                    if self._clock() > end:
                        return Answer(problem=f"not finished within {self.deadline:g} s")
                return Answer(response.status_code, bytes(body), response.headers)
        # Of an error only its kind: its text holds the whole address, and with it the key.
        except ValueError as error:  # an address that no request can be made of
            return Answer(400, problem=f"no usable address ({type(error).__name__})")
        except (requests.RequestException, HTTPError) as error:
            return Answer(problem=f"no whole answer ({type(error).__name__})")
