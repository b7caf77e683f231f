"""What has arrived from outside, kept on disk piece by piece until the table it belongs to is written."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from humancentric.errors import UserError
from humancentric.files import write_bytes, write_json

KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
ORIGIN = ".origin.json"


class Spool:
    """Finished pieces under `folder`, each whole or absent, so that a killed job costs only what was in flight.

    `origin` says where the pieces come from (any JSON value). Pieces left behind by a run with another origin
    are thrown away, never mixed with new ones.
    """

    def __init__(self, folder: str | Path, origin: Any = None) -> None:
        """Open the spool, keeping the pieces that an earlier run with the same `origin` left."""
        self.folder = Path(folder)
        shutil.rmtree(self._leaving, ignore_errors=True)
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
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` as the piece `key`; raises `UserError` where the disk refuses it."""
        try:
            write_bytes(self._path(key), data)
        except OSError as error:
            remedy = "make room and run again: what arrived before is kept"
            raise UserError(f"{self.folder}: cannot write ({error.strerror}); {remedy}") from error

    def clear(self) -> None:
        """Remove every piece; to be called once their table is written.

        The folder is renamed first, so that a kill half-way never leaves a part that looks like a whole.
        """
        if self.folder.exists():
            self.folder.rename(self._leaving)
            shutil.rmtree(self._leaving)

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"'{key}' is no key of a spool: letters, digits, '.', '_' and '-' only")
        return self.folder / key
