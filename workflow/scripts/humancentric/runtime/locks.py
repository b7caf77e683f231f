"""Remove the lock files that a killed run left behind, and no others.

Snakemake locks a working directory with files, which survive a SIGKILL or a power cut. The operating system's lock
on an open file does not: it ends with its process. So every run and every plan holds such a lock, shared with the
others, from before its own lock files are written until it ends. Whoever can have it alone knows that nobody else is
alive, and that any lock files are stale.
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
    """Return whether `file` is now locked by this process alone; None where the file system has no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def enter(folder: Path) -> IO:
    """Return the file that says "a run is alive here" until it is closed; first remove the lock files of dead runs.

    They stay where another run or plan is alive, or where the file system has no locks.
    """
    file = opened(folder)
    if lock_alone(file):
        clear(folder)
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH)  # waits only while another one starts
    return file


def clear(folder: Path) -> None:
    """Remove the lock files in `folder`."""
    shutil.rmtree(folder / "locks", ignore_errors=True)
    (folder / "locks").mkdir(parents=True, exist_ok=True)
