"""Download the pictures of a listing by their URLs, each once, and cache them until their table is written."""

import hashlib
import json
import socket
import threading
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from humancentric.core.errors import UserError
from humancentric.core.http_client import RateLimitedClient
from humancentric.core.http_connections import is_public
from humancentric.core.http_transport import GONE, ServiceError
from humancentric.core.images import BAD, NOT_FOUND, REFUSED, TOO_LARGE, ImageError

FAILED = "download-failed"
IN_A_ROW = 5  # consecutive failures after which no more requests are sent to a host
AT_LEAST = 3  # failures that are always tolerated, even among a few pictures

ALLOWED = "downloads.private_addresses would allow it"

Content = bytes | ImageError  # the bytes of a picture, or the reason why there are none


class Store(Protocol):
    """A key-value store for downloads."""

    def get(self, key: str) -> bytes | None:
        """Return the data stored under `key`, or None."""

    def put(self, key: str, data: bytes) -> None:
        """Store `data` under `key`."""


class Downloads:
    """Download the pictures of a shard through `client` and store each in `cache`.

    URLs must begin with http or https and lead to a public host, unless `private` allows this machine and its local
    network as well. A picture may have at most `max_bytes` bytes. At most the share `tolerated` of the pictures may
    fail without an answer.
    """

    def __init__(
        self, client: RateLimitedClient, cache: Store, max_bytes: int, private: bool, tolerated: float
    ) -> None:
        """Send no request yet."""
        self.client, self.cache = client, cache
        self.max_bytes, self.private, self.tolerated = max_bytes, private, tolerated
        self._silent: Counter[str] = Counter()  # host -> consecutive failures
        self._lock = threading.Lock()

    def contents(self, addresses: Collection[str]) -> Iterator[tuple[str, Content]]:
        """Yield each URL with the bytes of its picture, or with the reason why there are none.

        Reasons: ``bad-address``, ``not-found``, ``refused``, ``too-large``, ``download-failed``. Pictures in the
        cache are not requested again. Raises `UserError` if more fail than are tolerated.
        """
        limit = max(AT_LEAST, int(self.tolerated * len(addresses)))
        failed = 0
        contents = self.client.each(lambda address: (address, self._content(address)), addresses)
        for address, content in contents:
            if isinstance(content, ImageError) and content.reason == FAILED:
                failed += 1
                if failed > limit:
                    contents.close()
                    remedy = "check the network, or raise downloads.tolerated, then run again"
                    raise UserError(
                        f"{failed} of {len(addresses)} pictures could not be fetched, the last: {content.detail}; "
                        f"{remedy}: what has been downloaded is kept"
                    )
            yield address, content

    def _content(self, address: str) -> Content:
        """Return the picture of a URL, from the cache if it is there. Transient failures are not cached."""
        key = hashlib.sha256(address.encode()).hexdigest()
        data = self.cache.get(key)
        if data is not None:
            return data
        known = self.cache.get(f"{key}.refused")
        if known is not None:
            return ImageError(*json.loads(known))
        try:
            data = self._download(address)
        except ImageError as error:
            if error.reason != FAILED:
                self.cache.put(f"{key}.refused", json.dumps([error.reason, error.detail]).encode())
            return error
        self.cache.put(key, data)
        return data

    def _download(self, address: str) -> bytes:
        host = checked_host(address, self.private)
        if self._silent[host] >= IN_A_ROW:
            raise ImageError(FAILED, f"{host} has not answered {IN_A_ROW} times in a row")
        try:
            data: bytes = self.client.ask(address, largest=self.max_bytes)
        except ServiceError as error:
            transient = error.passing
            with self._lock:
                self._silent[host] = self._silent[host] + 1 if transient else 0
            if error.answer.private:
                raise ImageError(BAD, f"{error}; {ALLOWED}") from error
            if error.oversized:
                raise ImageError(TOO_LARGE, f"more than {self.max_bytes} bytes") from error
            reason = FAILED if transient else NOT_FOUND if error.status in GONE else REFUSED
            raise ImageError(reason, str(error)) from error
        with self._lock:
            self._silent[host] = 0
        return data


def checked_host(address: str, private: bool) -> str:
    """Return the host of a URL. Raises `ImageError` (``bad-address``) unless it may be requested."""
    try:
        parts = urlsplit(address)
        host, has_user = parts.hostname, parts.username is not None
        _ = parts.port  # not between 0 and 65535: ValueError
    except ValueError as error:
        raise ImageError(BAD, f"{address[:200]!r} is not a valid address") from error
    if parts.scheme not in ("http", "https") or not host or "%" in host:  # requests decodes %61 in a host
        raise ImageError(BAD, f"{address[:200]!r} does not begin with http:// or https:// and a host")
    if has_user:
        raise ImageError(BAD, f"the address at {host} holds a user name")
    if not private and is_private(host):
        raise ImageError(BAD, f"{host} is not public; {ALLOWED}")
    return host


@lru_cache(maxsize=4096)
def is_private(host: str) -> bool:
    """Return whether a host is this machine or in a local network; False for a name that cannot be resolved."""
    try:
        return not is_public(host)
    except ValueError:
        try:
            return not all(is_public(str(row[4][0])) for row in socket.getaddrinfo(host, None))
        except (OSError, UnicodeError):
            return False
