"""Connections that are cut when the head of an answer takes too long, however steadily it drips.

The time-outs of sockets bound the silence between two pieces. The body of an answer is read piece by piece with an eye
on the clock, but its head is read in one go by the standard library.
"""

import contextlib
import socket
import threading
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool


class BoundedAdapter(HTTPAdapter):
    """An adapter without repetitions, whose connections wait `seconds` for the head of an answer at most."""

    def __init__(self, seconds: float, connections: int) -> None:
        """Open nothing yet."""
        self._pools = {
            "http": _bounded(HTTPConnectionPool, seconds),
            "https": _bounded(HTTPSConnectionPool, seconds),
        }
        super().__init__(pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Use the bounded connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _bounded(pool: type[HTTPConnectionPool], seconds: float) -> type[HTTPConnectionPool]:
    class Connection(pool.ConnectionCls):
        def getresponse(self) -> Any:
            late = threading.Event()
            timer = threading.Timer(seconds, _cut, [self.sock, late])
            timer.daemon = True
            timer.start()
            try:
                return super().getresponse()
            finally:
                timer.cancel()
                if late.is_set():  # a head that ends early looks like a whole one
                    raise TimeoutError

    return type(pool.__name__, (pool,), {"ConnectionCls": Connection})


def _cut(connection: socket.socket, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
