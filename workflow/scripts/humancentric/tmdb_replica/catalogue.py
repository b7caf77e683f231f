"""A catalogue of films that answers TMDb's queries: the part of the stand-in that knows nothing of HTTP."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from humancentric.errors import UserError
from humancentric.tmdb_genres import GENRES

PAGE = 20
DEFAULTS = {
    "adult": False,
    "backdrop_path": None,
    "genre_ids": [],
    "original_language": "en",
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
EXTRAS = ("imdb_id", "poster_width", "poster_height")  # in some catalogues, never in a list of the service
SORTS = {
    "primary_release_date": "release_date",
    "popularity": "popularity",
    "title": "title",
    "original_title": "original_title",
    "vote_average": "vote_average",
    "vote_count": "vote_count",
}


class InvalidQuery(Exception):
    """A query that the service refuses, with the status code of its own that it refuses it with."""

    def __init__(self, code: int) -> None:
        """Keep the code."""
        super().__init__(str(code))
        self.code = code


class Catalogue:
    """The films of a file of one JSON object a line, in any order, repeated or incomplete as they may be."""

    def __init__(self, path: str | Path, page_cap: int = 500) -> None:
        """Read the file; a line that is no film with an id is a `UserError`."""
        self.page_cap = page_cap
        self.films = sorted(_films(Path(path)), key=_released)  # stable: films of one day stay in file order
        self._dates = [_released(film) for film in self.films]
        self._by_id = {film["id"]: film for film in reversed(self.films)}
        self._found = lru_cache(maxsize=16)(self._find)  # pages of one query come one after the other

    def discover(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return one page of the films that fit the query, as ``/3/discover/movie`` does."""
        page = _page(query.get("page", "1"), self.page_cap)
        rest = tuple(sorted((name, value) for name, value in query.items() if name != "page"))
        found = self._found(rest)
        return {
            "page": page,
            "results": found[(page - 1) * PAGE : page * PAGE],
            "total_pages": max(1, -(-len(found) // PAGE)),
            "total_results": len(found),
        }

    def details(self, number: int) -> dict[str, Any] | None:
        """Return one film as ``/3/movie/{id}`` does, or None."""
        film = self._by_id.get(number)
        if film is None:
            return None
        genres = [{"id": genre, "name": GENRES.get(genre, "Foreign")} for genre in film["genre_ids"]]
        plain = {name: value for name, value in film.items() if name != "genre_ids"}
        return {**plain, "genres": genres, "imdb_id": None, "status": "Released"}

    def _find(self, query: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
        asked = dict(query)
        first = _day(asked.get("primary_release_date.gte", ""))
        last = _day(asked.get("primary_release_date.lte", ""))
        found = self.films
        if first or last:
            low = bisect_left(self._dates, first or "0")  # a film without a date is in no range of dates
            high = bisect_right(self._dates, last) if last else len(self._dates)
            found = found[low:high]
        for fits in _filters(asked):
            found = [film for film in found if fits(film)]
        name, _, direction = asked.get("sort_by", "popularity.desc").partition(".")
        if name not in SORTS or direction not in ("asc", "desc"):
            raise InvalidQuery(5)
        return sorted(found, key=lambda film: film[SORTS[name]], reverse=direction == "desc")


def _films(path: Path) -> list[dict[str, Any]]:
    films = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                film = json.loads(line)
                kept = {name: value for name, value in film.items() if name not in EXTRAS}
                original = film.get("original_title") or film.get("title") or ""
                released = film.get("release_date") or ""
                fixed = {"id": int(film["id"]), "original_title": original, "release_date": released}
                films.append({**DEFAULTS, **kept, **fixed})
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UserError(
                    f"{path}:{number}: no film with an id; write one JSON object a line"
                ) from error
    return films


def _released(film: Mapping[str, Any]) -> str:
    return film["release_date"]


def _page(text: str, cap: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= cap:
        raise InvalidQuery(22)
    return int(text)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise InvalidQuery(23) from error


def _filters(asked: Mapping[str, str]) -> list[Callable[[dict[str, Any]], bool]]:
    filters: list[Callable[[dict[str, Any]], bool]] = []
    for name in ("adult", "video"):
        if asked.get(f"include_{name}", "false").lower() != "true":
            filters.append(lambda film, name=name: not film[name])
    if languages := asked.get("with_original_language"):
        wanted = set(languages.split("|"))
        filters.append(lambda film: film["original_language"] in wanted)
    if genres := asked.get("with_genres"):
        test = any if "|" in genres else all  # a comma means and, a bar means or
        numbers = [int(part) for part in genres.replace("|", ",").split(",") if part.strip().isdecimal()]
        filters.append(lambda film: test(number in (film["genre_ids"] or ()) for number in numbers))
    return filters
