"""Send rate-limited HTTP requests, and retry them until they succeed or are refused.

urllib3's `Retry` does not replace this: it cannot retry a body that is cut short or cannot be parsed, cannot be woken
up when a job stops, and does not pause the other threads when a service answers 429.
"""

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, Self, TypeVar

from pyrate_limiter import GCRA, InMemoryStateStore, Rate

from humancentric.core.host_breaker import HostBreaker
from humancentric.core.http_transport import (
    OK,
    PART,
    Answer,
    ServiceError,
    Signer,
    Sink,
    Transport,
    host,
    loggable,
    redirected,
    unsigned,
)
from humancentric.core.parallel import ordered_map

T = TypeVar("T")
R = TypeVar("R")
log = logging.getLogger("humancentric")

MOST_CONNECTIONS = 8
LONGEST_BACKOFF = 60.0  # seconds
LARGEST_BODY = 64 * 2**20  # bytes
MOST_DIGITS = 20  # of an integer with its sign; int64 has 19 digits
REPEATED = 2  # attempts at a host that did not answer before
HOPS = 3
PAGE = (b"<!doctype html", b"<html")


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`; raise `ValueError` for anything else."""
    try:
        value = json.loads(body, parse_int=_integer)
    except ValueError as error:
        raise ValueError("the answer is not a JSON object") from error
    if not isinstance(value, dict):
        raise ValueError("the answer is not a JSON object")
    return value


def _integer(digits: str) -> int | None:
    """Return an integer of a JSON text, None for one that no table can store."""
    return int(digits) if len(digits) < MOST_DIGITS else None


def file_bytes(body: bytes) -> bytes:
    """Return `body`; raise `ValueError` if it is empty or a web page, as sent by a proxy or during maintenance."""
    if not body or body[:64].lstrip().lower().startswith(PAGE):
        raise ValueError("a web page or nothing in place of a file")
    return body


def reason(answer: Answer, secrets: Iterable[str]) -> str:
    """Return the reason that an unsuccessful answer gives, at most 200 characters, without the `secrets`."""
    if 300 <= answer.status < 400:
        return f"a redirect to {host(answer.headers.get('Location', ''))}, which is not followed"
    try:
        body = json_object(answer.body)
        text = str(body.get("status_message") or body.get("errors") or "no reason given")
    except ValueError:
        text = answer.problem or "no reason given"
    for secret in secrets:
        text = text.replace(secret, "***")
    # Escape sequences and lone surrogates would break logs, terminals and tables.
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:200]


class RateLimiter:
    """Grant at most `rate` permissions a second (None: no limit), `burst` of them together after a pause.

    The counting is pyrate-limiter's. Its own way to wait is not used: it cannot be interrupted, sleeps 50 ms longer
    than needed, and cannot hold all requests until the time that a service asks for.
    """

    def __init__(
        self,
        rate: float | None,
        burst: int = 4,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Start with `burst` permissions; a `sleep` that returns true was interrupted for good."""
        # Thousandths of a request in thousands of seconds: rates such as 2.5 a second stay exact.
        self._rates = [Rate(max(1, round(rate * 1000)), 1_000_000, burst=burst)] if rate else []
        self._store, self._algorithm = InMemoryStateStore(), GCRA()
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._held_until: dict[str, float] = {}

    def wait(self, host: str = "") -> None:
        """Block until the caller may send a request to `host`, or until its sleep is interrupted."""
        stopped, allowed, served = False, not self._rates, float("-inf")
        while not stopped:
            until = self._held_until.get(host, served)
            if until > served:  # even if the hold began while the caller waited for its turn
                served, held = until, until - self._clock()
                stopped = held > 0 and bool(self._sleep(held))
            elif allowed:
                return
            else:
                now = round(self._clock() * 1000)
                decision = self._store.check(self._algorithm, self._rates, now, 1)
                allowed = decision.allowed
                stopped = not allowed and bool(self._sleep(decision.retry_after_ms / 1000))

    def hold(self, seconds: float, host: str = "") -> None:
        """Grant no permission for `host` for the next `seconds`, because the service asks to wait."""
        with self._lock:
            self._held_until[host] = max(self._held_until.get(host, float("-inf")), self._clock() + seconds)


class RateLimitedClient:
    """An HTTP client with at most 8 connections, which share one rate limiter.

    A request is repeated after answers 408, 425, 429, 5xx and those with Retry-After, broken connections, and bodies
    that are cut short or cannot be parsed: after the time in Retry-After (seconds or date), or after 1, 2, 4 ... 60 s
    with jitter. Any other status raises `ServiceError` immediately. Redirects are followed within a host only; cookies
    are ignored.
    """

    def __init__(
        self,
        *,
        requests_per_second: float | None = 20.0,
        connections: int = MOST_CONNECTIONS,
        attempts: int = 8,
        backoff: float = 1.0,
        timeout: float = 30.0,
        deadline: float = 60.0,
        patience: float = 600.0,
        proxied: bool = True,
        public: bool = False,
        anywhere: bool = False,
        breaker: HostBreaker | None = None,
        secrets: Iterable[str | None] = (),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """Open no connection yet.

        In seconds, `timeout` bounds the time between two parts of an answer, `deadline` one request, and `patience`
        all attempts together. With `public`, hosts must be public; with `anywhere`, redirects to other hosts are
        followed, which is right for files with checksums. `breaker` knows the hosts that did not answer other jobs.
        `secrets` are removed from every message.
        """
        self.connections = max(1, min(connections, MOST_CONNECTIONS))
        self.attempts, self.backoff, self.patience = attempts, backoff, patience
        self._breaker, self._anywhere = breaker or HostBreaker(), anywhere
        self._secrets = [secret for secret in secrets if secret]
        self._clock, self._stopped = clock, threading.Event()
        self._sleep = sleep or self._stopped.wait
        self._limiter = RateLimiter(requests_per_second, clock=clock, sleep=self._sleep)
        self._jitter = random.Random()  # unseeded on purpose: clients must not all retry at the same time
        self._transport = Transport(self.connections, timeout, deadline, proxied, clock, public)

    def __enter__(self) -> Self:
        """Return the client; leaving the block closes its connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections and wake up waiting threads."""
        self.stop()
        self._transport.close()

    def stop(self) -> None:
        """Send no further request; waiting threads give up."""
        self._stopped.set()

    def until(self) -> float:
        """Return the time at which an item started now is given up, to be shared by all requests for that item."""
        return self._clock() + self.patience

    def ask(
        self,
        url: str,
        query: Mapping[str, object] | None = None,
        *,
        hidden: Mapping[str, str] | None = None,
        parse: Callable[[bytes], T] = bytes,  # type: ignore[assignment]
        sign: Signer = unsigned,
        largest: int = LARGEST_BODY,
        until: float | None = None,
        into: Sink | None = None,
    ) -> T:
        """Return ``parse(body)`` of the answer; `parse` raises `ValueError` for a body that is not the requested one.

        `hidden` are parameters that no message may show. Raises `ServiceError`, with `oversized` set for a body of
        more than `largest` bytes. With `into`, the body is written there, and `parse` gets an empty one. No attempt is
        started after the time `until` (default: `patience` from now).
        """
        shown, end = loggable(url, query or {}), self.until() if until is None else until
        name = host(url)
        if left := self._breaker.wait(name):
            raise ServiceError(
                f"{shown}: not requested, because {name} did not answer before; wait {left:.0f} s"
            )
        attempts = min(self.attempts, REPEATED) if self._breaker.failures(name) else self.attempts
        for attempt in range(1, attempts + 1):
            answer = self._exchange(shown, url, {**(query or {}), **(hidden or {})}, sign, largest, into)
            if answer.status in ((OK, PART) if into else (OK,)) and not answer.oversized:
                try:
                    parsed = parse(answer.body)
                    self._breaker.answered(name)
                    return parsed
                except ValueError as error:
                    answer = Answer(problem=str(error), headers=answer.headers)
            problem = answer.problem or f"{answer.status} ({reason(answer, self._secrets)})"
            if not answer.is_passing():
                self._breaker.answered(name)
                raise ServiceError(f"{shown}: {problem}", answer)
            if attempt < attempts and not self._pause(name, f"{shown}: {problem}", attempt, answer, end):
                break
        pause = answer.retry_after()
        self._breaker.gave_up(name, pause)
        wish = f"; the service asks to wait {pause:.0f} s" if pause else ""
        raise ServiceError(f"{shown}: {problem}, after {attempt} attempts{wish}", answer)

    def each(self, function: Callable[[T], R], items: Iterable[T]) -> Generator[R, None, None]:
        """Return ``function(item)`` in the order of `items`, on `connections` threads; an error stops the client."""
        return ordered_map(function, items, self.connections, self.stop)

    def _exchange(
        self,
        shown: str,
        url: str,
        query: Mapping[str, object],
        sign: Signer,
        largest: int,
        into: Sink | None = None,
    ) -> Answer:
        for _ in range(1 + HOPS):
            self._limiter.wait(host(url))
            if self._stopped.is_set():
                raise ServiceError(f"{shown}: given up, the job is stopping")
            answer = self._transport.get(url, query, sign, largest, into)
            location = answer.headers.get("Location") if 300 <= answer.status < 400 else None
            target = redirected(url, location, self._anywhere) if location else None
            if not target:
                break
            url, query = target, {}
        return answer

    def _pause(self, name: str, failure: str, attempt: int, answer: Answer, end: float) -> bool:
        """Wait before the next attempt; return False if that would end after the time `end`."""
        wait = answer.retry_after()
        doubled = min(self.backoff * 2.0 ** (attempt - 1), LONGEST_BACKOFF)
        seconds = wait if wait is not None else doubled * self._jitter.uniform(0.75, 1.25)
        if self._clock() + seconds > end:
            return False
        log.warning("%s; again in %.1f s", failure, seconds)
        if answer.status == 429 or wait is not None:
            self._limiter.hold(seconds, name)  # the limit holds for all threads
        else:
            self._sleep(seconds)
        return True
