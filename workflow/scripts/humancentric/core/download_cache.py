"""What has arrived from outside, kept on disk until nobody needs to ask for it again."""

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
SEALED = ".sealed."
DAY = 86400.0  # seconds


class DownloadCache:
    """Finished pieces under `folder`, each whole or absent, so that a killed job costs only what was in flight.

    When the table that they belong to is written, the table itself is sealed in their place: a job whose end nobody
    noticed, or one that makes a longer table, starts from there. `origin` says where the pieces come from (any JSON
    value); those of another origin are thrown away, never mixed with new ones. Pieces older than `max_age` seconds
    count as absent.
    """

    def __init__(self, folder: str | Path, origin: Any = None, max_age: float = float("inf")) -> None:
        """Open the spool, keeping the pieces that an earlier run with the same `origin` left."""
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
        """Return the piece called `key`, or None if it has not arrived yet."""
        path = self._path(key)
        return path.read_bytes() if self._is_fresh(path) else None

    def arrived(self, key: str) -> float:
        """Return when the piece `key` arrived, in seconds since 1970."""
        return self._path(key).stat().st_mtime

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` as the piece `key`; raises `UserError` where the disk is full."""
        write_bytes(self._path(key), data, sweep=False)  # a folder of thousands, swept when it was opened

    def seal(self, **files: str | Path) -> None:
        """Keep the finished `files` under their names in place of the pieces; a link, where the disk knows links."""
        for name, file in files.items():
            with atomic(self.folder / f"{SEALED}{name}") as temporary:
                try:
                    os.link(file, temporary)
                except OSError:  # another file system, or one without links
                    shutil.copy2(file, temporary)
        for piece in self.folder.iterdir():
            if not piece.name.startswith("."):
                piece.unlink()

    def sealed(self, name: str) -> Path | None:
        """Return the file that was sealed under `name`, None if there is none or an outdated one."""
        path = self.folder / f"{SEALED}{name}"
        return path if self._is_fresh(path) else None

    def restore(self, target: Path) -> bool:
        """Copy the file that was sealed under the name of `target` to `target`; return whether there is one."""
        sealed = self.sealed(target.name)
        if sealed is not None:
            with atomic(target) as temporary:
                shutil.copyfile(sealed, temporary)
        return sealed is not None

    def clear(self) -> None:
        """Remove everything.

        The folder is renamed first, so that a kill half-way never leaves a part that looks like a whole.
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
            raise ValueError(f"'{key}' is no key of a spool: letters, digits, '.', '_' and '-' only")
        return self.folder / key
