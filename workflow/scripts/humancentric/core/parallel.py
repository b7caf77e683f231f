"""Run a function on many items in parallel, with the results in the order of the items."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
AHEAD = 1024  # items submitted beyond the one that is waited for: bounds the memory


def ordered_map(
    function: Callable[[T], R],
    items: Iterable[T],
    threads: int,
    stop: Callable[[], object] = lambda: None,
    ahead: int = AHEAD,
) -> Generator[R, None, None]:
    """Yield ``function(item)`` in the order of `items`, reading at most `ahead` items in advance.

    The first error immediately calls `stop`, on the thread where it occurs, and is raised here rather than the errors
    that it causes. Closing the iterator stops everything as well.
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


def bounds(length: int, number: int, jobs: int) -> tuple[int, int]:
    """Return the begin and end of range `number` (from 0) when `length` items are divided evenly among `jobs`."""
    return length * number // jobs, length * (number + 1) // jobs
