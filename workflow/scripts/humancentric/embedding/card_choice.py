"""Choose one graphics card per job on a machine with several cards and no scheduler."""

import fcntl
import os
import tempfile
from pathlib import Path
from typing import IO

VISIBLE = "CUDA_VISIBLE_DEVICES"
_held: dict[Path, tuple[int, IO[str] | None]] = {}  # by folder: this process's card and its lock


def names(count: int) -> list[str]:
    """Return a name for each of `count` visible cards, the same in every process of this machine."""
    visible = [name.strip() for name in os.environ.get(VISIBLE, "").split(",") if name.strip()]
    return visible[:count] if len(visible) >= count else [str(number) for number in range(count)]


def choose(count: int, folder: Path | None = None) -> int:
    """Return the number of a card, among `count` visible ones, that no other job of this user holds.

    The lock in `folder` is released when the process ends, even if it is killed. With a single visible card, as under a
    scheduler, there is nothing to choose; if all cards are held, the first is shared. Further calls return the same
    card.
    """
    if count <= 1:
        return 0
    folder = folder or Path(tempfile.gettempdir()) / f"humancentric-cards-{os.getuid()}"
    if folder in _held:
        return _held[folder][0]
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names(count)):
        lock = (folder / name.replace("/", "-")).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _held[folder] = number, lock
        return number
    _held[folder] = 0, None
    return 0
