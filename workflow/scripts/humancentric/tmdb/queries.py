"""Queries for films: what is asked of ``discover/movie``, and how a query that shows too little is divided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from humancentric.tmdb.genres import GENRES
from humancentric.tmdb.languages import LANGUAGES

ANY = "|"  # between values of which a film needs one; a comma would ask for all of them
NUMBERS = {name: number for number, name in GENRES.items()}


def filters(source: Mapping[str, Any]) -> dict[str, str]:
    """Return the further parameters of every query of a source: one of its genres, one of its original languages."""
    asked = {}
    if languages := _listed(source.get("original_language")):
        asked["with_original_language"] = ANY.join(languages)
    if genres := _listed(source.get("genres")):
        asked["with_genres"] = ANY.join(str(NUMBERS[name]) for name in genres)
    return asked


@dataclass(frozen=True)
class Query:
    """The films first released from `first` to `last`, in one original language or (None) in any, and `filters`."""

    first: date
    last: date
    language: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    def parameters(self, page: int) -> dict[str, object]:
        """Return the parameters of ``discover/movie``; no region, so that dates are those of the first release."""
        spoken = {"with_original_language": self.language} if self.language else {}
        return {
            "primary_release_date.gte": self.first.isoformat(),
            "primary_release_date.lte": self.last.isoformat(),
            "sort_by": "primary_release_date.asc",
            "include_adult": "false",
            "include_video": "false",
            "language": "en-US",
            "page": page,
            **self.filters,
            **spoken,
        }

    def key(self, page: int, turn: int) -> str:
        """Return the name of one of its pages in a spool, which holds one source's pages only."""
        return f"{self.first}_{self.last}_{self.language or 'any'}_{turn}_{page:03d}.json"

    def halves(self) -> list["Query"]:
        """Return the two halves of its range of dates; nothing for a single day."""
        if self.first == self.last:
            return []
        middle = self.first + timedelta(days=(self.last - self.first).days // 2)
        return [replace(self, last=middle), replace(self, first=middle + timedelta(days=1))]

    def by_language(self) -> list["Query"]:
        """Return one query for each language that it asks for; nothing where that is a single one."""
        asked = self.filters.get("with_original_language")
        languages = asked.split(ANY) if asked else LANGUAGES
        if self.language or len(languages) == 1:
            return []
        return [replace(self, language=language) for language in languages]


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
