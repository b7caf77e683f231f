"""Remove the lock files that a killed run left behind, and no others.

Snakemake locks a working directory with files, which survive a SIGKILL or a power cut. The operating system's lock
on an open file does not: it ends with its process. Therefore every run and every plan holds such a lock, shared with
the others, from before its own lock files are written until it ends. A process that obtains the lock exclusively knows
that no other one is alive, and that any lock files are stale.
"""

import fcntl
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO

from humancentric.core.files import require_writable


def opened(folder: Path) -> IO:
    """Return the open file that is locked. The lock ends when the file is closed or its process ends.

    Raises `UserError` if no file can be made in `folder`.
    """
    require_writable(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / "alive").open("a")


def lock_alone(file: IO) -> bool | None:
    """Return whether `file` is now locked by this process alone, or None if the file system has no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def enter(folder: Path) -> IO:
    """Remove the lock files of dead runs; return the file that marks this run as alive until it is closed.

    The lock files stay if another run or plan is alive, or if the file system has no locks.
    """
    file = opened(folder)
    if lock_alone(file):
        clear(folder)
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH)  # waits only while another run starts
    return file


def clear(folder: Path) -> None:
    """Remove the lock files in `folder`."""
    shutil.rmtree(folder / "locks", ignore_errors=True)
    (folder / "locks").mkdir(parents=True, exist_ok=True)
