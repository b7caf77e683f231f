"""Log to a job's file and to stderr: messages, errors, the time of each stage and the peak memory."""

import atexit
import faulthandler
import gc
import logging
import os
import re
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from tqdm import tqdm

from humancentric.core.errors import UserError
from humancentric.core.escaping import printable, without_secrets
from humancentric.core.files import require_writable

T = TypeVar("T")
FORMAT = "%(asctime)s %(levelname)s %(message)s"
STATUS = Path("/proc/self/status")
PEAK = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)


class Printable(logging.Formatter):
    """A formatter that removes secrets from URLs and escapes control characters, even in text sent by a server."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of `record` with control characters written out."""
        return printable(without_secrets(super().format(record)))


def start(path: str | Path) -> logging.Logger:
    """Return the job's logger, which writes to `path` and stderr, as do uncaught errors and warnings.

    Call it before the heavy imports of a script, so that a failing import is in the log as well. A `UserError` is
    logged as one line, any other exception with its traceback. The last line is that error, or else the peak memory.
    A library that aborts the process, e.g. when memory runs out, leaves the Python stack, and a kill the first line.
    It also makes garbage collection rare for the rest of the process.
    """
    console = logging.StreamHandler(sys.stderr)
    console.setFormatter(Printable(FORMAT, datefmt="%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[console], force=True)
    logging.captureWarnings(True)
    warnings.simplefilter("once")
    for chatty in ("urllib3", "httpx", "PIL", "fontTools", "matplotlib"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logger = logging.getLogger("humancentric")

    def log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, UserError):
            logger.error("%s", error)
        else:
            logger.error("%s: %s", kind.__name__, error, exc_info=(kind, error, trace))
        atexit.unregister(_log_memory)

    sys.excepthook = log_uncaught
    require_writable(Path(path).parent)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    stream = Path(path).open("w", encoding="utf-8")  # noqa: SIM115 (as long as the process)
    faulthandler.enable(stream)
    file = logging.StreamHandler(stream)
    file.setFormatter(console.formatter)
    logging.getLogger().addHandler(file)
    atexit.register(_log_memory)
    _collect_garbage_rarely()
    logger.info("started as process %d", os.getpid())
    return logger


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Log how many seconds the enclosed block took."""
    begin = time.perf_counter()
    yield
    logging.getLogger("humancentric").info("%s: %.2f s", name, time.perf_counter() - begin)


def progress(items: Iterable[T], description: str, total: int | None = None, unit: str = "it") -> Iterable[T]:
    """Return `items` with a progress bar on stderr, silent when stderr is not a terminal."""
    return tqdm(items, desc=description, total=total, unit=unit, disable=None, dynamic_ncols=True)


def peak_memory() -> int | None:
    """Return the peak resident memory of this process in bytes, None on systems without ``/proc``.

    Snakemake samples the memory and misses short jobs; `getrusage` includes that of the parent before the fork.
    """
    found = PEAK.search(STATUS.read_text(errors="replace")) if STATUS.exists() else None
    return int(found[1]) * 1024 if found else None


def _collect_garbage_rarely() -> None:
    """Collect garbage a hundred times less often, and not at exit.

    Objects that imports create live as long as the process. Searching them for garbage took a quarter of the time of
    importing torchvision and exiting (6.3 s, now 4.7), and two fifths with sentence-transformers (13.5 s, now 8).
    """
    gc.set_threshold(100_000, 10, 10)
    atexit.register(gc.freeze)


def _log_memory() -> None:
    peak = peak_memory()
    if peak is not None:
        logging.getLogger("humancentric").info("memory: %.0f MB at most", peak / 1e6)
