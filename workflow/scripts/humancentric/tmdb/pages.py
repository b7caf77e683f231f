"""Pages of queries, from the spool or from the service, read until they add up to what the service counts."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from humancentric.spool import Spool
from humancentric.tmdb.client import Client
from humancentric.tmdb.queries import Query
from humancentric.web.transport import ServiceError

PAGE_CAP = 500
PAGE = 20  # films
ROUNDS = 3  # how often a query is read whose pages do not add up
Film = dict[str, Any]


class Totals(NamedTuple):
    """What one page says: its own number of records, and the query's numbers of pages and of films."""

    shown: int
    pages: int
    films: int

    def exceed(self, page_cap: int) -> bool:
        """Return whether the query has more than `page_cap` pages, which `pages` need not say: it may be clamped."""
        return self.pages > page_cap or self.films > page_cap * PAGE


class Pages:
    """The pages of one slice, and what was counted while they were read.

    Every page goes through the spool, and one at a time is in memory. `asked` are the pages that were needed,
    `accounted` the records that the queries showed: `repeated` and `malformed` (without an id) ones are among them.
    `shortfall` are the films that were counted by the service and not shown.
    """

    def __init__(self, client: Client, spool: Spool, page_cap: int = PAGE_CAP) -> None:
        """Ask nothing yet; no query shows more than `page_cap` pages."""
        self.client, self.spool, self.page_cap = client, spool, page_cap
        self.asked: set[str] = set()
        self.seen: set[int] = set()
        self.accounted = self.repeated = self.malformed = self.shortfall = 0

    def totals(self, query: Query, number: int = 1, turn: int = 0) -> Totals:
        """Return what a page says, after which it is in the spool; `turn` tells one reading from the next."""
        page = self._page(query, number, turn)
        return Totals(len(page["results"]), page["total_pages"], page["total_results"])

    def read(self, query: Query, *, again: bool = False) -> Iterator[Film]:
        """Yield the films of a query that were not seen before, each with the time of its arrival.

        Where pages came short, or totals changed and films slipped from one page to another, all is read once more;
        what is missing in the end is the shortfall. `again` says that parts of the query were read: only new films
        are counted.
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
            # A film that comes in while pages are read pushes another one onto two of them, and hides a third.
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
            number = film.get("id") if isinstance(film, dict) else None
            if turn == 0:  # a second reading shows everything again
                self.malformed += type(number) is not int
                self.repeated += number in self.seen
            if type(number) is int:
                yield {**film, "fetched_at": page["fetched_at"]}

    def _page(self, query: Query, number: int, turn: int) -> dict[str, Any]:
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
