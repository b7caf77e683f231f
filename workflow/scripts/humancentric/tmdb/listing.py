"""The films of a range of release dates, listed completely although no query shows more than 500 pages."""

import logging
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

import pyarrow as pa

from humancentric.errors import UserError
from humancentric.spool import Spool
from humancentric.tmdb.client import Client
from humancentric.tmdb.pages import PAGE_CAP, ROUNDS, Film, Pages
from humancentric.tmdb.queries import Query
from humancentric.tmdb.records import arrivals, table_of
from humancentric.web.transport import ServiceError

log = logging.getLogger("humancentric")

ROWS = 2000  # films that are Python objects at a time; a column takes a tenth of the memory


def list_slice(
    client: Client,
    first: date,
    last: date,
    spool: Spool,
    page_cap: int = PAGE_CAP,
    filters: Mapping[str, str] | None = None,
) -> tuple[pa.Table, dict[str, Any]]:
    """Return the films released from `first` to `last` (both included) as a listing, and what is known of it.

    The listing holds each film once, dirty ones too: whoever reads it judges them. Known are the counts
    `total_results` (the service's own), `films` (rows), `repeated` (further copies of them), `malformed` (records
    without an id), `requests` (pages that were needed) and `shortfall` (films counted by the service but never
    shown), and `released` and `fetched` as in `records.merge`. A page in `spool` is not asked for again.
    `filters` are further parameters of the queries. Raises `UserError` if the service cannot be used.
    """
    query, pages = Query(first, last, filters=filters or {}), Pages(client, spool, page_cap)
    try:
        total = pages.totals(query).films
        films = _films(pages, query)
        tables = [table_of([])]
        while some := list(islice(films, ROWS)):
            tables.append(table_of(some))
        shortfall = pages.shortfall
        if pages.accounted + shortfall < total:  # parts that do not add up to the whole: it may have changed
            total = pages.totals(query, turn=ROUNDS).films
            shortfall = max(shortfall, total - pages.accounted)
    except ServiceError as error:
        remedy = "check network and tmdb.api_url, then run again: what arrived is kept"
        raise UserError(f"{error}; {remedy}") from error
    if shortfall:
        log.warning("%s to %s: the service counts %d films more than it shows", first, last, shortfall)
    listing = pa.concat_tables(tables)
    return listing, {
        "total_results": total,
        "films": len(listing),
        "repeated": pages.repeated,
        "malformed": pages.malformed,
        "requests": len(pages.asked),
        "shortfall": shortfall,
        "released": [first.isoformat(), last.isoformat()],
        "fetched": arrivals(listing),
    }


def _films(pages: Pages, query: Query) -> Iterator[Film]:
    """Yield the films of a query that were not seen before, asking smaller ones where it has too many pages."""
    total = pages.totals(query)
    if not total.exceed(pages.page_cap):
        yield from pages.read(query)
    elif halves := query.halves():
        for half in halves:
            yield from _films(pages, half)
    elif languages := query.by_language():
        shortfall, accounted = pages.shortfall, pages.accounted
        for part in languages:
            yield from _films(pages, part)
        # Languages that are not in the list, and those with too many films: the day's own pages may show more.
        if total.films > pages.accounted - accounted:
            yield from pages.read(query, again=True)
        pages.shortfall = shortfall + max(0, total.films - (pages.accounted - accounted))
    else:
        log.warning("%s in '%s': more than %d pages", query.first, query.language, pages.page_cap)
        yield from pages.read(query)
