"""How fast requests may follow one another, for all threads of a job together."""

import threading
import time
from collections.abc import Callable

from pyrate_limiter import GCRA, InMemoryStateStore, Rate


class Pace:
    """At most `rate` permissions a second (None: no limit), of which `burst` may come at once after a pause.

    The counting is pyrate-limiter's. Its own way of waiting is not used: it sleeps where nobody can wake it, 50 ms
    longer than needed, and knows no moment at which a service asks everybody to wait.
    """

    def __init__(
        self,
        rate: float | None,
        burst: int = 4,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Start with `burst` permissions to spare; a `sleep` that returns true has been cut short for good."""
        # Thousandths of a request in thousands of seconds: rates such as 2.5 a second stay exact.
        self._rates = [Rate(max(1, round(rate * 1000)), 1_000_000, burst=burst)] if rate else []
        self._store, self._algorithm = InMemoryStateStore(), GCRA()
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._held_until = float("-inf")

    def wait(self) -> None:
        """Return when the caller may send its request, or when its sleep is cut short."""
        held = self._held_until - self._clock()
        cut = held > 0 and self._sleep(held)
        while self._rates and not cut:
            now = round(self._clock() * 1000)
            decision = self._store.check(self._algorithm, self._rates, now, 1)
            if decision.allowed:
                return
            cut = self._sleep(decision.retry_after_ms / 1000)

    def hold(self, seconds: float) -> None:
        """Give no new permission for the next `seconds`: the service has asked everybody to wait."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)
