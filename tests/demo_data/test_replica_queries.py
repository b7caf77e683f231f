"""The catalogue behind the stand-in of TMDb: its queries against a plain search through all films."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.replica.film_store import Catalogue, record
from demo_data.replica.server import InvalidQuery
from synthetic_films import SyntheticFilms

DAYS = [(date(1999, 12, 28) + timedelta(days=number)).isoformat() for number in range(8)]
FILMS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(1, 12),
            "release_date": st.sampled_from([*DAYS, "", None]),
            "original_language": st.sampled_from(["en", "fr"]),
            "adult": st.booleans(),
            "video": st.booleans(),
            "genre_ids": st.lists(st.sampled_from([18, 27, 10769]), max_size=2),
            "vote_count": st.integers(0, 3),
        }
    ),
    max_size=25,
)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "primary_release_date.gte": st.sampled_from(DAYS),
        "release_date.lte": st.sampled_from(DAYS),
        "with_original_language": st.sampled_from(["en", "fr", "en|fr", "de"]),
        "with_genres": st.sampled_from(["18", "18,27", "18|27"]),
        "without_genres": st.sampled_from(["27", "18,27"]),
        "include_adult": st.sampled_from(["true", "false"]),
        "vote_count.gte": st.just("2"),
        "sort_by": st.sampled_from(["primary_release_date.asc", "vote_count.desc"]),
        "year": st.sampled_from(["1999", "2000"]),
    },
)


def plainly(films, asked):
    """Return the numbers of the films that fit, found without an index."""
    low = max(asked.get("primary_release_date.gte", ""), f"{asked['year']}-01-01" if "year" in asked else "")
    high = min(asked.get("release_date.lte", "9"), f"{asked['year']}-12-31" if "year" in asked else "9")
    ranged = {"primary_release_date.gte", "release_date.lte", "year"} & set(asked)
    kept = []
    for film in films:
        day, genres = film["release_date"] or "", set(film["genre_ids"])
        fits = [
            (bool(day) and low <= day <= high) or not ranged,
            film["original_language"] in asked.get("with_original_language", "en|fr"),
            asked.get("include_adult") == "true" or not film["adult"],
            not film["video"],
            film["vote_count"] >= int(asked.get("vote_count.gte", 0)),
        ]
        if text := asked.get("with_genres"):
            wanted = {int(part) for part in text.replace("|", ",").split(",")}
            fits.append(bool(genres & wanted) if "|" in text else genres >= wanted)
        if text := asked.get("without_genres"):
            fits.append(not genres & {int(part) for part in text.split(",")})
        if all(fits):
            kept.append(film)
    return kept


@settings(max_examples=150)
@given(FILMS, ASKED)
def test_an_indexed_query_finds_what_a_plain_search_finds(films, asked):
    catalogue = Catalogue([record(film) for film in films])
    found = catalogue.show(catalogue.find(asked))
    wanted = [record(film) for film in plainly(films, asked)]
    assert sorted(film["id"] for film in found) == sorted(film["id"] for film in wanted)
    name, _, direction = asked.get("sort_by", "popularity.desc").partition(".")
    keys = [film[name.removeprefix("primary_")] for film in found]
    assert keys == sorted(keys, reverse=direction == "desc")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"primary_release_date.gte": "2000-02-30"}, 23),
        ({"year": "soon"}, 23),
        ({"sort_by": "release_date"}, 5),
        ({"vote_count.gte": "many"}, 5),
    ],
)
def test_what_is_refused(asked, code):
    with pytest.raises(InvalidQuery) as problem:
        Catalogue([]).find(asked)
    assert problem.value.code == code


class Counting(SyntheticFilms):
    """Counts how many records are made."""

    made = 0

    def __getitem__(self, place):
        self.made += 1
        return super().__getitem__(place)


def test_a_page_of_a_large_catalogue_makes_only_its_own_films():
    films = Counting(5000)
    catalogue = Catalogue(films)
    films.made = 0
    for language in ({}, {"with_original_language": "fr"}):
        dates = {"primary_release_date.gte": "1950-01-01", "primary_release_date.lte": "2020-12-31"}
        found = catalogue.find({**dates, **language, "sort_by": "primary_release_date.asc"})
        assert len(found) > 100
        shown = catalogue.show(found[40:60])
        days = [film["release_date"] for film in shown]
        assert days == sorted(days)
    assert films.made == 40


def test_synthetic_films_are_the_same_every_time_and_all_dates_lie_in_range():
    films = SyntheticFilms(3000, seed=4, first=date(1990, 1, 1), last=date(1999, 12, 31))
    again = SyntheticFilms(3000, seed=4, first=date(1990, 1, 1), last=date(1999, 12, 31))
    assert list(films) == list(again)
    assert films[-1] == films[2999]
    with pytest.raises(IndexError):
        films[3000]
    assert len({film["id"] for film in films}) == len({film["imdb_id"] for film in films}) == 3000
    days = [film["release_date"] for film in films if film["release_date"]]
    assert min(days) >= "1990-01-01"
    assert max(days) <= "1999-12-31"
    assert sum(day > "1995" for day in days) > 1500  # more in later years
    assert {len(film["genre_ids"]) for film in films} >= {0, 1, 2}
    assert any(film["poster_path"] is None for film in films)
    assert any(film["overview"] == "" for film in films)
    assert {film["original_language"] for film in films} >= {"en", "fr", "ja"}
