"""One HTTP exchange, bounded in time and size, whose failure is an answer too and never holds a secret."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from humancentric import __version__
from humancentric.web.bounded_connections import BoundedAdapter

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
