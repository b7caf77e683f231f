"""Listings of films from a replica of TMDb."""

from datetime import date

from demo_data.replica.replica import Replica
from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.schemas import LISTING
from humancentric.sources.tmdb.api import Client
from humancentric.sources.tmdb.crawl import list_slice
from tmdb_films import write

YEAR = date(2000, 1, 1), date(2000, 12, 31)


def listed(folder, films, span=YEAR, cap=500, faults=(), asked=None):
    """Return table, counts and the request log of listing `films` from a replica whose pages end at `cap`."""
    with Replica(*write(folder / "films", films), page_cap=cap, faults=faults) as replica:
        with Client(
            replica.api_url,
            replica.image_url,
            token="t",
            requests_per_second=None,
            attempts=2,
            stamped=False,
            sleep=lambda _: None,
        ) as client:
            table, counts = list_slice(
                client, *span, DownloadCache(folder / "spool"), page_cap=cap, filters=asked
            )
        tables.check(table.schema, LISTING, "table")
        return table, counts, replica.request_log
