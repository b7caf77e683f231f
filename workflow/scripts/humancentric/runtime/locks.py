"""Remove the locks that a killed run left behind.

Snakemake locks a working directory with files, which survive a SIGKILL or a power cut. The operating system's lock
on an open file does not: it ends with its process. So every run holds such a lock while it is alive, and a run that
acquires it knows that any lock files it finds are stale.
"""

import fcntl
import shutil
from pathlib import Path
from typing import IO


def hold(folder: Path) -> IO | None:
    """Return an open file whose lock says "a run is alive here", or None if another run holds it.

    Keep the file open while the run is alive. A file system without locks counts as held by another run, so that
    Snakemake's own lock files are left alone.
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
    """Acquire the lock of `folder` and remove the lock files of dead runs; return as `hold` does."""
    alive = hold(folder)
    if alive is not None:
        clear(folder)
    return alive


def clear(folder: Path) -> None:
    """Remove the lock files of dead runs in `folder`."""
    shutil.rmtree(folder / "locks", ignore_errors=True)
    (folder / "locks").mkdir(parents=True)


def is_alive(folder: Path) -> bool:
    """Return whether another process holds the lock of `folder`; False where the file system has no locks."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "alive").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
    return False
