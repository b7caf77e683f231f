"""Plan faults of the stand-in of TMDb, and the number of requests a second before it answers 429."""

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
    """Return the header that asks to wait `seconds`: as a whole number, or as a date (`dated`); both round up."""
    whole = max(1, math.ceil(seconds))
    if not dated:
        return {"Retry-After": str(whole)}
    return {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=whole + 1), usegmt=True)}


class Limit:
    """At most `rate` requests a second, of which `burst` (a second's worth) may come at once after a pause."""

    def __init__(
        self,
        rate: float,
        burst: float | None = None,
        dated: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with a full allowance."""
        self.rate, self.burst, self.dated = rate, rate if burst is None else burst, dated
        self._clock, self._lock = clock, threading.Lock()
        self._left, self._then = self.burst, clock()

    def refusal(self) -> Reply | None:
        """Take one request from the allowance; return 429 where none is left, else None."""
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
    """What goes wrong with one request: first a delay, then a reset, an answer of its own, or a body not sent whole.

    `stall` sends half of the body and keeps silent for so many seconds, `truncated` sends half and hangs up. A `reply`
    may be made at the time (a function). `times` is how many requests a plan gives it to, None for all that fit.
    """

    delay: float = 0.0  # seconds
    reset: bool = False
    reply: Reply | Callable[[], Reply] | None = None
    truncated: bool = False
    stall: float = 0.0  # seconds
    times: int | None = 1


Faults = Callable[[Request, int], Fault | None] | Sequence[Fault | None] | Mapping[int | str, Fault]


def busy(seconds: float, dated: bool = False) -> Fault:
    """Return 429 that asks to wait `seconds`, said as a number or (`dated`) as a date."""
    return Fault(reply=lambda: error(25, retry_after(seconds, dated)))


def failing(code: int) -> Fault:
    """Return the service's own error `code`, e.g. 11 (HTTP 500), 43 (502), 46 (503), 7 (401)."""
    return Fault(reply=error(code))


def web_page() -> Fault:
    """Return a page for people with status 200, as proxies and maintenance windows send it."""
    return Fault(reply=PAGE)


def no_picture() -> Fault:
    """Return the image host's answer for a rendition that it does not have."""
    return Fault(reply=NO_PICTURE)


class Plan:
    """A plan of faults that is asked for every request, with its number from 0, in any thread.

    A plan is a function, a sequence (one entry a request), or a mapping: whole numbers are those of requests, text is
    a pattern (``*`` for anything) of ``GET /path?query``, of which the first that fits and is not used up counts.
    """

    def __init__(self, faults: Faults) -> None:
        """Keep the plan."""
        self._faults, self._lock = faults, threading.Lock()
        self._used: dict[str, int] = {}

    def __call__(self, asked: Request, number: int) -> Fault:
        """Return what goes wrong with a request; an empty fault where nothing does."""
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
