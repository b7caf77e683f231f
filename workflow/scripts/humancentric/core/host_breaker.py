"""Stop requests to a host that does not answer, for all jobs of a run together (circuit breaker)."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from humancentric.core.files import write_json

HOSTS = "HUMANCENTRIC_HOSTS"  # environment variable: the folder in which the jobs of a run share the state of hosts
OPEN_AFTER = 4  # consecutive requests that were given up; the posters of a few films may be broken for good
COOLING = 60.0  # seconds until an open breaker lets one request through


class HostBreaker:
    """Count the consecutive requests that each host left unanswered, in one JSON file per host in `folder`.

    After one such request, further ones get fewer attempts; after `OPEN_AFTER`, only one is sent every `COOLING`
    seconds, and none while a host asks to wait. Any answer closes the breaker. Without a `folder`, the counts are not
    shared with other processes.
    """

    def __init__(self, folder: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        """Read nothing yet; `clock` is the time that all jobs share."""
        self.folder, self._clock, self._lock = folder, clock, threading.Lock()
        self._known: dict[str, dict[str, Any]] = {}

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """Return the breaker of the run that set the variable `HOSTS`."""
        return cls(Path(environ[HOSTS]) if environ.get(HOSTS) else None)

    def failures(self, host: str) -> int:
        """Return the number of consecutive requests to `host` that were given up."""
        return int(self._state(host).get("failures", 0))

    def wait(self, host: str) -> float:
        """Return the seconds to wait before a request; 0 for the one request that may try an open breaker."""
        with self._lock:
            state = self._state(host)
            left = float(state.get("until", 0.0)) - self._clock()
            if left > 0:
                return left
            if state.get("failures", 0) >= OPEN_AFTER:  # other requests have to wait meanwhile
                self._store(host, state | {"until": self._clock() + COOLING})
            return 0.0

    def gave_up(self, host: str, pause: float | None = None) -> None:
        """Count a request without an answer; `pause` is the wait in seconds that the host asks for."""
        with self._lock:
            failures = self.failures(host) + 1
            seconds = max(pause or 0.0, COOLING if failures >= OPEN_AFTER else 0.0)
            self._store(host, {"failures": failures, "until": self._clock() + seconds})

    def answered(self, host: str) -> None:
        """Forget the host's failures."""
        with self._lock:
            self._known.pop(host, None)
            if self.folder is not None:
                self._path(host).unlink(missing_ok=True)

    def _state(self, host: str) -> dict[str, Any]:
        if self.folder is None:
            return self._known.get(host, {})
        try:
            found = json.loads(self._path(host).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _store(self, host: str, state: dict[str, Any]) -> None:
        if self.folder is None:
            self._known[host] = state
        else:
            write_json(self._path(host), state)

    def _path(self, host: str) -> Path:
        return (self.folder or Path()) / f"{hashlib.sha256(host.encode()).hexdigest()[:16]}.json"
