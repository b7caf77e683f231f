"""Run a function on many items in threads or in processes, with the results in the order of the items."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Map = Callable[[Callable[[Any], Any], Iterable[Any]], list[Any]]
AHEAD = 1024  # items in work or finished beyond the one that is waited for: a bound on memory
CHUNK = 16  # items sent to a process at once


def ordered_map(
    function: Callable[[T], R],
    items: Iterable[T],
    threads: int,
    stop: Callable[[], object] = lambda: None,
    ahead: int = AHEAD,
) -> Generator[R, None, None]:
    """Yield ``function(item)`` in the order of `items`, which are read at most `ahead` items in advance.

    The first error calls `stop` at once, on the thread where it happens, and is raised here rather than errors that
    follow from it. Closing the iterator stops everything as well.
    """
    waiting: deque[Future[R]] = deque()
    failures: list[BaseException] = []

    def run(item: T) -> R:
        try:
            return function(item)
        except BaseException as error:
            failures.append(error)
            stop()
            raise

    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(run, item))
                if len(waiting) > ahead or failures:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException as error:
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise failures[0] if failures else error from None


def ordered_windows(
    function: Callable[[Map, T], R], windows: Iterable[T], processes: int, ahead: int = 1, chunk: int = CHUNK
) -> Generator[R, None, None]:
    """Yield ``function(map, window)`` in the order of `windows`, of which `ahead` are read in advance.

    ``map(task, items)`` returns the list of ``task(item)``, computed in `processes`, `chunk` items at a time; both must
    be picklable. An error is raised here in place of its window; closing the iterator stops everything.

    This is for work that would take turns at the interpreter's lock in threads. joblib's processes are started anew
    rather than forked, because a process with a graphics card cannot be forked, and they do not run the script of this
    one again.
    """
    from joblib import Parallel, delayed  # a plan imports this module

    with Parallel(processes, backend="loky", batch_size=chunk) as pool:

        def in_processes(task: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
            return pool(delayed(task)(item) for item in items)

        yield from ordered_map(lambda window: function(in_processes, window), windows, threads=1, ahead=ahead)


def bounds(length: int, number: int, jobs: int) -> tuple[int, int]:
    """Return begin and end of the range `number` (from 0) of `jobs` ranges that divide `length` items evenly."""
    return length * number // jobs, length * (number + 1) // jobs
