"""A polite, stubborn and discreet client of TMDb's API v3 and of its image host."""

import json
import logging
import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from humancentric.errors import UserError
from humancentric.tmdb_access import VARIABLES, is_loopback, safe_address
from humancentric.tmdb_pace import Pace
from humancentric.tmdb_transport import Answer, Signer, Transport, unsigned

T, R = TypeVar("T"), TypeVar("R")
log = logging.getLogger("humancentric")

POSTER_PATH = re.compile(r"/[A-Za-z0-9_-]+\.(jpg|jpeg|png|webp)")
LONGEST_BACKOFF, LONGEST_WAIT = 60.0, 600.0


class ServiceError(Exception):
    """The service did not give what was asked for; `status` is its HTTP status, 0 if there was no usable answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        """Keep the status beside the message."""
        super().__init__(message)
        self.status = status


class Client:
    """Requests to one API host and one image host, paced and repeated until they succeed or are refused.

    Answers 429 and 5xx, broken connections, cut bodies and bodies that are no JSON are asked for again, after the
    time the service names in Retry-After (seconds or date) or after 1, 2, 4 ... 60 s with jitter. 400, 404 and 422
    raise `ServiceError` at once, 401 raises `UserError`. Redirects are never followed, cookies never kept. The
    secret goes to the API host only and into no message.
    """

    def __init__(
        self,
        api_url: str,
        image_url: str,
        *,
        token: str | None = None,
        key: str | None = None,
        requests_per_second: float | None = 20.0,
        connections: int = 8,
        attempts: int = 8,
        backoff: float = 1.0,
        timeout: float = 30.0,
        deadline: float = 60.0,
        stamped: bool = True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """Connect to nothing yet; `timeout` bounds the silence, `deadline` the whole of one request, in seconds."""
        self.api_url, self.image_url = safe_address(api_url, "api_url"), safe_address(image_url, "image_url")
        self.connections, self.attempts, self.backoff, self.stamped = connections, attempts, backoff, stamped
        self._token, self._key = token, key
        self._stopped = threading.Event()
        self._sleep = sleep or self._stopped.wait
        self._pace = Pace(requests_per_second, clock=clock, sleep=self._sleep)
        self._jitter = random.Random()  # unseeded on purpose: clients must not all come back at one instant
        # A proxy does not know this machine's loopback.
        self._transport = Transport(connections, timeout, deadline, not is_loopback(api_url), clock)

    def __enter__(self) -> "Client":
        """Return the client; leaving the block closes its connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections and wake up whoever waits."""
        self.stop()
        self._transport.close()

    def stop(self) -> None:
        """Let no further request be sent; waiting threads give up."""
        self._stopped.set()

    def now(self) -> str | None:
        """Return the present time (UTC, ISO 8601, seconds), None where records never expire (`stamped` is false)."""
        return datetime.now(UTC).isoformat(timespec="seconds") if self.stamped else None

    def get(self, path: str, query: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Return the JSON object at ``/3/{path}``; raises `ServiceError` or, for a bad token, `UserError`."""
        secret = {"api_key": self._key} if self._key and not self._token else {}
        return self._ask(f"{self.api_url}/3/{path}", {**(query or {}), **secret}, _json_object, self._sign)

    def image(self, size: str, poster_path: str) -> bytes:
        """Return the bytes of a poster, e.g. ``image("w780", "/abc.jpg")``; raises `ServiceError` (404: no such size).

        `poster_path` comes from outside and becomes part of an address: anything but a plain name is a `ValueError`.
        """
        if not POSTER_PATH.fullmatch(poster_path):
            raise ValueError(f"{poster_path!r} is no poster path")
        return self._ask(f"{self.image_url}/{size}{poster_path}", {}, bytes, unsigned)

    def each(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield ``function(item)`` in the order of `items`, computed on `connections` threads; an error stops all."""
        with ThreadPoolExecutor(self.connections) as pool:
            waiting = deque(pool.submit(function, item) for item in items)
            try:
                while waiting:
                    yield waiting.popleft().result()
            except BaseException:
                self.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _ask(
        self,
        url: str,
        query: Mapping[str, object],
        parse: Callable[[bytes], T],
        sign: Signer,
    ) -> T:
        place = _place(url, query)
        answer = Answer()
        for attempt in range(self.attempts):
            self._pace.wait()
            if self._stopped.is_set():
                raise ServiceError(f"{place}: given up, the crawl is stopping")
            answer = self._transport.get(url, query, sign)
            if answer.status == 200:
                try:
                    return parse(answer.body)
                except ValueError:
                    answer = Answer(problem="an answer that is no JSON object", headers=answer.headers)
            elif answer.status == 401:
                raise UserError(self._refusal(url, answer))
            elif answer.status and answer.status != 429 and answer.status < 500:
                raise ServiceError(f"{place}: {answer.status} ({self._said(answer)})", answer.status)
            if attempt + 1 < self.attempts:
                self._rest(place, attempt, answer)
        what = answer.problem or f"{answer.status} ({self._said(answer)})"
        raise ServiceError(f"{place}: {what}, after {self.attempts} attempts", answer.status)

    def _rest(self, place: str, attempt: int, answer: Answer) -> None:
        asked = answer.retry_after()
        if asked is not None and asked > LONGEST_WAIT:
            raise ServiceError(
                f"{place}: {answer.status}, the service asks to wait {asked:.0f} s", answer.status
            )
        doubled = min(self.backoff * 2.0**attempt, LONGEST_BACKOFF)
        seconds = asked if asked is not None else doubled * self._jitter.uniform(0.75, 1.25)
        log.warning("%s: %s; again in %.1f s", place, answer.problem or answer.status, seconds)
        if answer.status == 429:
            self._pace.hold(seconds)  # the limit is everybody's, not this request's
        else:
            self._sleep(seconds)

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _refusal(self, url: str, answer: Answer) -> str:
        variable = VARIABLES["key" if self._key and not self._token else "token"]
        host = urlsplit(url).hostname
        return f"{variable}: refused by {host} (401: {self._said(answer)}); set {variable} to a valid one"

    def _said(self, answer: Answer) -> str:
        if 300 <= answer.status < 400:
            host = urlsplit(answer.headers.get("Location", "")).hostname
            return f"a redirect to {host or 'nowhere'}, which is not followed"
        try:
            body = _json_object(answer.body)
            text = str(body.get("status_message") or body.get("errors") or "no reason given")
        except ValueError:
            text = answer.problem or "no reason given"
        for secret in filter(None, (self._token, self._key)):
            text = text.replace(secret, "***")
        return " ".join(text.split())[:200]


def _json_object(body: bytes) -> dict[str, Any]:
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def _place(url: str, query: Mapping[str, object]) -> str:
    told = "&".join(f"{name}={value}" for name, value in query.items() if name != "api_key")
    return f"{urlsplit(url).netloc}{urlsplit(url).path}" + (f"?{told}" if told else "")
