"""Cache downloads and other slow results on disk until the table that holds them is written."""

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

from humancentric.core.files import atomic, write_bytes, write_json

KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
ORIGIN = ".origin.json"
COMMITTED = ".sealed."  # begins the names of committed files
DAY = 86400.0  # seconds


class DownloadCache:
    """Entries under `folder`, each whole or absent, so that a killed job loses only its unfinished requests.

    When the table made of the entries is written, `commit` replaces them by the table itself: a job that is run again
    although it had finished, or one that makes a longer table, starts from there. `origin` is any JSON value that says
    where the entries come from; those of another origin are removed. Entries older than `max_age` seconds count as
    absent.
    """

    def __init__(self, folder: str | Path, origin: Any = None, max_age: float = float("inf")) -> None:
        """Open the cache with the entries that an earlier run with the same `origin` left."""
        self.folder, self.oldest = Path(folder), time.time() - max_age
        shutil.rmtree(self._leaving, ignore_errors=True)
        for remains in self.folder.glob(".*.tmp"):
            remains.unlink()
        marker = self.folder / ORIGIN
        try:
            known = json.loads(marker.read_text(encoding="utf-8")) == origin
        except (OSError, ValueError):
            known = False
        if not known:
            self.clear()
            write_json(marker, origin)

    @property
    def _leaving(self) -> Path:
        return self.folder.with_name(f".{self.folder.name}.leaving")

    def get(self, key: str) -> bytes | None:
        """Return the entry `key`, or None if there is none."""
        path = self._path(key)
        return path.read_bytes() if self._is_fresh(path) else None

    def fetched_at(self, key: str) -> float:
        """Return the time at which the entry `key` was stored, in seconds since 1970."""
        return self._path(key).stat().st_mtime

    def put(self, key: str, data: bytes) -> None:
        """Store `data` as the entry `key`. Raises `UserError` if the disk is full."""
        write_bytes(
            self._path(key), data, sweep=False
        )  # a folder of thousands of files, swept when it was opened

    def commit(self, **files: str | Path) -> None:
        """Replace all entries by the finished `files` under the given names, as hard links where the disk has them."""
        for name, file in files.items():
            with atomic(self.folder / f"{COMMITTED}{name}") as temporary:
                try:
                    os.link(file, temporary)
                except OSError:  # another file system, or one without links
                    shutil.copy2(file, temporary)
        for entry in self.folder.iterdir():
            if not entry.name.startswith("."):
                entry.unlink()

    def committed(self, name: str) -> Path | None:
        """Return the file committed under `name`, None if there is none or it is too old."""
        path = self.folder / f"{COMMITTED}{name}"
        return path if self._is_fresh(path) else None

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

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"'{key}' is no key of a cache: letters, digits, '.', '_' and '-' only")
        return self.folder / key
