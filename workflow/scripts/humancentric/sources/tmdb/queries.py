"""Build queries of ``discover/movie``, and divide those that show too little.

Holds TMDb's 19 film genres and its language codes (ISO 639-1 and TMDb's own, such as cn for Cantonese).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

GENRES = {
    12: "Adventure",
    14: "Fantasy",
    16: "Animation",
    18: "Drama",
    27: "Horror",
    28: "Action",
    35: "Comedy",
    36: "History",
    37: "Western",
    53: "Thriller",
    80: "Crime",
    99: "Documentary",
    878: "Science Fiction",
    9648: "Mystery",
    10402: "Music",
    10749: "Romance",
    10751: "Family",
    10752: "War",
    10770: "TV Movie",
}


def genre_names(numbers: Iterable[object] | None) -> list[str]:
    """Return the names of the genres among `numbers`, ordered by number, each once; unknown numbers are dropped."""
    known = {number for number in numbers or () if isinstance(number, int) and number in GENRES}
    return [GENRES[number] for number in sorted(known)]


_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch cn co cr cs cu cv cy da de dv dz ee el en
eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv
ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd
ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr
ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh xx yi yo za zh zu
"""
LANGUAGES = tuple(_CODES.split())


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
