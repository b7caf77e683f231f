"""A client of TMDb's API v3 and of its image host, polite and discreet."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import requests

from humancentric.core.http.client import LARGEST_BODY, RateLimitedClient, file_bytes, json_object, reason
from humancentric.core.http.transport import ServiceError, host, is_loopback
from humancentric.sources.tmdb.access import VARIABLES, RefusedError, safe_address

POSTER_PATH = re.compile(r"/[A-Za-z0-9_-]+\.(jpg|jpeg|png|webp)")


class Client(RateLimitedClient):
    """Requests to one API host and one image host; the secret goes to the API host only and into no message."""

    def __init__(
        self,
        api_url: str,
        image_url: str,
        *,
        token: str | None = None,
        key: str | None = None,
        stamped: bool = True,
        **options: Any,
    ) -> None:
        """Connect to nothing yet; `options` are those of `Polite`."""
        super().__init__(
            proxied=not is_loopback(api_url),  # a proxy does not know this machine's loopback
            secrets=(token, key),
            **options,
        )
        self.api_url, self.image_url = safe_address(api_url, "api_url"), safe_address(image_url, "image_url")
        self.stamped, self._token, self._key = stamped, token, key

    def now(self) -> str | None:
        """Return the present time (UTC, ISO 8601, seconds), None where records never expire (`stamped` is false)."""
        return datetime.now(UTC).isoformat(timespec="seconds") if self.stamped else None

    def get(self, path: str, query: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Return the JSON object at ``/3/{path}``; raises `ServiceError` or, for a bad token, `RefusedError`."""
        hidden = {"api_key": self._key} if self._key and not self._token else {}
        url = f"{self.api_url}/3/{path}"
        try:
            return self.ask(url, query, hidden=hidden, parse=json_object, sign=self._sign)
        except ServiceError as error:
            if error.status != 401:
                raise
            variable = VARIABLES["key" if hidden else "token"]
            told = f"401: {reason(error.answer, self._secrets)}"
            remedy = f"set {variable} to a valid one and run again: what arrived is kept"
            raise RefusedError(f"{variable}: refused by {host(self.api_url)} ({told}); {remedy}") from None

    def image(
        self, size: str, poster_path: str, *, largest: int = LARGEST_BODY, until: float | None = None
    ) -> bytes:
        """Return the bytes of a poster, e.g. ``image("w780", "/abc.jpg")``; raises `ServiceError` (404: no such size).

        `poster_path` comes from outside and becomes part of an address: anything but a plain name is a `ValueError`.
        """
        if not POSTER_PATH.fullmatch(poster_path):
            raise ValueError(f"{poster_path!r} is no poster path")
        url = f"{self.image_url}/{size}{poster_path}"
        return self.ask(url, parse=file_bytes, largest=largest, until=until)

    def poster(self, sizes: Sequence[str], poster_path: str, largest: int = LARGEST_BODY) -> bytes | None:
        """Return a poster in the first of the `sizes` that the service has, None if it has none of them."""
        until = self.until()
        for size in sizes:
            try:
                return self.image(size, poster_path, largest=largest, until=until)
            except ServiceError as error:
                if error.status != 404:
                    raise
        return None

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request
