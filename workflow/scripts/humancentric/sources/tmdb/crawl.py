"""Crawl TMDb: list all films of a range of release dates.

A query shows at most 500 pages, so larger ranges are divided until the pages add up to the service's own count. Pages
in the download cache are not requested again.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from humancentric.core import tables
from humancentric.core.download_cache import DAY, DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.http_transport import ServiceError
from humancentric.core.schemas import LISTING
from humancentric.sources.tmdb.api import Client, origin
from humancentric.sources.tmdb.discover import Query, arrivals, filters, table_of

PAGE_CAP = 500
LARGEST_ID = 2**63 - 1
PAGE_SIZE = 20  # films
ROUNDS = 3  # maximum number of times to read a query whose pages do not add up
ROWS = 2000  # films held as Python objects at a time; columns take a tenth of the memory
Film = dict[str, Any]
log = logging.getLogger("humancentric")


class Totals(NamedTuple):
    """The number of records on a page, and the total pages and films of the query as the page states them."""

    shown: int
    pages: int
    films: int

    def exceed(self, page_cap: int) -> bool:
        """Return whether the query has more than `page_cap` pages, even if the service clamps `pages`."""
        return self.pages > page_cap or self.films > page_cap * PAGE_SIZE


class Pages:
    """Read the pages of one slice, and count their records.

    Every page goes through the download cache, and one at a time is in memory. `requested` are the pages that
    were needed. `accounted` counts the records that the queries showed, with `repeated` and `malformed` (without an
    id) ones among them. `shortfall` counts the films that the service counted and did not show.
    """

    def __init__(self, client: Client, cache: DownloadCache, page_cap: int = PAGE_CAP) -> None:
        """Request nothing yet; no query shows more than `page_cap` pages."""
        self.client, self.cache, self.page_cap = client, cache, page_cap
        self.requested: set[str] = set()
        self.seen: set[int] = set()
        self.accounted = self.repeated = self.malformed = self.shortfall = 0

    def totals(self, query: Query, number: int = 1, turn: int = 0) -> Totals:
        """Return the totals stated on a page, which is then in the cache; `turn` numbers the readings of the query."""
        page = self._page(query, number, turn)
        return Totals(len(page["results"]), page["total_pages"], page["total_results"])

    def read(self, query: Query, *, again: bool = False) -> Iterator[Film]:
        """Yield the films of a query that were not seen before, each with the time of its arrival.

        If films are missing, or totals changed and films moved from one page to another, all pages are read again; the
        films still missing in the end are the shortfall. With `again`, parts of the query were read before, and only
        new films are counted.
        """
        best = new = 0
        for turn in range(int(again), ROUNDS):
            totals = self._totals_of_all(query, turn)
            different = set()
            for number in range(1, len(totals) + 1):
                for film in self._films(query, number, turn):
                    different.add(film["id"])
                    if film["id"] not in self.seen:
                        self.seen.add(film["id"])
                        new += 1
                        yield film
            counts = {page.films for page in totals}
            shown = sum(page.shown for page in totals)
            best = max(best, shown)
            # A film that is added meanwhile moves another one onto two pages, and hides a third.
            if (shown if len(counts) == 1 else len(different)) >= max(counts):
                break
            if totals[-1].exceed(self.page_cap):
                break
        self.accounted += new if again else best
        self.shortfall += 0 if again else max(0, totals[-1].films - best)

    def _totals_of_all(self, query: Query, turn: int) -> list[Totals]:
        found = [self.totals(query, 1, turn)]
        # The number of pages may change while they are read.
        while len(found) < (wanted := min(found[-1].pages, self.page_cap)):
            numbers = range(len(found) + 1, wanted + 1)
            found.extend(self.client.each(lambda number: self.totals(query, number, turn), numbers))
        return found

    def _films(self, query: Query, number: int, turn: int) -> Iterator[Film]:
        page = self._page(query, number, turn)
        for film in page["results"]:
            film_id = film.get("id") if isinstance(film, dict) else None
            if turn == 0:  # a second reading shows everything again
                self.malformed += not _is_id(film_id)
                self.repeated += _is_id(film_id) and film_id in self.seen
            if _is_id(film_id):
                yield {**film, "fetched_at": page["fetched_at"]}

    def _page(self, query: Query, number: int, turn: int) -> dict[str, Any]:
        key = query.key(number, turn)
        self.requested.add(key)
        if cached := self.cache.get(key):
            return json.loads(cached)
        body = self.client.get("discover/movie", query.parameters(number))
        page = {name: body.get(name) for name in ("results", "total_pages", "total_results")}
        if [type(value) for value in page.values()] != [list, int, int]:
            raise ServiceError(f"discover/movie: page {number} comes without results and totals")
        page["fetched_at"] = self.client.now()
        self.cache.put(key, json.dumps(page).encode())  # as ASCII: UTF-8 cannot encode lone surrogates
        return page


def _is_id(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ID


def write_slice(
    output: Path,
    source: Mapping[str, Any],
    between: Sequence[str],
    settings: Mapping[str, Any],
    client: Callable[[], AbstractContextManager[Client]],
    further: Mapping[str, str] | None = None,
    extended: Callable[[pa.Table, DownloadCache], pa.Table] = lambda listing, cache: listing,
) -> None:
    """Write the listing of a source's films that were released `between` two dates (ISO) to `output`.

    Pages are kept in the folder ``spool/crawl`` of the dataset for the days that `settings` say. Where an earlier run
    had finished the slice, nothing is requested and no `client` is started. `further` are parameters of the queries
    in addition to the source's own, and `extended` returns the listing with more columns. Raises `UserError` as
    `list_slice` does.
    """
    parameters = {**filters(source), **(further or {})}
    folder = output.parents[1] / "spool" / "crawl" / output.stem
    pages_of = [*origin(source, settings), parameters, between]
    cache = DownloadCache(folder, pages_of, settings.get("spool_days", 7) * DAY)
    if cache.restore(output):
        log.info("%s: an earlier run had finished it", output)
        return
    first, last = map(date.fromisoformat, between)
    with client() as service:
        listing, known = list_slice(service, first, last, cache, filters=parameters)
    tables.write(output, extended(listing, cache), LISTING, known)
    cache.commit(**{output.name: output})
    log.info("%s", ", ".join(f"{name} {value}" for name, value in known.items()))


def list_slice(
    client: Client,
    first: date,
    last: date,
    cache: DownloadCache,
    page_cap: int = PAGE_CAP,
    filters: Mapping[str, str] | None = None,
) -> tuple[pa.Table, dict[str, Any]]:
    """Return the films released from `first` to `last` (both included) as a listing, and facts about it.

    The listing holds each film once, unusable ones too. The facts are the counts `total_results` (the service's own),
    `films` (rows), `repeated` (further copies of them), `malformed` (records without an id), `requests` (pages that
    were needed) and `shortfall` (films counted by the service but never shown), and `released` and `fetched` as in
    `discover.merge`. A page in `cache` is not requested again. `filters` are further parameters of the queries. Raises
    `UserError` if the service cannot be used.
    """
    query, pages = Query(first, last, filters=filters or {}), Pages(client, cache, page_cap)
    try:
        total = pages.totals(query).films
        films = _films(pages, query)
        parts = [table_of([])]
        while batch := list(islice(films, ROWS)):
            parts.append(table_of(batch))
        shortfall = pages.shortfall
        if pages.accounted + shortfall < total:  # parts do not add up: the total may have changed
            total = pages.totals(query, turn=ROUNDS).films
            shortfall = max(shortfall, total - pages.accounted)
    except ServiceError as error:
        remedy = "check network and tmdb.api_url, then run again: what has been downloaded is kept"
        raise UserError(f"{error}; {remedy}") from error
    if shortfall:
        log.warning("%s to %s: the service counts %d films more than it shows", first, last, shortfall)
    listing = pa.concat_tables(parts)
    return listing, {
        "total_results": total,
        "films": len(listing),
        "repeated": pages.repeated,
        "malformed": pages.malformed,
        "requests": len(pages.requested),
        "shortfall": shortfall,
        "released": [first.isoformat(), last.isoformat()],
        "fetched": arrivals(listing),
    }


def _films(pages: Pages, query: Query) -> Iterator[Film]:
    """Yield the films of a query that were not seen before, by smaller queries if it has too many pages."""
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
        # The day's own pages may show films in further languages, or in those with too many films.
        if total.films > pages.accounted - accounted:
            yield from pages.read(query, again=True)
        pages.shortfall = shortfall + max(0, total.films - (pages.accounted - accounted))
    else:
        log.warning("%s in '%s': more than %d pages", query.first, query.language, pages.page_cap)
        yield from pages.read(query)
