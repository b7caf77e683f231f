"""Simulate faults, rate limits and irregular pages in the TMDb replica, as in the real service or worse."""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase
from typing import Any

from demo_data.replica.server import NO_PICTURE, Reply, Request, error


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


WEB_PAGE = Reply(200, b"<!DOCTYPE html><html><body>We will be back soon.</body></html>", "text/html")


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
    return Fault(reply=WEB_PAGE)


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

    def __call__(self, request: Request, number: int) -> Fault:
        """Return the fault of a request, or an empty one if none is planned."""
        if callable(self._faults):
            return self._faults(request, number) or Fault()
        if isinstance(self._faults, Mapping):
            return self._faults.get(number) or self._matching(self._faults, str(request)) or Fault()
        return (self._faults[number] if number < len(self._faults) else None) or Fault()

    def _matching(self, faults: Mapping[int | str, Fault], request: str) -> Fault | None:
        for pattern, fault in faults.items():
            if isinstance(pattern, str) and fnmatchcase(request, pattern):
                with self._lock:
                    used = self._used.get(pattern, 0)
                    if fault.times is None or used < fault.times:
                        self._used[pattern] = used + 1
                        return fault
        return None


PAGE = 20
SHIFTS = (0, -1, 0)  # shifts of page starts, so that uneven pages hold 19, 21, 20 films, and so on


@dataclass(frozen=True)
class Quirks:
    """The quirks of the real service that the replica reproduces.

    `hidden` and `unsteady` simulate a list that changes while it is read; they vanish when a page is requested again.
    """

    uneven: bool = False  # pages of 19 and of 21 films, none lost
    repeated: int = 0  # every n-th page begins with the last film of the previous page
    hidden: int = 0  # every n-th page omits a film on the first request
    unsteady: bool = False  # page 1 of several reports one film too many on the first request
    clamped: bool = False  # total_pages never exceeds the page cap

    def page(self, found: Sequence[int], number: int, cap: int, again: bool) -> Mapping[str, Any]:
        """Return page `number` of a list: indices of films as `results`, and the totals it reports.

        `again` is true if the same page of the same list was requested before.
        """
        pages = max(1, -(-len(found) // PAGE))
        start, end = self._start(number), self._start(number + 1)
        shown = list(found[start:] if number == pages else found[start:end])
        if self.repeated and number % self.repeated == 0 and shown and start:
            shown.insert(0, found[start - 1])
        if self.hidden and number % self.hidden == 0 and not again:
            del shown[len(shown) // 2 : len(shown) // 2 + 1]
        total = len(found) + int(self.unsteady and number == 1 and pages > 1 and not again)
        pages = -(-total // PAGE) if total else 1
        return {
            "page": number,
            "results": shown,
            "total_pages": min(pages, cap) if self.clamped else pages,
            "total_results": total,
        }

    def _start(self, number: int) -> int:
        return (number - 1) * PAGE + (SHIFTS[(number - 1) % 3] if self.uneven else 0)
