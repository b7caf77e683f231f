"""Remove outdated content of TMDb, and say what was removed and what is left."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from humancentric.core.errors import UserError
from humancentric.sources.tmdb.expiry import Expired, files_below


def remove(found: Iterable[Expired]) -> tuple[list[Expired], list[tuple[Path, str]]]:
    """Remove the files and folders that `expired` returned, in its order, and what links among them lead to.

    Returns what was removed, and (path, reason) of what could not be.
    """
    removed, left = [], []
    for item in found:
        is_folder = item.path.is_dir()
        files = list(files_below(item.path)) if is_folder else [item.path]
        failed = [(path, reason) for path in files if (reason := _unlink(path))]
        left += failed
        if not failed:
            removed.append(item)
        for folder in _folders(item.path) if is_folder else [item.path.parent]:
            with suppress(
                OSError
            ):  # not empty, or in a folder that cannot be written, which holds nothing then
                folder.rmdir()
    return removed, left


def require_removed(left: list[tuple[Path, str]]) -> None:
    """Raise `UserError` if anything is `left`."""
    if left:
        path, reason = left[0]
        raise UserError(
            f"{path}: not removed ({reason}), nor {len(left) - 1} others; "
            "make their folders writable or remove them by hand, then run tmdb_purge again"
        )


def _unlink(path: Path) -> str | None:
    """Remove a file, and the file that it is a link to; return the reason if it is still there."""
    try:
        if path.is_symlink():
            Path(os.path.realpath(path)).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    except OSError as error:
        return os.strerror(error.errno) if error.errno else type(error).__name__
    return None


def _folders(folder: Path) -> list[Path]:
    """Return `folder` and those below it, the deepest first."""
    return [Path(root) for root, _, _ in os.walk(folder, topdown=False)]
