"""Select films by their number of votes, and add the columns of votes to a listing.

A crawl with votes has its own rule, so that other crawls keep their code and are not repeated.
"""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from humancentric.core.download_cache import DownloadCache

COLUMNS = ("vote_average", "vote_count")


def votes_at_least(source: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameter that limits every query to films with at least a source's ``min_votes``."""
    return {"vote_count.gte": str(source["min_votes"])}


def with_votes(listing: pa.Table, cache: DownloadCache) -> pa.Table:
    """Return a listing with the text columns `COLUMNS`, from the pages of its crawl that are in the cache.

    Films are on more than one page if pages were read again; the last reading counts. A vote that is not a number
    is null, and the sample is then rejected.
    """
    found: dict[str, list[str | None]] = {}
    for path in sorted(cache.folder.glob("*.json")):
        page = None if path.name.startswith(".") else cache.get(path.name)
        for film in json.loads(page)["results"] if page else ():
            if isinstance(film, dict):
                values = (film.get(name) for name in COLUMNS)
                found[str(film.get("id"))] = [str(v) if type(v) in (int, float) else None for v in values]
    films = [found.get(name, [None, None]) for name in listing["id"].to_pylist()]
    for number, column in enumerate(COLUMNS):
        listing = listing.append_column(column, pa.array([film[number] for film in films], pa.string()))
    return listing
