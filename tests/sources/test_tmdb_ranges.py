"""Ranges over the cap are divided, pages that change are read again, and what is never shown is a shortfall."""

import json
from dataclasses import replace
from datetime import date

import pytest
from listed_films import listed

from demo_data.replica.faults import Fault
from demo_data.replica.server import Reply, error
from humancentric.core.errors import UserError
from humancentric.sources.tmdb.discover import Query, filters
from tmdb_films import film, films_of_days


@pytest.mark.parametrize("cap", [1, 2, 5])
def test_ranges_over_the_cap_are_halved(tmp_path, cap):
    films = films_of_days("2000-01-01", 366)
    table, counts, request_log = listed(tmp_path, films, cap=cap)
    assert len(table) == 366
    assert counts["shortfall"] == counts["repeated"] == 0
    pages = [int(dict(asked.query)["page"]) for asked in request_log]
    assert max(pages) == cap
    assert len(request_log) == len({asked.query for asked in request_log}) == counts["requests"]


def test_halving_splits_the_days_exactly():
    left, right = Query(date(2000, 1, 1), date(2000, 1, 2)).halves()
    assert (left.first, left.last, right.first, right.last) == (
        *[date(2000, 1, 1)] * 2,
        *[date(2000, 1, 2)] * 2,
    )
    left, right = Query(date(2000, 1, 1), date(2000, 12, 31)).halves()
    assert (right.first - left.last).days == 1


def test_a_day_over_the_cap_is_split_by_language(tmp_path):
    languages = ["en", "fr", "xx", "cn", "zu"]
    films = [film(n, "2000-01-01", original_language=languages[n % 5]) for n in range(95)]
    table, counts, _ = listed(tmp_path, films, cap=1)
    assert len(table) == 95
    assert counts["shortfall"] == 0


def test_what_cannot_be_shown_is_a_shortfall(tmp_path, caplog):
    films = [film(n, "2000-01-01") for n in range(45)]  # one day, one language, three pages
    table, counts, _ = listed(tmp_path, films, cap=2)
    assert len(table) == 40
    assert counts["total_results"] == 45
    assert counts["shortfall"] == 5
    assert "counts 5 films more than it shows" in caplog.text


def test_pages_of_19_and_21_and_changing_totals_are_normal(tmp_path):
    def page(numbers, number, total):
        results = ", ".join(f'{{"id": {n}}}' for n in numbers)
        pages = -(-total // 20)
        text = (
            f'{{"page": {number}, "results": [{results}], "total_pages": {pages}, "total_results": {total}}}'
        )
        return Fault(reply=Reply(200, text.encode()))

    plan = {
        "1": page(range(0, 19), 1, 40),
        "2": page(range(19, 40), 2, 41),  # one film has come in: there is a third page now
        "3": page(range(40, 41), 3, 41),
    }
    table, counts, request_log = listed(tmp_path, [], faults=lambda asked, _: plan[dict(asked.query)["page"]])
    assert sorted(map(int, table["id"].to_pylist())) == list(range(41))
    assert (counts["shortfall"], counts["repeated"], len(request_log)) == (0, 0, 3)


def test_a_page_that_comes_out_empty_once_is_asked_for_again(tmp_path):
    empty = Reply(200, b'{"page": 2, "results": [], "total_pages": 3, "total_results": 50}')
    seen = []

    def once(asked, _):
        if dict(asked.query)["page"] == "2" and not seen:
            seen.append(asked)
            return Fault(reply=empty)
        return None

    table, counts, request_log = listed(tmp_path, films_of_days("2000-01-01", 50), faults=once)
    assert len(table) == 50
    assert (counts["shortfall"], counts["repeated"]) == (0, 0)
    assert len(request_log) == 6


def test_pages_in_the_spool_are_not_asked_for_again(tmp_path):
    films = films_of_days("2000-01-01", 100)
    out_of_order = Fault(reply=error(34))

    def third(asked, _):
        return out_of_order if dict(asked.query)["page"] == "3" else None

    with pytest.raises(UserError, match="what has been downloaded is kept"):
        listed(tmp_path / "a", films, faults=third)
    kept = {path.name for path in (tmp_path / "a" / "spool").glob("*.json")} - {".origin.json"}
    assert any(name.endswith("_001.json") for name in kept)
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "spool").rename(tmp_path / "b" / "spool")
    table, counts, request_log = listed(tmp_path / "b", films)
    again = {f"_{int(dict(asked.query)['page']):03d}.json" for asked in request_log}
    assert not {name for name in kept if name.endswith(tuple(again))}
    assert len(kept) + len(request_log) == 5
    assert (len(table), counts["requests"]) == (100, 5)


def moving(before, after, moment):
    """Return faults that serve the films `before`, and from request `moment` on the films `after`, in pages of 20."""

    def serve(asked, number):
        films = after if number >= moment else before
        page = int(dict(asked.query)["page"])
        body = {
            "page": page,
            "results": films[(page - 1) * 20 : page * 20],
            "total_pages": max(1, -(-len(films) // 20)),
            "total_results": len(films),
        }
        return Fault(reply=Reply(200, json.dumps(body).encode()))

    return serve


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_film_that_comes_in_or_goes_while_pages_are_read_hides_no_other(tmp_path, moment):
    films = films_of_days("2000-01-01", 65)
    coming = [film(999, "2000-01-01"), *films]
    table, counts, _ = listed(tmp_path / "coming", [], faults=moving(films, coming, moment))
    assert {str(entry["id"]) for entry in films} <= set(table["id"].to_pylist())
    assert counts["shortfall"] == 0
    table, counts, _ = listed(tmp_path / "going", [], faults=moving(films, films[1:], moment))
    assert {str(entry["id"]) for entry in films[1:]} <= set(table["id"].to_pylist())
    assert counts["shortfall"] == 0


def test_parts_that_show_less_than_the_whole_are_a_shortfall(tmp_path):
    def boast(asked, _):
        days = {dict(asked.query)[f"primary_release_date.{end}"] for end in ("gte", "lte")}
        if days == {
            "2000-01-01",
            "2000-12-31",
        }:  # 3 pages, of which the cap allows 2; the halves hold 30 films
            body = {"page": 1, "results": [], "total_pages": 3, "total_results": 45}
            return Fault(reply=Reply(200, json.dumps(body).encode()))
        return None

    table, counts, _ = listed(tmp_path, films_of_days("2000-05-01", 30), cap=2, faults=boast)
    assert len(table) == 30
    assert (counts["total_results"], counts["shortfall"]) == (45, 15)


def test_languages_that_nobody_knows_are_found_on_the_pages_of_their_day(tmp_path):
    tongues = ["q1", "q2", *["en"] * 43]  # three pages in one day, of which two may be seen
    films = [film(n, "2000-01-01", original_language=tongue) for n, tongue in enumerate(tongues)]
    table, counts, _ = listed(tmp_path, films, cap=2)
    assert {"0", "1"} <= set(table["id"].to_pylist())
    assert len(table) + counts["shortfall"] == counts["total_results"] == 45


def test_a_user_s_films_are_asked_for_by_language_and_genre(tmp_path):
    asked = filters({"original_language": "fr", "genres": ["Horror", "Thriller"]})
    assert asked == {"with_original_language": "fr", "with_genres": "27|53"}
    assert filters({"kind": "tmdb"}) == {}
    films = [
        film(1, original_language="fr", genre_ids=[27, 18]),
        film(2, original_language="fr", genre_ids=[53]),
        film(3, original_language="fr"),
        film(4, genre_ids=[27]),
    ]
    table, counts, request_log = listed(tmp_path, films, asked=asked)
    assert table["id"].to_pylist() == ["1", "2"]
    assert table["labels"].to_pylist() == [["Drama", "Horror"], ["Thriller"]]
    assert counts["total_results"] == 2
    assert {dict(request.query)["with_genres"] for request in request_log} == {"27|53"}


def test_a_single_language_is_not_divided_again():
    day = Query(date(2000, 1, 1), date(2000, 1, 1))
    both = replace(day, filters={"with_original_language": "fr|it"})
    assert [part.language for part in both.by_language()] == ["fr", "it"]
    assert both.by_language()[1].parameters(1)["with_original_language"] == "it"
    assert replace(day, filters={"with_original_language": "fr"}).by_language() == []
    assert both.by_language()[0].by_language() == []
