"""The films that a stand-in of TMDb knows, as records with every field that the service's lists have."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humancentric.errors import UserError
from humancentric.tmdb.genres import GENRES

LISTED = {  # the fields of a film in a list, with what stands where nothing is known
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
DETAILED = {  # those that only a film's own page has
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
    """Return the films of a file of one JSON object a line, in any order, repeated or incomplete as they may be.

    A line that is no film with an id is a `UserError`.
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
    """Return a film with all fields of a list and its `imdb_id` (None where unknown); others are dropped."""
    known = {name: film.get(name, default) for name, default in LISTED.items()}
    return known | {
        "id": int(film["id"]),
        "original_title": film.get("original_title") or film.get("title") or "",
        "release_date": film.get("release_date") or "",
        "imdb_id": film.get("imdb_id"),
    }


def listed(film: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as lists show it."""
    return {name: film[name] for name in LISTED}


def detailed(film: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as the film's own page shows it: genres with their names, and what lists leave out."""
    numbers = film["genre_ids"] or ()
    genres = [{"id": number, "name": GENRES.get(number, "Foreign")} for number in numbers]
    plain = {name: value for name, value in film.items() if name != "genre_ids"}
    return {**DETAILED, **plain, "genres": genres}
