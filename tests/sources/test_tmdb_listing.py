"""What a listing of films holds, odd records among them, and how slices are merged."""

import json
from datetime import date

import pyarrow as pa
import pytest
from listed_films import YEAR, listed

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from demo_data.replica.server import Reply
from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.schemas import LISTING, REJECTS
from humancentric.dataset.samples import split_samples
from humancentric.sources.tmdb.api import POSTER_PATH, Client
from humancentric.sources.tmdb.crawl import list_slice
from humancentric.sources.tmdb.discover import merge, table_of
from tmdb_films import film, films_of_days, write


def test_a_slice_holds_every_film_of_its_dates(tmp_path):
    films = films_of_days("1999-12-01", 100)
    table, counts, request_log = listed(tmp_path, films)
    inside = {str(entry["id"]) for entry in films if entry["release_date"] >= "2000-01-01"}
    assert set(table["id"].to_pylist()) == inside
    assert counts == {
        "total_results": 69,
        "films": 69,
        "repeated": 0,
        "malformed": 0,
        "requests": 4,
        "shortfall": 0,
        "released": ["2000-01-01", "2000-12-31"],
        "fetched": [],
    }
    assert len(request_log) == 4


def test_an_empty_slice_is_an_empty_listing(tmp_path):
    table, counts, _ = listed(tmp_path, [film(1, "1990-01-01")])
    assert len(table) == 0
    assert counts["films"] == counts["total_results"] == 0
    assert counts["requests"] == 1


def test_what_the_columns_hold(tmp_path):
    entry = film(
        7,
        "2000-03-04",
        genre_ids=[53, 10769, 28],
        title="Amélie",
        original_title="Le Fabuleux",
        original_language="fr",
    )
    table, _, _ = listed(tmp_path, [entry])
    assert table.to_pylist() == [
        {
            "id": "7",
            "labels": ["Action", "Thriller"],
            "release_date": date(2000, 3, 4),
            "image_source": "/p7.jpg",
            "title": "Amélie",
            "overview": "The plot of film 7.",
            "source_original_title": "Le Fabuleux",
            "source_original_language": "fr",
            "source_fetched_at": None,
        }
    ]


def test_dirty_films_stay_in_the_listing():
    dirty = [
        {"id": 1, "title": None, "overview": "", "genre_ids": [], "release_date": "", "poster_path": None},
        {"id": 2},
        {"id": 3, "title": 5, "overview": ["x"], "genre_ids": None, "release_date": "2000-99-01"},
        {"id": 4, "genre_ids": [10769], "poster_path": "/../../x"},
    ]
    table = table_of(dirty)
    tables.check(table.schema, LISTING, "table")
    assert table["id"].to_pylist() == ["1", "2", "3", "4"]
    assert table["labels"].to_pylist() == [[], [], [], []]
    assert table["release_date"].to_pylist() == [None] * 4
    assert table["image_source"].to_pylist() == [None, None, None, "/../../x"]
    assert table["title"].to_pylist() == [None] * 4
    assert table["overview"].to_pylist() == ["", None, None, None]


ODD = [
    ({"poster_path": "/" + "p" * 300 + ".jpg"}, "bad-path"),
    ({"poster_path": "/\ud800.jpg"}, "bad-path"),
    ({"title": "half \udc00", "overview": "\ud83d"}, None),
    ({"genre_ids": 18}, "no-label"),
    ({"genre_ids": {"18": 1}}, "no-label"),
    ({"genre_ids": [[18], {}, None, 10**30, 18.0, "18"]}, "no-label"),
    ({"release_date": 20000101}, "no-date"),
    ({"popularity": 10**300, "vote_average": float("nan")}, None),
]


@pytest.mark.parametrize(("odd", "reason"), ODD)
def test_an_odd_record_is_a_row_of_its_slice_and_of_nothing_else(tmp_path, odd, reason):
    records = [film(1), film(2) | odd, film(3)]
    body = json.dumps({"page": 1, "total_pages": 1, "total_results": 3, "results": records}).encode()
    table, counts, _ = listed(tmp_path, [], faults=lambda *_: Fault(reply=Reply(200, body)))
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert counts["malformed"] == 0
    wrong = {
        "bad-path": not POSTER_PATH.fullmatch(rows[1]["image_source"] or ""),
        "no-label": not rows[1]["labels"],
        "no-date": rows[1]["release_date"] is None,
    }
    assert [name for name, found in wrong.items() if found] == ([reason] if reason else [])
    tables.write(tmp_path / "slice.parquet", table, LISTING, counts)
    assert tables.read(tmp_path / "slice.parquet", LISTING).equals(table)


@pytest.mark.parametrize("odd", ["1" + "0" * 300, "9" * 5000, "-1", "1e400", "true", "18446744073709551616"])
def test_a_record_whose_id_is_no_id_is_counted(tmp_path, odd):
    body = b'{"total_pages": 1, "total_results": 2, "results": [{"id": 1}, {"id": %s}]}' % odd.encode()
    table, counts, _ = listed(tmp_path, [], faults=lambda *_: Fault(reply=Reply(200, body)))
    assert (table["id"].to_pylist(), counts["malformed"]) == (["1"], 1)
    tables.write(tmp_path / "slice.parquet", table, LISTING, counts)


def test_records_without_an_id_are_counted(tmp_path):
    body = b'{"page": 1, "total_pages": 1, "total_results": 4, "results": [{"id": 1}, {"id": null}, {"id": true}, 5]}'
    table, counts, _ = listed(tmp_path, [], faults=lambda *_: Fault(reply=Reply(200, body)))
    assert table["id"].to_pylist() == ["1"]
    assert counts["malformed"] == 3


def test_a_film_that_is_listed_twice_counts_as_repeated(tmp_path):
    films = films_of_days("2000-01-01", 50)
    table, counts, _ = listed(tmp_path, [*films, films[3], films[40], films[40]])
    assert len(table) == len(set(table["id"].to_pylist())) == 50
    assert (counts["total_results"], counts["repeated"], counts["shortfall"]) == (53, 3, 0)


def test_an_answer_without_results_is_one_line(tmp_path):
    with pytest.raises(UserError, match="page 1 comes without results"):
        listed(tmp_path, [], faults=lambda *_: Fault(reply=Reply(200, b'{"success": true}')))


def test_real_services_stamp_their_records(tmp_path):
    with (
        Replica(*write(tmp_path / "films", films_of_days("2000-01-01", 3))) as replica,
        Client(replica.api_url, replica.image_url, token="t", requests_per_second=None) as client,
    ):
        spool = DownloadCache(tmp_path / "spool")
        first, _ = list_slice(client, *YEAR, spool)
        client.now = lambda: "2100-01-01T00:00:00+00:00"
        again, _ = list_slice(client, *YEAR, spool)
    assert first == again  # the time is that of the arrival
    stamps = [date.fromisoformat(stamp[:10]) for stamp in first["source_fetched_at"].to_pylist()]
    assert min(stamps) > date(2020, 1, 1)


RANGE = ["2000-01-01", "2000-12-31"]


def test_merging_keeps_each_film_once_and_sums_the_counts():
    counts = {"total_results": 2, "films": 2, "repeated": 1, "malformed": 0, "requests": 3, "shortfall": 0}
    older, newer = table_of([film(1), film(2)]), table_of([film(2, title="changed"), film(3)])
    table, sums = merge([(older, counts), (newer, counts)], RANGE)
    assert table["title"].to_pylist() == ["Film 1", "Film 2", "Film 3"]
    assert sums == {
        "total_results": 4,
        "films": 3,
        "repeated": 3,
        "malformed": 0,
        "requests": 6,
        "shortfall": 0,
        "released": RANGE,
        "fetched": [],
    }
    empty, sums = merge([], RANGE)
    assert len(empty) == sums["films"] == sums["repeated"] == 0
    tables.check(empty.schema, LISTING, "empty")


def test_merging_tells_when_the_records_arrived():
    stamps = ["2026-01-02T03:04:05+00:00", "2026-01-01T00:00:00+00:00"]
    films = [film(n, fetched_at=stamp) for n, stamp in enumerate(stamps)]
    _, known = merge([(table_of(films), {})], RANGE)
    assert known["fetched"] == sorted(stamps)


def test_every_film_that_cannot_be_used_becomes_a_reject_with_its_reason():
    films = [
        film(1),
        film(2, poster_path=None),
        film(3, overview=" "),
        film(4, title=""),
        film(5, genre_ids=[]),
        film(6, genre_ids=[10769]),
        film(7, release_date=""),
        film(8, released="2001-01-01"),
        film(9, released="2000-12-31"),
    ]
    listing, _ = merge([(table_of(films), {})], RANGE)
    tables.check(listing.schema, LISTING, "listing")
    missing = [{"id": "2", "stage": "image", "reason": "missing", "detail": "the listing names no poster"}]
    refused = pa.Table.from_pylist(missing, schema=REJECTS.empty().schema)
    samples, rejects = split_samples(listing, refused, {"title": "title", "plot": "overview"}, {"test": 0.5})
    assert samples["id"].to_pylist() == ["1", "9"]
    told = {row["id"]: (row["reason"], row["detail"]) for row in rejects.to_pylist()}
    assert told == {
        "2": ("missing", "the listing names no poster"),
        "3": ("empty-text", "overview"),
        "4": ("empty-text", "title"),
        "5": ("no-label", ""),
        "6": ("no-label", ""),
        "7": ("unusable", "no release date"),
        "8": ("unusable", "released outside 2000-01-01 to 2000-12-31"),
    }
