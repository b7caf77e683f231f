"""Many pictures at once: the same files for any number of processes."""

import multiprocessing
from collections.abc import Callable, Iterable
from typing import TypeVar

from humancentric.logs import progress

T = TypeVar("T")


def do_all(work: Callable[[T], object], items: Iterable[T], threads: int, description: str) -> None:
    """Call `work` on every item, in `threads` processes; its results are thrown away."""
    items = list(items)
    if threads < 2:
        for item in progress(items, description):
            work(item)
        return
    # fork: a spawned process would run the calling script once more
    with multiprocessing.get_context("fork").Pool(threads) as pool:
        for _ in progress(pool.imap_unordered(work, items, chunksize=16), description, total=len(items)):
            pass
