"""Many items on a few threads, their results in the order of the items."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T, R = TypeVar("T"), TypeVar("R")
AHEAD = 1024  # items under way or finished beyond the one that is waited for: a bound on memory


def in_order(
    function: Callable[[T], R], items: Iterable[T], threads: int, stop: Callable[[], None]
) -> Iterator[R]:
    """Yield ``function(item)`` in the order of `items`.

    The first error calls `stop` at once, on the thread where it happens, and is raised here, whatever follows from
    stopping; closing the iterator stops everything as well.
    """
    waiting: deque = deque()
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
                if len(waiting) > AHEAD or failures:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException as error:
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise failures[0] if failures else error from None
