"""Plan faults of the TMDb replica, and limit the requests per second before it answers 429."""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase

from demo_data.replica.answers import NO_PICTURE, Reply, Request, error


def retry_after(seconds: float, dated: bool) -> dict[str, str]:
    """Return a Retry-After header for `seconds`: a whole number, or a date (`dated`); both are rounded up."""
    whole = max(1, math.ceil(seconds))
    if not dated:
        return {"Retry-After": str(whole)}
    return {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=whole + 1), usegmt=True)}


class Limit:
    """Allow `rate` requests per second, and bursts of `burst` (default: one second's worth) after a pause."""

    def __init__(
        self,
        rate: float,
        burst: float | None = None,
        dated: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with the full burst available."""
        self.rate, self.burst, self.dated = rate, rate if burst is None else burst, dated
        self._clock, self._lock = clock, threading.Lock()
        self._left, self._then = self.burst, clock()

    def refusal(self) -> Reply | None:
        """Count one request; return a 429 reply if the limit is exceeded, else None."""
        with self._lock:
            now = self._clock()
            self._left = min(self.burst, self._left + (now - self._then) * self.rate)
            self._then = now
            if self._left >= 1:
                self._left -= 1
                return None
            return error(25, retry_after((1 - self._left) / self.rate, self.dated))


PAGE = Reply(200, b"<!DOCTYPE html><html><body>We will be back soon.</body></html>", "text/html")


@dataclass(frozen=True)
class Fault:
    """Fault of one request: a delay, then a connection reset, another reply, or an incomplete body.

    `stall` sends half of the body and then nothing for that many seconds; `truncated` sends half and disconnects.
    `reply` may be a function that builds the reply. `times` limits the matching requests it applies to (None: all).
    """

    delay: float = 0.0  # seconds
    reset: bool = False
    reply: Reply | Callable[[], Reply] | None = None
    truncated: bool = False
    stall: float = 0.0  # seconds
    times: int | None = 1


Faults = Callable[[Request, int], Fault | None] | Sequence[Fault | None] | Mapping[int | str, Fault]


def busy(seconds: float, dated: bool = False) -> Fault:
    """Return a 429 fault with Retry-After `seconds`, as a number or (`dated`) as a date."""
    return Fault(reply=lambda: error(25, retry_after(seconds, dated)))


def failing(code: int) -> Fault:
    """Return the service's own error `code`, e.g. 11 (HTTP 500), 43 (502), 46 (503), 7 (401)."""
    return Fault(reply=error(code))


def web_page() -> Fault:
    """Return an HTML page with status 200, as proxies and maintenance windows send it."""
    return Fault(reply=PAGE)


def no_picture() -> Fault:
    """Return the image host's reply for a missing rendition."""
    return Fault(reply=NO_PICTURE)


class Plan:
    """Look up the fault of every request by the request and its number, from 0; thread-safe.

    `faults` is a function, a sequence (one entry per request), or a mapping. Integer keys are request numbers, strings
    are patterns (``*`` for anything) of ``GET /path?query``; the first match that is not used up applies.
    """

    def __init__(self, faults: Faults) -> None:
        """Store the plan."""
        self._faults, self._lock = faults, threading.Lock()
        self._used: dict[str, int] = {}

    def __call__(self, asked: Request, number: int) -> Fault:
        """Return the fault of a request, an empty one if there is none."""
        if callable(self._faults):
            return self._faults(asked, number) or Fault()
        if isinstance(self._faults, Mapping):
            return self._faults.get(number) or self._fitting(str(asked)) or Fault()
        return (self._faults[number] if number < len(self._faults) else None) or Fault()

    def _fitting(self, told: str) -> Fault | None:
        for pattern, fault in self._faults.items():
            if isinstance(pattern, str) and fnmatchcase(told, pattern):
                with self._lock:
                    used = self._used.get(pattern, 0)
                    if fault.times is None or used < fault.times:
                        self._used[pattern] = used + 1
                        return fault
        return None
