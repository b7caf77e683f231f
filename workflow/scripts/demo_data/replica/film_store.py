"""Store the films of the TMDb replica and answer TMDb's queries on them, independently of HTTP."""

import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from demo_data.replica.film_search import BY_DATE, Query, parse
from humancentric.core.errors import UserError
from humancentric.sources.tmdb.queries import GENRES

LISTED = {  # the fields of a film in a list, with their defaults
    "adult": False,
    "backdrop_path": None,
    "genre_ids": (),
    "id": 0,
    "original_language": "en",
    "original_title": "",
    "overview": "",
    "popularity": 0.0,
    "poster_path": None,
    "release_date": "",
    "softcore": False,
    "title": "",
    "video": False,
    "vote_average": 0.0,
    "vote_count": 0,
}
DETAILED = {  # fields only in a film's details, with their defaults
    "belongs_to_collection": None,
    "budget": 0,
    "homepage": "",
    "origin_country": (),
    "production_companies": (),
    "production_countries": (),
    "revenue": 0,
    "runtime": 0,
    "spoken_languages": (),
    "status": "Released",
    "tagline": "",
}


def read_films(path: str | Path) -> list[dict[str, Any]]:
    """Read films from a file with one JSON object per line, in any order; they may be repeated or incomplete.

    Raises `UserError` if a line is not a film with an id.
    """
    films = []
    with Path(path).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                films.append(record(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UserError(
                    f"{path}:{number}: no film with an id; write one JSON object a line"
                ) from error
    return films


def record(film: Mapping[str, Any]) -> dict[str, Any]:
    """Return a film with all list fields and its `imdb_id` (None if unknown); drop other fields."""
    known = {name: film.get(name, default) for name, default in LISTED.items()}
    return known | {
        "id": int(film["id"]),
        "original_title": film.get("original_title") or film.get("title") or "",
        "release_date": film.get("release_date") or "",
        "imdb_id": film.get("imdb_id"),
    }


def listed(film: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record in the form of lists."""
    return {name: film[name] for name in LISTED}


def detailed(film: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record in the form of film details: genres with names, and the fields that lists omit."""
    numbers = film["genre_ids"] or ()
    genres = [{"id": number, "name": GENRES.get(number, "Foreign")} for number in numbers]
    plain = {name: value for name, value in film.items() if name != "genre_ids"}
    return {**DETAILED, **plain, "genres": genres}


class _Index:
    """Positions of films sorted by date, so that a range of dates is found by bisection."""

    def __init__(self) -> None:
        self.places, self.dates = array("I"), []

    def add(self, place: int, day: str) -> None:
        self.places.append(place)
        self.dates.append(day)

    def within(self, query: Query) -> memoryview:
        """Return the positions of the films in the query's range of dates, as a view."""
        low = bisect_left(self.dates, query.first or "0") if query.dated else 0
        high = bisect_right(self.dates, query.last) if query.last else len(self.dates)
        return memoryview(self.places)[low : max(low, high)]


class Catalogue:
    """Films indexed by date, language and id; `films` may build its records on access."""

    def __init__(self, films: Sequence[Mapping[str, Any]]) -> None:
        """Index `films` in one pass; they may be in any order, repeated or incomplete."""
        self.films = films
        self._all, self._usual, self._spoken = _Index(), _Index(), {}
        self._places: dict[int | str, int] = {}
        known = [(film["release_date"], place) for place, film in enumerate(films)]
        for day, place in sorted(known):  # films of one day keep their given order
            self._note(place, day, films[place])
        self._found = lru_cache(maxsize=64)(self._find)  # pages of one query are requested in a row

    def _note(self, place: int, day: str, film: Mapping[str, Any]) -> None:
        self._all.add(place, day)
        for name in filter(None, (film["id"], film.get("imdb_id"))):
            self._places[name] = min(place, self._places.get(name, place))
        if not film["adult"] and not film["video"]:
            self._usual.add(place, day)
            self._spoken.setdefault(film["original_language"], _Index()).add(place, day)

    def find(self, asked: Mapping[str, str]) -> Sequence[int]:
        """Return the positions of the films that match the parameters (without `page`), in the requested order."""
        return self._found(tuple(sorted(asked.items())))

    def show(self, places: Iterable[int]) -> list[dict[str, Any]]:
        """Return the films at the positions `places` in the form of lists."""
        return [listed(self.films[place]) for place in places]

    def details(self, number: int | str) -> dict[str, Any] | None:
        """Return the film with this TMDb or IMDb id as in ``/3/movie/{id}``, or None."""
        place = self._places.get(number)
        return None if place is None else detailed(self.films[place])

    def by_imdb(self, number: str) -> list[dict[str, Any]]:
        """Return the film with this IMDb id as in ``/3/find/{id}``: a list of at most one film."""
        place = self._places.get(number)
        return [] if place is None else [film | {"media_type": "movie"} for film in self.show([place])]

    def _find(self, parameters: tuple[tuple[str, str], ...]) -> Sequence[int]:
        query = parse(dict(parameters))
        tests = list(query.tests)
        if query.usual:
            index = self._spoken.get(query.language, _Index()) if query.language else self._usual
        else:
            index = self._all
            if query.language:
                tests.append(lambda film: film["original_language"] == query.language)
        places: Sequence[int] = index.within(query)
        if tests:
            places = [place for place in places if all(test(self.films[place]) for test in tests)]
        if query.sort != BY_DATE:
            return sorted(places, key=lambda place: self.films[place][query.sort], reverse=query.descending)
        return places[::-1] if query.descending else places
