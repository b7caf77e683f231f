"""A catalogue of films that answers TMDb's queries: the part of the stand-in that knows nothing of HTTP."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from humancentric.tmdb.replica.films import detailed, listed
from humancentric.tmdb.replica.queries import BY_DATE, Query, parse


class _Index:
    """Places of films in the order of their dates, of which any range is found without looking at the others."""

    def __init__(self) -> None:
        self.places, self.dates = array("I"), []

    def add(self, place: int, day: str) -> None:
        self.places.append(place)
        self.dates.append(day)

    def within(self, query: Query) -> memoryview:
        """Return the places of the films in the query's range of dates, without copying them."""
        low = bisect_left(self.dates, query.first or "0") if query.dated else 0
        high = bisect_right(self.dates, query.last) if query.last else len(self.dates)
        return memoryview(self.places)[low : max(low, high)]


class Catalogue:
    """Films by date, language and number; `films` may make its records as they are asked for."""

    def __init__(self, films: Sequence[Mapping[str, Any]]) -> None:
        """Go once through `films`, in any order, repeated or incomplete as they may be."""
        self.films = films
        self._all, self._usual, self._spoken = _Index(), _Index(), {}
        self._places: dict[int | str, int] = {}
        known = [(film["release_date"], place) for place, film in enumerate(films)]
        for day, place in sorted(known):  # films of one day stay in the order in which they were given
            self._note(place, day, films[place])
        self._found = lru_cache(maxsize=64)(self._find)  # pages of one query come one after the other

    def _note(self, place: int, day: str, film: Mapping[str, Any]) -> None:
        self._all.add(place, day)
        for name in filter(None, (film["id"], film.get("imdb_id"))):
            self._places[name] = min(place, self._places.get(name, place))
        if not film["adult"] and not film["video"]:
            self._usual.add(place, day)
            self._spoken.setdefault(film["original_language"], _Index()).add(place, day)

    def find(self, asked: Mapping[str, str]) -> Sequence[int]:
        """Return the places of the films that fit the parameters (without `page`), in the order asked for."""
        return self._found(tuple(sorted(asked.items())))

    def show(self, places: Iterable[int]) -> list[dict[str, Any]]:
        """Return the films at `places` as lists show them."""
        return [listed(self.films[place]) for place in places]

    def details(self, number: int | str) -> dict[str, Any] | None:
        """Return the film with this TMDb or IMDb number as ``/3/movie/{id}`` does, or None."""
        place = self._places.get(number)
        return None if place is None else detailed(self.films[place])

    def by_imdb(self, number: str) -> list[dict[str, Any]]:
        """Return the film with this IMDb number as ``/3/find/{id}`` shows it, in a list that may be empty."""
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
