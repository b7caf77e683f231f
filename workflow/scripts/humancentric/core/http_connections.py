"""Bound the time and size of HTTP answers, and check the addresses of hosts when their names are resolved."""

import io
import math
import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

MOST_ADDRESSES = 4  # of a host, tried one after the other
TRANSLATED = ip_network("64:ff9b::/96")  # IPv4 addresses behind NAT64 (RFC 6052)


def is_public(text: str) -> bool:
    """Return whether an IP address, and any IPv4 address embedded in it, is globally reachable."""
    address = ip_address(text.partition("%")[0])
    embedded: IPv4Address | None = None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        embedded = address.sixtofour or (
            IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else None
        )
    found = [address, embedded] if embedded else [address]
    return all(item.is_global and not item.is_multicast for item in found)


class Budget(threading.local):
    """The limits of the current thread's request: the time `end`, and `most` bytes in total.

    `late`, `full` and `private` say which bound an answer broke, or which host has an address that is not public.
    """

    end, most, received = math.inf, math.inf, 0
    late = full = False
    private = ""

    def start(self, end: float, most: float) -> None:
        """Begin a request."""
        self.end, self.most, self.received = end, most, 0
        self.late = self.full = False
        self.private = ""


class BoundedReader(io.RawIOBase):
    """The bytes of a socket: status line, headers, chunk sizes and extensions, body, trailers.

    The timeouts of urllib3 bound the time between two bytes only, and the limits of http.client one line, so a server
    could hold a connection for ever with interim answers, an endless line or endless trailers.
    """

    def __init__(
        self, raw: Any, connection: socket.socket, budget: Budget, clock: Callable[[], float]
    ) -> None:
        """Read from `raw`, the unbuffered file of the socket `connection`."""
        self._raw, self._connection, self._budget, self._clock = raw, connection, budget, clock
        self._timeout = connection.gettimeout() or math.inf

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`. Raises `TimeoutError` after the deadline and `OSError` for too many bytes."""
        left = self._budget.end - self._clock()
        if left > 0:
            self._connection.settimeout(
                min(self._timeout, left) if min(self._timeout, left) < math.inf else None
            )
            try:
                count: int = self._raw.readinto(buffer)
            except TimeoutError:
                self._budget.late = left <= self._timeout
                raise
            self._budget.received += count
            if self._budget.received <= self._budget.most:
                return count
            self._budget.full = True
            raise OSError("too many bytes")
        self._budget.late = True
        raise TimeoutError("the deadline has passed")

    def close(self) -> None:
        """Close the socket's file."""
        self._raw.close()
        super().close()


class BoundedAdapter(HTTPAdapter):
    """An adapter without retries whose connections obey a `Budget` and, with `public`, lead to public hosts only.

    A name is resolved once for each connection, and the connection is made to an address that was checked. A proxy
    resolves names itself, so the check does not hold behind one.
    """

    def __init__(
        self, connections: int, budget: Budget, public: bool, clock: Callable[[], float] = time.monotonic
    ):
        """Prepare the connection classes."""
        self._pools = _pools(budget, public, clock)
        super().__init__(pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Use the bounded connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Use the bounded connections to a proxy, too."""
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._pools
        return manager

    def close(self) -> None:
        """Close all connections, also those of pools that the traceback of an error keeps alive."""
        pools = self.poolmanager.pools
        for key in pools.keys():  # noqa: SIM118 - no iterable mapping
            if (pool := pools.get(key)) is not None:
                pool.close()
        super().close()


def _pools(budget: Budget, public: bool, clock: Callable[[], float]) -> dict[str, type[HTTPConnectionPool]]:
    class Response(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
            super().__init__(sock, *args, **options)
            raw = self.fp.detach()
            self.fp = io.BufferedReader(BoundedReader(raw, sock, budget, clock))

    class Checked:
        """Connects to an address that was checked."""

        response_class: Any = Response

        def _new_conn(self: Any) -> socket.socket:
            if not public or self.proxy is not None:
                return super()._new_conn()  # type: ignore[misc]
            name = self._dns_host
            addresses = _addresses(self, name)
            if not all(map(is_public, addresses)):
                budget.private = name
                raise NewConnectionError(self, f"{name} is not public")
            try:
                for number, address in enumerate(addresses, 1):
                    self._dns_host = address
                    try:
                        return super()._new_conn()  # type: ignore[misc]
                    except NewConnectionError:
                        if number == len(addresses):
                            raise
                raise NewConnectionError(self, f"{name} has no address")
            finally:
                self._dns_host = name  # certificates are checked against it

    class CheckedHTTP(Checked, HTTPConnection):
        """A connection over HTTP."""

    class CheckedHTTPS(Checked, HTTPSConnection):
        """A connection over HTTPS."""

    class HTTPPool(HTTPConnectionPool):
        ConnectionCls = CheckedHTTP

    class HTTPSPool(HTTPSConnectionPool):
        ConnectionCls = CheckedHTTPS

    return {"http": HTTPPool, "https": HTTPSPool}


def _addresses(connection: Any, name: str) -> list[str]:
    """Return the first addresses of a host, each once."""
    try:
        rows = socket.getaddrinfo(name.strip("[]"), connection.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameResolutionError(name, connection, socket.gaierror(str(error))) from error
    return list(dict.fromkeys(str(row[4][0]) for row in rows))[:MOST_ADDRESSES]
