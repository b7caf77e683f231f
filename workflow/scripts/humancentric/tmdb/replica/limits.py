"""How many requests a second a stand-in of TMDb answers before it says 429."""

import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from humancentric.tmdb.replica.answers import Reply, error


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
