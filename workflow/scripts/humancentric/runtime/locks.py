"""Locks that a killed run left behind.

The workflow engine marks a working directory as locked with files, which survive a SIGKILL or a power cut. The
operating system's own lock on an open file does not: it ends with its process. So a run holds such a lock as long as
it lives, and a run that gets it knows that whatever lock files it finds are stale.
"""

import fcntl
import shutil
from pathlib import Path
from typing import IO


def hold(folder: Path) -> IO | None:
    """Return an open file whose lock says "a run is alive here", or None if another run holds it.

    Keep the file open as long as the run lives. A file system without locks counts as held by another run, which
    leaves everything as the engine alone would have it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "alive").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def release_stale(folder: Path) -> IO | None:
    """Hold the lock of a living run in `folder` and remove the lock files of dead ones; return as `hold` does."""
    alive = hold(folder)
    if alive is not None:
        clear(folder)
    return alive


def clear(folder: Path) -> None:
    """Remove the lock files of dead runs in `folder`."""
    shutil.rmtree(folder / "locks", ignore_errors=True)
    (folder / "locks").mkdir(parents=True)


def is_alive(folder: Path) -> bool:
    """Return whether another process holds the lock of a living run in `folder`; False where no locks are to be had."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "alive").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
    return False
