"""Make one HTTP request, bounded in time and size.

Also check URLs: which part of one may be logged, and which redirects may be followed. A failure is returned as a value
and never holds a secret.
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
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from humancentric import __version__

USER_AGENT = f"humancentric/{__version__} (research workflow; reads pictures and texts for classification)"
CHUNK = 65536  # bytes
PASSING = (0, 408, 425, 429)  # and every status from 500 on: worth another attempt
GONE = (404, 410)
LONGEST_PAUSE = float(Retry.DEFAULT_RETRY_AFTER_MAX)  # 6 hours, whatever a service asks for
MOST_DIGITS = 9  # of a number of seconds

Signer = Callable[[requests.PreparedRequest], requests.PreparedRequest]


def is_loopback(url: str) -> bool:
    """Return whether `url` leads to this very machine."""
    name = urlsplit(url).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def loggable(url: str, query: Mapping[str, object]) -> str:
    """Return `url` for a message: with `query`, without user, password and the query that `url` itself holds."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "no address"
    shown = "&".join(f"{name}={value}" for name, value in query.items())
    return parts.netloc.rpartition("@")[2] + parts.path + (f"?{shown}" if shown else "")


def host(url: str) -> str:
    """Return the host of `url`, ``"nowhere"`` if it has none."""
    try:
        return urlsplit(url).hostname or "nowhere"
    except ValueError:
        return "nowhere"


def redirected(url: str, location: str) -> str | None:
    """Return the URL that the header `location` of an answer from `url` leads to; None if it may not be followed.

    A redirect is followed on the same host and port only, or from http to https of the same host.
    """
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        ends = (here.scheme, here.port), (there.scheme, there.port)
    except ValueError:
        return None
    safe = ends[0] == ends[1] or ends == (("http", None), ("https", None))
    return target if safe and here.hostname == there.hostname else None


class BoundedAdapter(HTTPAdapter):
    """An adapter without retries that waits at most `seconds` for the status line and headers of an answer.

    The timeouts of urllib3 bound the time between two bytes, so a server that sends a header byte by byte could hold a
    connection for ever.
    """

    def __init__(self, seconds: float, connections: int) -> None:
        """Prepare the connection classes."""
        self._pools = _bounded_pools(seconds)
        super().__init__(pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Use the bounded connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def close(self) -> None:
        """Close all connections, also those of pools that the traceback of an error keeps alive."""
        pools = self.poolmanager.pools
        for key in pools.keys():  # noqa: SIM118 - no iterable mapping
            if (pool := pools.get(key)) is not None:
                pool.close()
        super().close()


def _bounded_pools(seconds: float) -> dict[str, type[HTTPConnectionPool]]:
    class Bounded:
        """Closes the socket if the head of an answer takes more than `seconds`."""

        def getresponse(self) -> Any:
            late = threading.Event()
            timer = threading.Timer(seconds, _shut_down, [self.sock, late])  # type: ignore[attr-defined]
            timer.daemon = True
            timer.start()
            try:
                return super().getresponse()  # type: ignore[misc]
            finally:
                timer.cancel()
                if late.is_set():  # a head that ends early looks like a complete one
                    raise TimeoutError

    class BoundedHTTP(Bounded, HTTPConnection):
        """A bounded connection over HTTP."""

    class BoundedHTTPS(Bounded, HTTPSConnection):
        """A bounded connection over HTTPS."""

    class HTTPPool(HTTPConnectionPool):
        ConnectionCls = BoundedHTTP

    class HTTPSPool(HTTPSConnectionPool):
        ConnectionCls = BoundedHTTPS

    return {"http": HTTPPool, "https": HTTPSPool}


def _shut_down(connection: socket.socket, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Answer:
    """The answer to a request. `status` is 0 if no complete answer came, and `problem` says why."""

    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    oversized: bool = False

    def retry_after(self) -> float | None:
        """Return the seconds to wait by Retry-After (a number or a date), at most 6 hours; None without a valid one."""
        text = self.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit() and len(text) > MOST_DIGITS:
            return LONGEST_PAUSE
        try:
            return min(max(0.0, float(Retry().parse_retry_after(text))), LONGEST_PAUSE)
        except (InvalidHeader, ValueError, OverflowError):  # neither, or a date that no calendar has
            return None

    def is_passing(self) -> bool:
        """Return whether a failure is one of the moment, not of what was asked for."""
        if self.oversized:
            return False
        asks_to_wait = self.status not in GONE and self.retry_after() is not None
        return self.status in PASSING or self.status >= 500 or asks_to_wait


class ServiceError(Exception):
    """The service did not give what was requested; `status` is the HTTP status, 0 without a usable answer.

    `passing` failures are those of the moment: another attempt or run may succeed.
    """

    def __init__(self, message: str, answer: Answer = Answer()) -> None:
        """Store the answer beside the message."""
        super().__init__(message)
        self.answer, self.status, self.oversized = answer, answer.status, answer.oversized
        self.passing = answer.is_passing()


def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return the request as it is; an explicit signer keeps requests from reading passwords in ~/.netrc."""
    return request


class Transport:
    """A session for several threads, without cookies, redirects and retries.

    `timeout` bounds the time between two parts of an answer and `deadline` the whole request, in seconds. With
    `proxied`, the usual environment variables may name a proxy.
    """

    def __init__(
        self,
        connections: int,
        timeout: float,
        deadline: float,
        proxied: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open no connection yet."""
        self.timeout, self.deadline, self._clock = min(timeout, deadline), deadline, clock
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.trust_env = proxied
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter(deadline, connections))
        # Below this level urllib3 logs whole URLs, and an api_key is part of them.
        logging.getLogger("urllib3").setLevel(logging.ERROR)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def get(self, url: str, query: Mapping[str, Any], sign: Signer, largest: int) -> Answer:
        """Return the answer to one GET request, whose body may have `largest` bytes."""
        end = self._clock() + self.deadline
        try:
            with self._session.get(
                url, params=query, auth=sign, timeout=self.timeout, allow_redirects=False, stream=True
            ) as response:
                body = bytearray()
                # read1 returns with the bytes at hand, so that the deadline is checked for a slow body, too.
                while chunk := response.raw.read1(CHUNK, decode_content=True):
                    body += chunk
                    if len(body) > largest:
                        return Answer(
                            response.status_code, problem=f"more than {largest} bytes", oversized=True
                        )
                    if self._clock() > end:
                        return Answer(problem=f"not finished within {self.deadline:g} s")
                return Answer(response.status_code, bytes(body), response.headers)
        # Only the type of an error is shown: its text holds the whole URL, and with it the key.
        except ValueError as error:  # no request can be made of this URL
            return Answer(400, problem=f"no usable address ({type(error).__name__})")
        except (requests.RequestException, HTTPError) as error:
            return Answer(problem=f"no whole answer ({type(error).__name__})")
