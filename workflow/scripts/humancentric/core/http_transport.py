"""Make one HTTP request, bounded in time and size.

Also check URLs: which part of one may be logged, and which redirects may be followed. A failure is returned as a value
and never holds a secret.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from humancentric import __version__
from humancentric.core.http_connections import BoundedAdapter, Budget

USER_AGENT = f"humancentric/{__version__} (research workflow; reads pictures and texts for classification)"
CHUNK = 65536  # bytes
AROUND = 2**20  # bytes allowed for all but the body: headers, chunk sizes and extensions, trailers
PASSING = (0, 408, 425, 429)  # transient statuses, worth another attempt; so is every status from 500 on
GONE = (404, 410)
LONGEST_PAUSE = float(Retry.DEFAULT_RETRY_AFTER_MAX)  # 6 hours, even if a service asks for more
MOST_DIGITS = 9  # of Retry-After in seconds; a longer number counts as the longest pause

OK, PART = 200, 206  # statuses of answers with the whole body, or with the rest of it
Signer = Callable[[requests.PreparedRequest], requests.PreparedRequest]


def is_loopback(url: str) -> bool:
    """Return whether `url` leads to this machine."""
    name = urlsplit(url).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def loggable(url: str, query: Mapping[str, object]) -> str:
    """Return `url` for a message: with `query`, but without the user, password and query that `url` itself holds."""
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


def redirected(url: str, location: str, anywhere: bool = False) -> str | None:
    """Return the target of a redirect from `url` to the header `location`, or None if it may not be followed.

    A redirect is followed on the same host and port only, or from http to https of the same host; with `anywhere` to
    any host, but never from https to http.
    """
    try:
        target = urljoin(url, location)
        source, target_parts = urlsplit(url), urlsplit(target)
        endpoints = (source.scheme, source.port), (target_parts.scheme, target_parts.port)
    except ValueError:
        return None
    safe = endpoints[0] == endpoints[1] or endpoints == (("http", None), ("https", None))
    if anywhere and target_parts.hostname and target_parts.scheme in ("https", source.scheme):
        return target
    return target if safe and source.hostname == target_parts.hostname else None


@dataclass(frozen=True)
class Answer:
    """The answer to a request. `status` is 0 if no complete answer came, and `problem` says why.

    `oversized` answers had too many bytes; `private` ones were not requested, since their host is not public.
    """

    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    oversized: bool = False
    private: bool = False

    def retry_after(self) -> float | None:
        """Return the wait in seconds that Retry-After (number or date) asks for, at most 6 hours; None if invalid."""
        text = self.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit() and len(text) > MOST_DIGITS:
            return LONGEST_PAUSE
        try:
            return min(max(0.0, float(Retry().parse_retry_after(text))), LONGEST_PAUSE)
        except (InvalidHeader, ValueError, OverflowError):  # neither a number nor a valid date
            return None

    def is_passing(self) -> bool:
        """Return whether a failure is transient, so that another attempt may succeed."""
        if self.oversized or self.private:
            return False
        asks_to_wait = self.status not in GONE and self.retry_after() is not None
        return self.status in PASSING or self.status >= 500 or asks_to_wait


class ServiceError(Exception):
    """The service did not give what was requested; `status` is the HTTP status, 0 without a usable answer.

    A failure is `passing` if it is transient: another attempt or run may succeed.
    """

    def __init__(self, message: str, answer: Answer = Answer()) -> None:
        """Store the answer with the message."""
        super().__init__(message)
        self.answer, self.status, self.oversized = answer, answer.status, answer.oversized
        self.passing = answer.is_passing()


class Sink(Protocol):
    """A receiver of a large body: ``begin`` is called before the first ``write``, and ``end`` always."""

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Prepare for the body of an answer."""

    def write(self, data: bytes) -> None:
        """Receive the next bytes."""

    def end(self) -> None:
        """Finish: no more bytes follow."""


def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return the request as it is; an explicit signer keeps requests from reading passwords in ~/.netrc."""
    return request


class Transport:
    """An HTTP session for several threads, without cookies, redirects or retries.

    `timeout` bounds the time between two parts of an answer and `deadline` the whole request, in seconds. With
    `proxied`, the usual environment variables may name a proxy. With `public`, no connection is made to a host that
    has an address that is not public.
    """

    def __init__(
        self,
        connections: int,
        timeout: float,
        deadline: float,
        proxied: bool,
        clock: Callable[[], float] = time.monotonic,
        public: bool = False,
    ) -> None:
        """Open no connection yet."""
        self._budget = Budget()
        self.timeout, self.deadline, self._clock = min(timeout, deadline), deadline, clock
        self._session = _Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.trust_env = proxied
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter(connections, self._budget, public, clock))
        # Below this level urllib3 logs whole URLs, and an api_key is part of them.
        logging.getLogger("urllib3").setLevel(logging.ERROR)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def get(
        self, url: str, query: Mapping[str, Any], sign: Signer, largest: int, into: Sink | None = None
    ) -> Answer:
        """Send one GET request and return its answer, whose body may have at most `largest` bytes.

        With `into`, the body of a file or part (status 200 or 206) is written there as it was sent, and not returned.
        """
        end = self._clock() + self.deadline
        self._budget.start(end, largest + AROUND)
        try:
            with self._session.get(
                url, params=query, auth=sign, timeout=self.timeout, allow_redirects=False, stream=True
            ) as response:
                body, size = bytearray(), 0
                sink = into if response.status_code in (OK, PART) else None
                if sink:
                    sink.begin(response.status_code, response.headers)
                # read1 returns the bytes that have arrived, so that the deadline is checked for slow bodies as well.
                while chunk := response.raw.read1(CHUNK, decode_content=not sink):
                    (sink.write if sink else body.extend)(chunk)
                    size += len(chunk)
                    if size > largest:
                        return Answer(
                            response.status_code, problem=f"more than {largest} bytes", oversized=True
                        )
                    if self._clock() > end:
                        return Answer(problem=f"not finished within {self.deadline:g} s")
                return Answer(response.status_code, bytes(body), response.headers)
        # Only the type of an error is shown: its text holds the whole URL, and with it the key.
        except ValueError as error:  # no request can be made of this URL
            return Answer(400, problem=f"no usable address ({type(error).__name__})")
        except (requests.RequestException, HTTPError, OSError, EOFError) as error:
            return self._failure(error, largest)
        finally:
            if into:
                into.end()

    def _failure(self, error: Exception, largest: int) -> Answer:
        if self._budget.private:
            return Answer(problem=f"{self._budget.private} is not public", private=True)
        if self._budget.full:
            return Answer(problem=f"more than {largest} bytes", oversized=True)
        if self._budget.late:
            return Answer(problem=f"not finished within {self.deadline:g} s")
        return Answer(problem=f"no whole answer ({type(error).__name__})")


class _Session(requests.Session):
    """A session that does not read the body of a redirect, which requests would read without any limit."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: `redirected` decides."""
