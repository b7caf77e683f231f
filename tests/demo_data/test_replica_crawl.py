"""The client's listing of a service with the real one's habits: every film, whatever the pages look like."""

from datetime import date

import pytest

from demo_data.replica.faults import Limit, Quirks
from demo_data.replica.replica import Replica
from humancentric.core.download_cache import DownloadCache
from humancentric.sources.tmdb.api import Client
from humancentric.sources.tmdb.crawl import list_slice
from tmdb_films import films_of_days, write

YEAR = date(2000, 1, 1), date(2000, 12, 31)
HABITS = {
    "none": Quirks(),
    "uneven": Quirks(uneven=True),
    "repeated": Quirks(repeated=2),
    "hidden": Quirks(hidden=3),
    "unsteady": Quirks(unsteady=True),
    "one-repeated-one-hidden": Quirks(repeated=2, hidden=2, unsteady=True),
    "all": Quirks(uneven=True, repeated=3, hidden=2, unsteady=True, clamped=True),
}


def listed(folder, quirks, cap=500, **options):
    """Return the listing of a film a day and three on 1 May, what is known of it, and the replica."""
    films = films_of_days("2000-01-01", 366)
    films += [
        film | {"id": film["id"] + 1000 * copy} for copy in (1, 2) for film in films if "05-01" in str(film)
    ]
    client_options = {"requests_per_second": None, "backoff": 0.0, "stamped": False}
    files = write(folder / "films", films)
    with (
        Replica(*files, page_cap=cap, quirks=quirks, **options) as replica,
        Client(replica.api_url, replica.image_url, token="t", **client_options) as client,
    ):
        table, known = list_slice(client, *YEAR, DownloadCache(folder / "spool"), page_cap=cap)
    ids = table["id"].to_pylist()
    assert sorted(ids) == sorted(str(film["id"]) for film in films)
    return known, replica


@pytest.mark.parametrize("quirks", HABITS.values(), ids=HABITS)
def test_every_film_is_listed_once_whatever_the_pages_look_like(tmp_path, quirks):
    known, _ = listed(tmp_path, quirks)
    assert (known["films"], known["shortfall"]) == (368, 0)


@pytest.mark.parametrize("clamped", [True, False])
def test_a_query_over_the_cap_is_divided_whether_or_not_the_pages_say_so(tmp_path, clamped):
    known, replica = listed(tmp_path, Quirks(clamped=clamped), cap=3)
    assert known["shortfall"] == 0
    assert max(int(dict(asked.query)["page"]) for asked in replica.request_log) == 3


def test_a_limit_that_is_exceeded_costs_time_and_nothing_else(tmp_path):
    known, replica = listed(tmp_path, Quirks(), limit=Limit(1000, burst=4))
    assert known["films"] == 368
    assert len(replica.answered) == known["requests"] == 19
