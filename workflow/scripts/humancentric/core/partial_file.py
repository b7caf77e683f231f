"""Download a large file in parts that survive a cut connection and a killed process, and check it when it is whole."""

import errno
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import requests

from humancentric.core.errors import UserError
from humancentric.core.files import FULL, file_digest, require_writable
from humancentric.core.http_client import RateLimitedClient, file_bytes
from humancentric.core.http_transport import ServiceError

LARGEST = 2**34  # bytes
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
UNSATISFIABLE = 416  # the status of a range behind the end of the file
KEPT = "what arrived is kept for the next run"
log = logging.getLogger("humancentric")


def has_checksum(path: Path, checksum: str) -> bool:
    """Return whether a file is there and has `checksum`, e.g. ``md5:c58f...``."""
    algorithm, _, expected = checksum.partition(":")
    return path.is_file() and file_digest(path, algorithm) == expected


def download(client: RateLimitedClient, url: str, path: Path, checksum: str | None) -> None:
    """Write the file at `url` to `path`. A file with a `checksum` continues where an earlier run stopped.

    Raises `UserError` if it cannot be had, or has another checksum also when it is downloaded from its beginning.
    """
    partial = PartialFile(path)
    if checksum is None:  # nothing would show that both parts are of the same file
        partial.remove()
    while True:
        resumed = partial.size() > 0
        if not (checksum and resumed and has_checksum(partial.part, checksum)):
            try:
                client.ask(
                    url, sign=partial.ask_for_the_rest, parse=partial.check, largest=LARGEST, into=partial
                )
            except ServiceError as error:
                if resumed and error.status == UNSATISFIABLE:
                    partial.remove()
                    continue
                raise UserError(f"{path}: {error}; {KEPT}, or download the file yourself") from error
        if checksum is None or has_checksum(partial.part, checksum):
            partial.part.replace(path)
            return
        algorithm, _, expected = checksum.partition(":")
        problem = f"{path}: {algorithm} {file_digest(partial.part, algorithm)} came, published was {expected}"
        partial.remove()
        if not resumed:
            raise UserError(
                f"{problem}; nothing was kept: give another address, or download the file yourself"
            )
        log.warning("%s; downloaded again from its beginning", problem)


class PartialFile:
    """The part of the file `path` that has arrived, which is stored beside it."""

    def __init__(self, path: Path) -> None:
        """Continue with the part that an earlier run left. Raises `UserError` if no file can be made there."""
        require_writable(path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.part = path.with_name(f".{path.name}.part")
        self._file: IO[bytes] | None = None
        self._total: int | None = None

    def size(self) -> int:
        """Return the number of bytes that have arrived."""
        return self.part.stat().st_size if self.part.exists() else 0

    def remove(self) -> None:
        """Remove what has arrived."""
        self.part.unlink(missing_ok=True)

    def ask_for_the_rest(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request for the bytes that are missing, as they are stored."""
        request.headers["Accept-Encoding"] = "identity"
        if size := self.size():
            request.headers["Range"] = f"bytes={size}-"
        return request

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Prepare for the body of an answer: append it if it begins where the part ends, else start from nothing."""
        found = RANGE.fullmatch(headers.get("Content-Range", "")) if status == 206 else None
        resumes = found is not None and int(found[1]) == self.size()
        length = found[2] if found else headers.get("Content-Length", "")
        self._total = int(length) if length.isdecimal() else None
        self._file = self.part.open("ab" if resumes else "wb", buffering=0)
        if status == 206 and not resumes:
            self.end()

    def write(self, data: bytes) -> None:
        """Append `data`; nothing where the answer begins at a wrong byte. Raises `UserError` if the disk is full."""
        try:
            if self._file is not None:
                self._file.write(data)
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise UserError(
                f"{self.part}: cannot write ({os.strerror(error.errno or errno.ENOSPC)}); make room; {KEPT}"
            ) from error

    def end(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def check(self, _: bytes) -> None:
        """Raise `ValueError` if bytes are missing, or if what arrived is a web page."""
        if self._total is not None and self.size() != self._total:
            raise ValueError(f"{self.size()} of {self._total} bytes")
        with self.part.open("rb") as file:
            try:
                file_bytes(file.read(64))
            except ValueError:
                self.remove()
                raise
