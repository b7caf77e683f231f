"""Cache downloads and other slow results on disk until the table that holds them is written."""

import hashlib
import logging
import os
import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from humancentric.core.errors import UserError
from humancentric.core.files import atomic, read_json, sha256_of, write_bytes, write_json, write_text

KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
ORIGIN = ".origin.json"
CHECKSUMS = ".sha256"  # one line for each stored file: its checksum and its name
MARKERS = (ORIGIN, CHECKSUMS)
COMMITTED = ".sealed."  # prefix of the names of committed files
DAY = 86400.0  # seconds
log = logging.getLogger("humancentric")


class DownloadCache:
    """A cache in `folder` whose entries are complete or absent, so that a killed job loses only unfinished requests.

    Once the table made from the entries is written, `commit` replaces them by the table itself: a job that is run again
    although it had finished, or one that makes a longer table, starts from there. `origin` is any JSON value that
    identifies the source of the entries; those of another origin are removed. Entries older than `max_age` seconds
    count as absent, and so do those whose bytes changed, because a committed file is a link to a table that may be
    damaged.
    """

    def __init__(self, folder: str | Path, origin: Any = None, max_age: float = float("inf")) -> None:
        """Open the cache with the entries that an earlier run with the same `origin` left."""
        self.folder, self.oldest = Path(folder), time.time() - max_age
        shutil.rmtree(self._leaving, ignore_errors=True)
        for remains in self.folder.glob(".*.tmp"):
            remains.unlink()
        marker = self.folder / ORIGIN
        try:
            known = read_json(marker) == origin
        except UserError:
            known = False
        if not known:
            self.clear()
            write_json(marker, origin)
        self._checksums, self._lock = self._read_checksums(), threading.Lock()

    @property
    def _leaving(self) -> Path:
        return self.folder.with_name(f".{self.folder.name}.leaving")

    def get(self, key: str) -> bytes | None:
        """Return the entry `key`, or None if there is none."""
        path = self._path(key)
        if not self._is_fresh(path):
            return None
        data = path.read_bytes()
        return data if self._is_intact(path, hashlib.sha256(data).hexdigest()) else None

    def file(self, key: str) -> Path | None:
        """Return the file of the entry `key`, or None if there is none."""
        path = self._path(key)
        return path if self._is_fresh(path) and self._is_intact(path, sha256_of(path)) else None

    def fetched_at(self, key: str) -> float:
        """Return the time at which the entry `key` was stored, in seconds since 1970."""
        return self._path(key).stat().st_mtime

    def put(self, key: str, data: bytes) -> None:
        """Store `data` as the entry `key`. Raises `UserError` if the disk is full."""
        path, checksum = self._path(key), hashlib.sha256(data).hexdigest()
        write_bytes(path, data, sweep=False)  # a folder of thousands of files, swept when it was opened
        with self._lock, (self.folder / CHECKSUMS).open("a", encoding="utf-8") as file:
            file.write(f"\n{checksum} {key}")  # begins a new line even after one that a kill cut short
            self._checksums[key] = checksum

    def commit(self, **files: str | Path) -> None:
        """Replace all entries by the finished `files` under the given names, as hard links where the disk has them."""
        for name, file in files.items():
            with atomic(self.folder / f"{COMMITTED}{name}") as temporary:
                try:
                    os.link(file, temporary)
                except OSError:  # another file system, or one without links
                    shutil.copy2(file, temporary)
        names = [f"{COMMITTED}{name}" for name in files]
        self._checksums = {name: sha256_of(self.folder / name) for name in names}
        lines = (f"\n{checksum} {name}" for name, checksum in self._checksums.items())
        write_text(self.folder / CHECKSUMS, "".join(lines))
        for entry in self.folder.iterdir():
            if not entry.name.startswith("."):
                entry.unlink()

    def committed(self, name: str) -> Path | None:
        """Return the file committed under `name`, None if there is none, or it is too old or damaged."""
        path = self.folder / f"{COMMITTED}{name}"
        return path if self._is_fresh(path) and self._is_intact(path, sha256_of(path)) else None

    def restore(self, target: Path) -> bool:
        """Copy the file committed under the name of `target` to `target`; return whether there is one."""
        committed = self.committed(target.name)
        if committed is not None:
            with atomic(target) as temporary:
                shutil.copyfile(committed, temporary)
        return committed is not None

    def clear(self) -> None:
        """Remove everything.

        The folder is renamed first, so that a process killed meanwhile leaves no part that looks complete.
        """
        if self.folder.exists():
            self.folder.rename(self._leaving)
            shutil.rmtree(self._leaving)

    def _is_fresh(self, path: Path) -> bool:
        try:
            return path.stat().st_mtime >= self.oldest
        except FileNotFoundError:
            return False

    def _is_intact(self, path: Path, checksum: str) -> bool:
        if self._checksums.get(path.name) == checksum:
            return True
        log.warning("%s is damaged and made again", path)
        return False

    def _read_checksums(self) -> dict[str, str]:
        """Return the checksums by name; a line that was cut short or damaged costs its entry."""
        path = self.folder / CHECKSUMS
        if not path.exists():
            return {}
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        pairs = (line.split(" ", 1)[::-1] for line in lines if " " in line)
        return dict(pairs)

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(
                f"'{key}' is not a valid key of a cache; use only letters, digits, '.', '_' and '-'"
            )
        return self.folder / key
