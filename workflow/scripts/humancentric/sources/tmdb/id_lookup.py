"""IMDb ids as the ids of TMDb, one request each, kept in a spool until all are known."""

import json
import re
from collections.abc import Sequence

import pyarrow as pa

from humancentric.core import logs
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.http.transport import ServiceError
from humancentric.core.schemas import RESOLVED
from humancentric.sources.tmdb.api import Client

IMDB = re.compile(r"tt[0-9]{5,}")


def foreign(ids: Sequence[str]) -> list[str]:
    """Return those of `ids` that are IMDb's and have to be looked up."""
    return [sample for sample in ids if IMDB.fullmatch(sample)]


def resolve(client: Client | None, ids: Sequence[str], spool: DownloadCache | None = None) -> pa.Table:
    """Return for every given id the id that it means (RESOLVED): IMDb ids as TMDb knows them, null where it does not.

    Every other id means itself; without a client so does every id. An answer in `spool` is not asked for again.
    Raises `UserError` if the service cannot be used.
    """
    known: dict[str, str | None] = {}
    if client is not None:
        asked = foreign(ids)
        found = client.each(lambda sample: _find(client, spool, sample), asked)
        try:
            known = dict(zip(asked, logs.progress(found, "ids", total=len(asked), unit="id"), strict=True))
        except ServiceError as error:
            remedy = "check network and tmdb.api_url, then run again: what arrived is kept"
            raise UserError(f"{error}; {remedy}") from error
    return RESOLVED.table({"given": list(ids), "id": [known.get(sample, sample) for sample in ids]})


def _find(client: Client, spool: DownloadCache, sample: str) -> str | None:
    """Return the id of the film that TMDb knows under an IMDb id, None if there is none (it may be a series)."""
    key = f"{sample}.json"
    kept = spool.get(key)
    if kept is None:
        try:
            body = client.get(f"find/{sample}", {"external_source": "imdb_id"})
        except ServiceError as error:
            if error.status != 404:
                raise
            body = {}
        kept = json.dumps(body.get("movie_results") or []).encode()
        spool.put(key, kept)
    films = [film for film in json.loads(kept) if isinstance(film, dict) and type(film.get("id")) is int]
    return str(films[0]["id"]) if films else None
