"""A client for a dataset's source: of the real service, or of a replica that is started beside it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from humancentric.core.errors import UserError
from humancentric.core.files import write_text
from humancentric.core.http.client import MOST_CONNECTIONS
from humancentric.core.http.transport import is_loopback
from humancentric.sources.tmdb.access import REFUSED, RefusedError, check_terms, credentials_from
from humancentric.sources.tmdb.api import Client


class Served(Protocol):
    """A running stand-in for the service: where its API and its images are."""

    api_url: str
    image_url: str


Serve = Callable[[Path, Path], AbstractContextManager[Served]]


@contextmanager
def session(
    source: Mapping[str, Any],
    settings: Mapping[str, Any],
    environ: Mapping[str, str],
    share: float = 1.0,
    replica: Serve | None = None,
) -> Iterator[Client]:
    """Yield a client of `source` (a dataset's row) under the ``tmdb`` section `settings` of the config.

    Jobs that run at one time share the rate and the connections: this one has the `share` of both.

    With ``replica: folder`` (holding catalogue.jsonl and posters/, or `catalogue` and `posters` as paths of
    their own) the server that `replica` makes of both paths runs as long as the block. Otherwise the real
    service is asked: that needs a token in `environ` and acknowledged terms, else `UserError`.
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
                backoff=0.01,  # nobody is spared: a poster that is a web page stays one
            ) as client,
        ):
            yield client
        return
    url = settings["api_url"]
    check_terms(url, settings.get("terms_acknowledged", False))
    with (
        _told_of_refusal(environ),
        Client(
            url,
            settings["image_url"],
            **credentials_from(environ),
            requests_per_second=settings.get("requests_per_second", 20) * share,
            connections=int(MOST_CONNECTIONS * share),
            stamped=not is_loopback(url),
        ) as client,
    ):
        yield client


@contextmanager
def _told_of_refusal(environ: Mapping[str, str]) -> Iterator[None]:
    """Raise `RefusedError` if another job of this run was refused; tell the others if this one is."""
    told = Path(environ[REFUSED]) if environ.get(REFUSED) else None
    if told and told.is_file():
        raise RefusedError(told.read_text(encoding="utf-8"))
    try:
        yield
    except RefusedError as error:
        if told:
            write_text(told, str(error))
        raise


def is_replica(source: Mapping[str, Any]) -> bool:
    """Return whether the source brings its own catalogue to be served on loopback."""
    return "replica" in source or "catalogue" in source


def replica_paths(source: Mapping[str, Any]) -> tuple[Path, Path]:
    """Return the catalogue file and the poster folder of a replica's source; `UserError` if one does not exist."""
    folder = Path(source.get("replica", ""))
    catalogue = Path(source.get("catalogue", folder / "catalogue.jsonl"))
    posters = Path(source.get("posters", folder / "posters"))
    if not catalogue.is_file():
        raise UserError(f"source.replica: '{catalogue}' is no file; it should hold one film (JSON) a line")
    if not posters.is_dir():
        raise UserError(
            f"source.replica: '{posters}' is no folder; it should hold the posters of {catalogue}"
        )
    return catalogue, posters


def origin(source: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Any]:
    """Return what tells one place of answers from another: for a spool, so that no two are ever mixed."""
    if not is_replica(source):
        return [settings["api_url"], settings["image_url"]]
    catalogue, posters = replica_paths(source)
    state = catalogue.stat()
    return [str(catalogue), str(posters), state.st_size, state.st_mtime_ns]
