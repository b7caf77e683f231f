"""Query TMDb's API v3 and its image host, and check credentials and terms of use first."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from humancentric.core.errors import UserError
from humancentric.core.files import write_text
from humancentric.core.host_breaker import HostBreaker
from humancentric.core.http_client import (
    LARGEST_BODY,
    MOST_CONNECTIONS,
    RateLimitedClient,
    file_bytes,
    json_object,
    reason,
)
from humancentric.core.http_transport import ServiceError, host, is_loopback
from humancentric.sources.tmdb import REFUSED

TERMS_URL = "https://www.themoviedb.org/api-terms-of-use"
QUOTES = (
    "'\"`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"  # that may surround a value copied from a document
)
V3_KEY = re.compile("[0-9a-f]{32}")
V4_START = "eyJ"  # start of a JSON web token
VARIABLES = {"token": "TMDB_TOKEN", "key": "TMDB_API_KEY"}
POSTER_PATH = re.compile(
    r"/[A-Za-z0-9_-]{1,180}\.(jpg|jpeg|png|webp)"
)  # shorter than the limit of file names


class RefusedError(UserError):
    """The service refuses the token, so that no job of the run needs to try again."""


class Client(RateLimitedClient):
    """A client of one API host and one image host; the secret is only sent to the API host and is in no message."""

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
        """Connect to nothing yet; `options` are those of `RateLimitedClient`."""
        super().__init__(
            proxied=not is_loopback(api_url),  # a proxy does not know this machine's loopback
            secrets=(token, key),
            **options,
        )
        self.api_url, self.image_url = checked_url(api_url, "api_url"), checked_url(image_url, "image_url")
        self.stamped, self._token, self._key = stamped, token, key

    def now(self) -> str | None:
        """Return the current time (UTC, ISO 8601, seconds), or None if records never expire (`stamped` is false)."""
        return datetime.now(UTC).isoformat(timespec="seconds") if self.stamped else None

    def get(self, path: str, query: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Return the JSON object at ``/3/{path}``. Raises `ServiceError` or, for a bad token, `RefusedError`."""
        hidden = {"api_key": self._key} if self._key and not self._token else {}
        url = f"{self.api_url}/3/{path}"
        try:
            return self.ask(url, query, hidden=hidden, parse=json_object, sign=self._sign)
        except ServiceError as error:
            if error.status != 401:
                raise
            variable = VARIABLES["key" if hidden else "token"]
            answer = f"401: {reason(error.answer, self._secrets)}"
            remedy = f"set {variable} to a valid one and run again: what has been downloaded is kept"
            raise RefusedError(f"{variable}: refused by {host(self.api_url)} ({answer}); {remedy}") from None

    def image(
        self, size: str, poster_path: str, *, largest: int = LARGEST_BODY, until: float | None = None
    ) -> bytes:
        """Return the bytes of a poster, e.g. ``image("w780", "/abc.jpg")``. Raises `ServiceError` (404: no such size).

        `poster_path` is untrusted and becomes part of a URL: raises `ValueError` for anything but a plain name.
        """
        if not POSTER_PATH.fullmatch(poster_path):
            raise ValueError(f"{poster_path!r} is not a poster path")
        url = f"{self.image_url}/{size}{poster_path}"
        return self.ask(url, parse=file_bytes, largest=largest, until=until)

    def poster(self, sizes: Sequence[str], poster_path: str, largest: int = LARGEST_BODY) -> bytes | None:
        """Return a poster in the first of the `sizes` that the service has, or None if it has none of them."""
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


def checked_url(url: str, name: str) -> str:
    """Return `url` without a final slash. Raises `UserError` if a token would be sent without encryption."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)):
        return url.rstrip("/")
    raise UserError(f"tmdb.{name} is '{url}'; use an address that starts with https://")


def check_terms(api_url: str, acknowledged: bool) -> None:
    """Raise `UserError` unless the service's terms were acknowledged; a replica on loopback has none."""
    if is_loopback(api_url) or acknowledged is True:
        return
    raise UserError(
        "tmdb.terms_acknowledged is false; TMDb's terms forbid caches older than 6 months and passing them on, and "
        "ask for a written agreement before machine learning on TMDb content: "
        f"read {TERMS_URL}, then set it to true"
    )


def credentials_from(environ: Mapping[str, str]) -> dict[str, str]:
    """Return ``{"token": ...}`` or ``{"key": ...}`` from TMDB_TOKEN or TMDB_API_KEY, without quotes around it.

    Raises `UserError` if both are unset, or if one holds a value for the other or one that no header can hold.
    """
    for name, variable in VARIABLES.items():
        value = environ.get(variable, "").strip().strip(QUOTES).strip()
        if not value:
            continue
        if not value.isascii() or any(character.isspace() for character in value):
            raise UserError(
                f"{variable} holds a space or a character outside ASCII; copy it again without quotes"
            )
        if name == "token" and V3_KEY.fullmatch(value):
            raise UserError(
                f"{variable} holds a key of API v3 (32 digits); set {VARIABLES['key']} to it instead"
            )
        if name == "key" and value.startswith(V4_START):
            raise UserError(
                f"{variable} holds an API Read Access Token; set {VARIABLES['token']} to it instead"
            )
        return {name: value}
    raise UserError(
        "TMDB_TOKEN is not set; set it to your TMDb API Read Access Token (or TMDB_API_KEY to your v3 key)"
    )


class Server(Protocol):
    """A running replica of the service: the URLs of its API and of its images."""

    api_url: str
    image_url: str


StartReplica = Callable[[Path, Path], AbstractContextManager[Server]]


@contextmanager
def session(
    source: Mapping[str, Any],
    settings: Mapping[str, Any],
    environ: Mapping[str, str],
    share: float = 1.0,
    replica: StartReplica | None = None,
) -> Iterator[Client]:
    """Yield a client of `source` (a dataset's row) under the ``tmdb`` section `settings` of the config.

    Jobs that run at the same time share the rate and the connections; this job has the `share` of both.

    A source with ``replica: folder`` (holding catalogue.jsonl and posters/, or `catalogue` and `posters` as separate
    paths) is served by the server that ``replica(catalogue, posters)`` starts, as long as the block runs. Any other
    source is the real service, which needs a token in `environ` and acknowledged terms, else `UserError` is raised.
    """
    if is_replica(source):
        catalogue, posters = replica_paths(source)
        if replica is None:
            raise UserError(
                "source.replica: this command asks the real service only; it has no replica to start"
            )
        with (
            replica(catalogue, posters) as server,
            Client(
                server.api_url,
                server.image_url,
                token="replica",
                requests_per_second=None,
                stamped=False,
                backoff=0.01,  # a replica needs no pause, and a damaged poster stays damaged
            ) as client,
        ):
            yield client
        return
    url = settings["api_url"]
    check_terms(url, settings.get("terms_acknowledged", False))
    with (
        _shared_refusal(environ),
        Client(
            url,
            settings["image_url"],
            **credentials_from(environ),
            requests_per_second=settings.get("requests_per_second", 20) * share,
            connections=int(MOST_CONNECTIONS * share),
            stamped=not is_loopback(url),
            breaker=HostBreaker.of(environ),
        ) as client,
    ):
        yield client


@contextmanager
def _shared_refusal(environ: Mapping[str, str]) -> Iterator[None]:
    """Raise `RefusedError` if another job of this run was refused; write it to the shared file if this one is."""
    shared = Path(environ[REFUSED]) if environ.get(REFUSED) else None
    if shared and shared.is_file():
        raise RefusedError(shared.read_text(encoding="utf-8"))
    try:
        yield
    except RefusedError as error:
        if shared:
            write_text(shared, str(error))
        raise


def is_replica(source: Mapping[str, Any]) -> bool:
    """Return whether the source has its own catalogue, which is served on loopback."""
    return "replica" in source or "catalogue" in source


def replica_paths(source: Mapping[str, Any]) -> tuple[Path, Path]:
    """Return the catalogue file and the poster folder of a replica's source; `UserError` if one does not exist."""
    folder = Path(source.get("replica", ""))
    catalogue = Path(source.get("catalogue", folder / "catalogue.jsonl"))
    posters = Path(source.get("posters", folder / "posters"))
    if not catalogue.is_file():
        raise UserError(f"source.replica: '{catalogue}' is not a file; it should hold one film (JSON) a line")
    if not posters.is_dir():
        raise UserError(
            f"source.replica: '{posters}' is not a folder; it should hold the posters of {catalogue}"
        )
    return catalogue, posters


def origin(source: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Any]:
    """Return the identity of a service, so that a download cache does not mix the answers of two services."""
    if not is_replica(source):
        return [settings["api_url"], settings["image_url"]]
    catalogue, posters = replica_paths(source)
    state = catalogue.stat()
    return [str(catalogue), str(posters), state.st_size, state.st_mtime_ns]
