"""Store the films of the TMDb replica and answer TMDb's queries on them, independently of HTTP."""

import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from demo_data.replica.server import InvalidQuery
from humancentric.core.errors import UserError
from humancentric.sources.tmdb.discover import GENRES

Film = Mapping[str, Any]
Test = Callable[[Film], bool]
SORTS = {name: name for name in ("popularity", "title", "original_title", "vote_average", "vote_count")}
SORTS["primary_release_date"] = "release_date"
BY_DATE = "release_date"


@dataclass(frozen=True)
class Query:
    """Films released from `first` to `last` ("" if open) in one `language` (None: any) that pass all `tests`.

    `usual` means that adult films and videos are excluded, `sort` is a field, `descending` its direction.
    """

    first: str
    last: str
    language: str | None
    usual: bool
    tests: tuple[Test, ...]
    sort: str
    descending: bool

    @property
    def dated(self) -> bool:
        """Return whether the query has a range of dates, which excludes films without a date."""
        return bool(self.first or self.last)


def parse(parameters: Mapping[str, str]) -> Query:
    """Parse query parameters; raises `InvalidQuery` where the service would reject them."""
    name, _, direction = parameters.get("sort_by", "popularity.desc").partition(".")
    if name not in SORTS or direction not in ("asc", "desc"):
        raise InvalidQuery(5)
    first, last = _range(parameters)
    languages = [part for part in parameters.get("with_original_language", "").split("|") if part]
    tests = [*_flags(parameters), *_genres(parameters), *_votes(parameters)]
    if len(languages) > 1:
        tests.append(lambda film: film["original_language"] in languages)
    return Query(
        first,
        last,
        languages[0] if len(languages) == 1 else None,
        not any(_true(parameters, name) for name in ("include_adult", "include_video")),
        tuple(tests),
        SORTS[name],
        direction == "desc",
    )


def page_number(text: str, cap: int) -> int:
    """Parse a page number from 1 to `cap`; raises `InvalidQuery` for any other."""
    if not text.isdecimal() or not 1 <= int(text) <= cap:
        raise InvalidQuery(22)
    return int(text)


def _range(parameters: Mapping[str, str]) -> tuple[str, str]:
    # A film has a single date here, so primary and regional release dates are the same.
    names = ("primary_release_date", "release_date")
    firsts = [_day(parameters.get(f"{name}.gte", "")) for name in names]
    lasts = [_day(parameters.get(f"{name}.lte", "")) for name in names]
    for name in ("primary_release_year", "year"):
        if year := parameters.get(name, ""):
            firsts.append(_day(f"{year:0>4}-01-01"))
            lasts.append(_day(f"{year:0>4}-12-31"))
    return max(firsts), min(filter(None, lasts), default="")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise InvalidQuery(23) from error


def _true(parameters: Mapping[str, str], name: str) -> bool:
    return parameters.get(name, "false").lower() == "true"


def _flags(parameters: Mapping[str, str]) -> list[Test]:
    unwanted = [name for name in ("adult", "video") if not _true(parameters, f"include_{name}")]
    if len(unwanted) == 2:
        return []  # the usual case, for which the catalogue has an index
    return [lambda film: not any(film[name] for name in unwanted)]


def _genres(parameters: Mapping[str, str]) -> Iterator[Test]:
    for name, wanted in (("with_genres", True), ("without_genres", False)):
        if text := parameters.get(name):
            any_or_all = any if "|" in text or not wanted else all  # a comma means and, a bar means or
            numbers = [int(part) for part in text.replace("|", ",").split(",") if part.strip().isdecimal()]
            yield partial(_has_genres, any_or_all, numbers, wanted)


def _has_genres(
    any_or_all: Callable[[Iterable[bool]], bool], numbers: Sequence[int], wanted: bool, film: Film
) -> bool:
    return any_or_all(number in (film["genre_ids"] or ()) for number in numbers) is wanted


def _votes(parameters: Mapping[str, str]) -> Iterator[Test]:
    for field in ("vote_average", "vote_count"):
        ends = [parameters.get(f"{field}.{end}") for end in ("gte", "lte")]
        try:
            low, high = (float(end or default) for end, default in zip(ends, ("-inf", "inf"), strict=True))
        except ValueError as error:
            raise InvalidQuery(5) from error
        if any(ends):
            yield partial(_is_between, field, low, high)


def _is_between(field: str, low: float, high: float, film: Film) -> bool:
    return low <= film[field] <= high


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
    **dict.fromkeys(("budget", "revenue", "runtime"), 0),
    **dict.fromkeys(
        ("production_companies", "production_countries", "spoken_languages", "origin_country"), ()
    ),
    **{"belongs_to_collection": None, "homepage": "", "status": "Released", "tagline": ""},
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
        self.positions = array("I")
        self.dates: list[str] = []

    def add(self, position: int, day: str) -> None:
        self.positions.append(position)
        self.dates.append(day)

    def within(self, query: Query) -> memoryview:
        """Return the positions of the films in the query's range of dates, as a view."""
        low = bisect_left(self.dates, query.first or "0") if query.dated else 0
        high = bisect_right(self.dates, query.last) if query.last else len(self.dates)
        return memoryview(self.positions)[low : max(low, high)]


class Catalogue:
    """Films indexed by date, language and id; `films` may build its records on access."""

    def __init__(self, films: Sequence[Mapping[str, Any]]) -> None:
        """Index `films` in one pass; they may be in any order, repeated or incomplete."""
        self.films = films
        self._all, self._usual = _Index(), _Index()
        self._by_language: dict[str, _Index] = {}
        self._by_id: dict[int | str, int] = {}
        known = [(film["release_date"], position) for position, film in enumerate(films)]
        for day, position in sorted(known):  # films of one day keep their order
            self._note(position, day, films[position])
        self._found = lru_cache(maxsize=64)(self._find)  # pages of one query are requested in a row

    def _note(self, position: int, day: str, film: Mapping[str, Any]) -> None:
        self._all.add(position, day)
        for name in filter(None, (film["id"], film.get("imdb_id"))):
            self._by_id[name] = min(position, self._by_id.get(name, position))
        if not film["adult"] and not film["video"]:
            self._usual.add(position, day)
            self._by_language.setdefault(film["original_language"], _Index()).add(position, day)

    def find(self, parameters: Mapping[str, str]) -> Sequence[int]:
        """Return the positions of the films that match the parameters (without `page`), in the requested order."""
        return self._found(tuple(sorted(parameters.items())))

    def show(self, positions: Iterable[int]) -> list[dict[str, Any]]:
        """Return the films at the positions `positions` in the form of lists."""
        return [listed(self.films[position]) for position in positions]

    def details(self, number: int | str) -> dict[str, Any] | None:
        """Return the film with this TMDb or IMDb id as in ``/3/movie/{id}``, or None."""
        position = self._by_id.get(number)
        return None if position is None else detailed(self.films[position])

    def by_imdb(self, number: str) -> list[dict[str, Any]]:
        """Return the film with this IMDb id as in ``/3/find/{id}``: a list of at most one film."""
        position = self._by_id.get(number)
        return [] if position is None else [film | {"media_type": "movie"} for film in self.show([position])]

    def _find(self, parameters: tuple[tuple[str, str], ...]) -> Sequence[int]:
        query = parse(dict(parameters))
        tests = list(query.tests)
        if query.usual:
            index = self._by_language.get(query.language, _Index()) if query.language else self._usual
        else:
            index = self._all
            if query.language:
                tests.append(lambda film: film["original_language"] == query.language)
        positions: Sequence[int] = index.within(query)
        if tests:
            positions = [
                position for position in positions if all(test(self.films[position]) for test in tests)
            ]
        if query.sort != BY_DATE:
            return sorted(
                positions, key=lambda position: self.films[position][query.sort], reverse=query.descending
            )
        return positions[::-1] if query.descending else positions
