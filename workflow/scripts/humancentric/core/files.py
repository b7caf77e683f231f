"""Write files so that they are either complete or absent, and compute checksums."""

import errno
import glob
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from humancentric.core.errors import UserError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
REMEDY, ABSENT = "remove the file and run again", "run the workflow to make it"
CHECKSUM = "checksum"  # the last key of a JSON object: the sha256 of the others
HASH = re.compile("sha256:[0-9a-f]{64}")


@contextmanager
def atomic(path: str | Path, *, sweep: bool = True) -> Iterator[Path]:
    """Yield a temporary path next to `path`, which is renamed to `path` when the block ends without an error.

    The temporary file is flushed to disk before the rename, so that a power cut leaves the old file or the new one.
    Raises `UserError` if the disk is full or the folder read-only. `sweep` removes temporary files of killed writers of
    `path`; it lists the folder, which is too slow for each of thousands of files.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    require_writable(path.parent)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if sweep:
            _remove_remains(path)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        if error.errno not in FULL:
            raise
        remedy = "make room and run again: what was finished before is kept"
        raise UserError(f"{path}: cannot write ({os.strerror(error.errno)}); {remedy}") from error
    finally:
        temporary.unlink(missing_ok=True)


def require_writable(folder: Path) -> None:
    """Raise `UserError` if `folder`, or its nearest existing parent, is not writable."""
    existing = next((existing for existing in (folder, *folder.parents) if os.path.exists(existing)), Path())
    if not os.access(existing, os.W_OK | os.X_OK):
        remedy = "make it a writable folder, or choose another one with --directory"
        raise UserError(f"{existing}: cannot write files here; {remedy}")


def _remove_remains(path: Path) -> None:
    """Remove temporary files of `path` that killed processes left."""
    for remains in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        process = remains.name.split(".")[-2]
        if process.isdigit() and not _is_alive(int(process)):
            remains.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 is not sent, only checked
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_text(path: str | Path, text: str) -> None:
    """Write `text` to `path` in UTF-8, atomically."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(path: str | Path, data: bytes, *, sweep: bool = True) -> None:
    """Write `data` to `path`, atomically; `sweep` as for `atomic`."""
    with atomic(path, sweep=sweep) as temporary:
        temporary.write_bytes(data)


@contextmanager
def readable(
    path: str | Path, form: str, *errors: type[Exception], remedy: str = REMEDY, absent: str = ABSENT
) -> Iterator[None]:
    """Turn errors of reading into `UserError` with `path`, its `form` and `remedy`, or `absent` for a missing file.

    They are `OSError`, `ValueError` and further `errors`, but not `MemoryError`.
    """
    damage: tuple[type[Exception], ...] = (OSError, ValueError, *errors)
    try:
        yield
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; {absent}") from error
    except damage as error:
        if isinstance(error, MemoryError):
            raise
        problem = " ".join(str(error).split())[:200]
        raise UserError(f"{path}: not a readable {form} or damaged ({problem}); {remedy}") from error


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as indented JSON to `path`, atomically; an object gets a checksum as its last key."""
    write_text(path, json_text(sealed(value) if isinstance(value, dict) else value) + "\n")


def read_json(path: str | Path) -> Any:
    """Return the value of the JSON file at `path`, without its checksum.

    Raises `UserError` if the file is missing or damaged. An object without a checksum was written by someone else.
    """
    with readable(path, "JSON file", RecursionError):
        value = json.loads(Path(path).read_text(encoding="utf-8"))
        return unsealed(value) if isinstance(value, dict) else value


def json_text(value: Any) -> str:
    """Return `value` as indented JSON."""
    return json.dumps(value, indent=1, ensure_ascii=False)


def sealed(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object with a checksum as its last key."""
    checksum = hashlib.sha256(json_text(value).encode("utf-8")).hexdigest()
    return {**value, CHECKSUM: f"sha256:{checksum}"}


def unsealed(value: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object without its checksum. Raises `ValueError` if it does not match the other keys."""
    *rest, (name, found) = value.items() or [("", None)]
    if name != CHECKSUM and not (isinstance(found, str) and HASH.fullmatch(found)):
        return value
    whole = dict(rest)
    if (CHECKSUM, sealed(whole)[CHECKSUM]) != (name, found):
        raise ValueError("it has a different checksum")
    return whole


def sha256_of(path: str | Path) -> str:
    """Return the hexadecimal sha256 of a file's bytes."""
    return file_digest(path, "sha256")


def file_digest(path: str | Path, algorithm: str) -> str:
    """Return the hexadecimal digest of a file's bytes."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
