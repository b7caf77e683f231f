"""Log every request to the TMDb replica and its outcome."""

import json
import threading
import time
from pathlib import Path

from demo_data.replica.answers import Request


class Ledger:
    """Requests in order of arrival (`asked`), and those that were sent the whole requested reply (`answered`).

    With `path`, every event is appended there as a line of JSON: ``{number, at, request}`` when a request arrives and
    ``{number, at, status, whole}`` when its reply has been sent; `at` is in seconds since the log was opened.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        """Open the file at `path`, if given, for appending."""
        self.asked: list[Request] = []
        self.answered: list[Request] = []
        self._lock, self._start = threading.Lock(), time.monotonic()
        self._file = Path(path).open("a", encoding="utf-8", buffering=1) if path else None  # noqa: SIM115

    def arrived(self, asked: Request) -> int:
        """Log a request; return its number, from 0."""
        with self._lock:
            number = len(self.asked)
            self.asked.append(asked)
            self._write(number, request=str(asked))
        return number

    def sent(self, number: int, status: int, whole: bool, genuine: bool) -> None:
        """Log the reply to a request; `genuine` is false for a reply made by a fault."""
        with self._lock:
            if whole and genuine:
                self.answered.append(self.asked[number])
            self._write(number, status=status, whole=whole)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None

    def _write(self, number: int, **told: object) -> None:
        if self._file:
            at = round(time.monotonic() - self._start, 4)
            self._file.write(json.dumps({"number": number, "at": at, **told}) + "\n")
