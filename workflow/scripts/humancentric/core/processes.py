"""Run a function on many items in processes, with the results in the order of the items.

For work that would take turns at the interpreter's lock in threads. The processes are started anew rather than forked,
because a process with a graphics card cannot be forked.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
CHUNK = 16  # items sent to a process at once


def ordered_process_map(
    function: Callable[[T], R], items: Iterable[T], processes: int, ahead: int
) -> Generator[R, None, None]:
    """Yield ``function(item)`` in the order of `items`, which are read about `ahead` items in advance.

    `function` and `items` must be picklable. The first error in the order of the items is raised here; closing the
    iterator stops everything.
    """
    waiting: deque[Future[list[R]]] = deque()
    iterator = iter(items)
    context = multiprocessing.get_context("spawn")
    with without_main_file(), ProcessPoolExecutor(processes, mp_context=context) as pool:
        try:
            while chunk := list(islice(iterator, CHUNK)):
                waiting.append(pool.submit(_of_chunk, function, chunk))
                if len(waiting) * CHUNK > ahead:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def without_main_file() -> Iterator[None]:
    """Keep new processes from running the script of this one again, which they do to find what it defines."""
    import __main__ as main

    hidden = {name: getattr(main, name) for name in ("__file__", "__spec__") if hasattr(main, name)}
    main.__spec__ = None
    if "__file__" in hidden:
        del main.__file__
    try:
        yield
    finally:
        for name, value in hidden.items():
            setattr(main, name, value)


def _of_chunk(function: Callable[[T], R], chunk: list[T]) -> list[R]:
    return [function(item) for item in chunk]
