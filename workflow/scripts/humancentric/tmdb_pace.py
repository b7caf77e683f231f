"""How fast requests may follow one another, for all threads of a job together."""

import threading
import time
from collections.abc import Callable


class Pace:
    """At most `rate` permissions a second (None: no limit), of which `burst` may come at once after a pause."""

    def __init__(
        self,
        rate: float | None,
        burst: int = 4,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Start with `burst` permissions to spare."""
        self._interval = 1.0 / rate if rate else 0.0
        self._credit = self._interval * max(burst - 1, 0)
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = clock() - self._credit
        self._held_until = float("-inf")

    def wait(self) -> None:
        """Return when the caller may send its request; callers are served in the order in which they came."""
        with self._lock:
            now = self._clock()
            turn = max(self._next, now - self._credit, self._held_until)
            self._next = turn + self._interval
        if turn > now:
            self._sleep(turn - now)

    def hold(self, seconds: float) -> None:
        """Give no new permission for the next `seconds`: the service has asked everybody to wait."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)
