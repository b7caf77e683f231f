"""Run a function on windows of items in parallel processes, with the results in order.

For work that the global interpreter lock would serialise in threads. joblib's processes are started anew rather than
forked, because a process that uses a GPU cannot be forked, and they do not run this process's script again.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from joblib import Parallel, delayed

from humancentric.core.parallel import ordered_map

T = TypeVar("T")
R = TypeVar("R")
Map = Callable[[Callable[[Any], Any], Iterable[Any]], list[Any]]
CHUNK = 16  # items sent to a process at a time


def ordered_windows(
    function: Callable[[Map, T], R], windows: Iterable[T], processes: int, ahead: int = 1, chunk: int = CHUNK
) -> Generator[R, None, None]:
    """Yield ``function(map, window)`` in the order of `windows`, reading `ahead` of them in advance.

    ``map(task, items)`` returns the list of ``task(item)``, computed in `processes`, `chunk` items at a time; both must
    be picklable. An error is raised here in place of the window's result; closing the iterator stops everything.
    """
    with Parallel(processes, backend="loky", batch_size=chunk) as pool:

        def in_processes(task: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
            return pool(delayed(task)(item) for item in items)

        yield from ordered_map(lambda window: function(in_processes, window), windows, threads=1, ahead=ahead)
