"""The films of a range of release dates, listed completely although no query shows more than 500 pages."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from humancentric.errors import UserError
from humancentric.schemas import LISTING
from humancentric.spool import Spool
from humancentric.tmdb_client import Client
from humancentric.tmdb_genres import genre_names
from humancentric.tmdb_languages import LANGUAGES
from humancentric.transport import ServiceError

log = logging.getLogger("humancentric")

PAGE_CAP = 500
ROUNDS = 2  # how often a query is asked that shows fewer films than it counts
COUNTS = ("total_results", "films", "repeated", "malformed", "requests", "shortfall")
TEXTS = ("title", "overview", "source_original_title", "source_original_language", "source_fetched_at")
FIELDS = [*LISTING.columns.items(), *((name, pa.string()) for name in TEXTS)]


@dataclass(frozen=True)
class Query:
    """The films first released from `first` to `last`, in one original language or (None) in any."""

    first: date
    last: date
    language: str | None = None

    def parameters(self, page: int) -> dict[str, object]:
        """Return the parameters of ``discover/movie``; no region, so that dates are those of the first release."""
        spoken = {"with_original_language": self.language} if self.language else {}
        return {
            "primary_release_date.gte": self.first.isoformat(),
            "primary_release_date.lte": self.last.isoformat(),
            "sort_by": "primary_release_date.asc",
            "include_adult": "false",
            "include_video": "false",
            "language": "en-US",
            "page": page,
            **spoken,
        }

    def key(self, page: int, turn: int) -> str:
        """Return the name of one of its pages in a spool."""
        return f"{self.first}_{self.last}_{self.language or 'any'}_{turn}_{page:03d}.json"

    def parts(self) -> list["Query"]:
        """Return smaller queries that cover this one: two halves, or a single day's languages, or nothing."""
        if self.first < self.last:
            middle = self.first + timedelta(days=(self.last - self.first).days // 2)
            return [Query(self.first, middle), Query(middle + timedelta(days=1), self.last)]
        return [Query(self.first, self.last, language) for language in LANGUAGES] if not self.language else []


def list_slice(
    client: Client, first: date, last: date, spool: Spool, page_cap: int = PAGE_CAP
) -> tuple[pa.Table, dict[str, int]]:
    """Return the films released from `first` to `last` (both included) as a listing, and what was counted.

    The listing holds each film once, dirty ones too: whoever reads it judges them. The counts are `total_results`
    (the service's own), `films` (rows), `repeated` (further copies of them), `malformed` (records without an id),
    `requests` (pages that were needed) and `shortfall` (films counted by the service but never shown). A page in
    `spool` is not asked for again. Raises `UserError` if the service cannot be used.
    """
    crawl = _Crawl(client, spool, page_cap)
    try:
        total = crawl.page(Query(first, last), 1)["total_results"]
        films: dict[str, dict[str, Any]] = {}
        repeated = shortfall = 0
        for found in crawl.films(Query(first, last)):
            repeated += found.repeated + len(films.keys() & found.films.keys())
            shortfall += found.shortfall
            films = found.films | films
    except ServiceError as error:
        remedy = "check network and tmdb.api_url, then run again: what arrived is kept"
        raise UserError(f"{error}; {remedy}") from error
    if shortfall:
        log.warning("%s to %s: the service counts %d films more than it shows", first, last, shortfall)
    counts = {
        "total_results": total,
        "films": len(films),
        "repeated": repeated,
        "malformed": crawl.malformed,
        "requests": len(crawl.asked),
        "shortfall": shortfall,
    }
    return table_of(films.values()), counts


def table_of(films: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return films as the service describes them in the columns of a listing."""
    rows = [
        {
            "id": str(film["id"]),
            "labels": genre_names(film.get("genre_ids")),
            "release_date": _day(film.get("release_date")),
            "image_source": _text(film.get("poster_path")),
            "title": _text(film.get("title")),
            "overview": _text(film.get("overview")),
            "source_original_title": _text(film.get("original_title")),
            "source_original_language": _text(film.get("original_language")),
            "source_fetched_at": film.get("fetched_at"),
        }
        for film in films
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(FIELDS))


def merge(parts: Iterable[tuple[pa.Table, Mapping[str, int]]]) -> tuple[pa.Table, dict[str, int]]:
    """Return the listings of several slices as one, each film once (as its first slice has it), and their counts.

    A film whose date was changed while the crawl went on can be in two slices: it counts as repeated.
    """
    listings, sums = [], dict.fromkeys(COUNTS, 0)
    for listing, counts in parts:
        listings.append(listing)
        sums = {name: sums[name] + counts.get(name, 0) for name in COUNTS}
    whole = pa.concat_tables(listings) if listings else table_of([])
    first = {film: row for row, film in reversed(list(enumerate(whole["id"].to_pylist())))}
    sums["repeated"] += len(whole) - len(first)
    sums["films"] = len(first)
    return whole.take(pa.array(sorted(first.values()), pa.int64())), sums


@dataclass(frozen=True)
class _Found:
    films: dict[str, dict[str, Any]]
    repeated: int
    shortfall: int


class _Crawl:
    def __init__(self, client: Client, spool: Spool, page_cap: int) -> None:
        self.client, self.spool, self.page_cap = client, spool, page_cap
        self.asked: set[str] = set()
        self.malformed = 0

    def films(self, query: Query) -> Iterator[_Found]:
        """Yield what each of the queries that together cover `query` found."""
        if self.page(query, 1)["total_pages"] <= self.page_cap:
            yield self._whole(query)
        elif parts := query.parts():
            for part in parts:
                yield from self.films(part)
        else:
            log.warning("%s in '%s': more than %d pages", query.first, query.language, self.page_cap)
            yield self._whole(query)

    def _whole(self, query: Query) -> _Found:
        films: dict[str, dict[str, Any]] = {}
        for turn in range(ROUNDS):
            pages = self._pages(query, turn)
            shown = [film for page in pages for film in self._readable(page)]
            shortfall = pages[-1]["total_results"] - sum(len(page["results"]) for page in pages)
            repeated = len(shown) - len({film["id"] for film in shown})
            films = {str(film["id"]): film for film in reversed(shown)} | films
            if shortfall <= 0:
                break
        return _Found(films, repeated, max(0, shortfall))

    def _pages(self, query: Query, turn: int) -> list[dict[str, Any]]:
        pages = [self.page(query, 1, turn)]
        # The number of pages may change while they are read.
        while len(pages) < (wanted := min(pages[-1]["total_pages"], self.page_cap)):
            numbers = range(len(pages) + 1, wanted + 1)
            pages.extend(self.client.each(lambda number: self.page(query, number, turn), numbers))
        return pages

    def page(self, query: Query, number: int, turn: int = 0) -> dict[str, Any]:
        """Return one page, from the spool or from the service, with the time at which it was fetched."""
        key = query.key(number, turn)
        self.asked.add(key)
        if kept := self.spool.get(key):
            return json.loads(kept)
        body = self.client.get("discover/movie", query.parameters(number))
        page = {name: body.get(name) for name in ("results", "total_pages", "total_results")}
        if [type(value) for value in page.values()] != [list, int, int]:
            raise ServiceError(f"discover/movie: page {number} comes without results and totals")
        page["fetched_at"] = self.client.now()
        self.spool.put(key, json.dumps(page, ensure_ascii=False).encode("utf-8"))
        return page

    def _readable(self, page: Mapping[str, Any]) -> list[dict[str, Any]]:
        films = [film for film in page["results"] if isinstance(film, dict) and type(film.get("id")) is int]
        self.malformed += len(page["results"]) - len(films)
        return [{**film, "fetched_at": page["fetched_at"]} for film in films]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
