"""Run a function on many items in processes, with the results in the order of the items.

For work that would take turns at the interpreter's lock in threads. joblib's processes are started anew rather than
forked, because a process with a graphics card cannot be forked, and they do not run the script of this one again.
"""

from collections.abc import Callable, Generator, Iterable
from itertools import islice
from typing import TypeVar

from joblib import Parallel, delayed

from humancentric.core.parallel import ordered_map

T = TypeVar("T")
R = TypeVar("R")
CHUNK = 16  # items sent to a process at once


def ordered_process_map(
    function: Callable[[T], R], items: Iterable[T], processes: int, ahead: int
) -> Generator[R, None, None]:
    """Yield ``function(item)`` in the order of `items`, which are read in windows of `ahead` items, one in advance.

    `function` and `items` must be picklable. An error is raised here in place of the results of its window; closing
    the iterator stops everything.
    """
    iterator = iter(items)
    windows = iter(lambda: list(islice(iterator, ahead)), [])
    with Parallel(processes, backend="loky", batch_size=CHUNK) as pool:

        def results(window: list[T]) -> list[R]:
            return pool(delayed(function)(item) for item in window)

        for found in ordered_map(results, windows, threads=1, ahead=1):
            yield from found
