"""Divide TMDb's films into slices of release years, query ``discover/movie``, and turn records into listing rows.

Defines TMDb's 19 film genres and its language codes (ISO 639-1 and TMDb's own, such as cn for Cantonese).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core.schemas import LISTING

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


def genre_names(numbers: object) -> list[str]:
    """Return the names of the genres in the list `numbers`, ordered by number, each once; anything else is dropped."""
    listed = numbers if isinstance(numbers, list) else []
    known = {number for number in listed if isinstance(number, int) and number in GENRES}
    return [GENRES[number] for number in sorted(known)]


_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch cn co cr cs cu cv cy da de dv dz ee el en
eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv
ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd
ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr
ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh xx yi yo za zh zu
"""
LANGUAGES = tuple(_CODES.split())
GENRE_IDS = {name: number for number, name in GENRES.items()}
ANY = "|"  # between alternatives; a comma would require all of them


def filters(source: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters that limit every query of a source to its genres and original languages."""
    found = {}
    if languages := _listed(source.get("original_language")):
        found["with_original_language"] = ANY.join(languages)
    if genres := _listed(source.get("genres")):
        found["with_genres"] = ANY.join(str(GENRE_IDS[name]) for name in genres)
    return found


@dataclass(frozen=True)
class Query:
    """The films first released from `first` to `last`, in one original language or (None) in any, and `filters`."""

    first: date
    last: date
    language: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    def parameters(self, page: int) -> dict[str, object]:
        """Return the parameters of ``discover/movie``; no region, so that dates are those of the first release."""
        language = {"with_original_language": self.language} if self.language else {}
        return {
            "primary_release_date.gte": self.first.isoformat(),
            "primary_release_date.lte": self.last.isoformat(),
            "sort_by": "primary_release_date.asc",
            "include_adult": "false",
            "include_video": "false",
            "language": "en-US",
            "page": page,
            **self.filters,
            **language,
        }

    def key(self, page: int, turn: int) -> str:
        """Return the key of one of its pages in a download cache; `turn` numbers the readings of the query."""
        return f"{self.first}_{self.last}_{self.language or 'any'}_{turn}_{page:03d}.json"

    def halves(self) -> list["Query"]:
        """Return a query for either half of its range of dates, or nothing for a single day."""
        if self.first == self.last:
            return []
        middle = self.first + timedelta(days=(self.last - self.first).days // 2)
        return [replace(self, last=middle), replace(self, first=middle + timedelta(days=1))]

    def by_language(self) -> list["Query"]:
        """Return one query for each of its languages, or nothing if it has only one."""
        names = self.filters.get("with_original_language")
        languages = names.split(ANY) if names else LANGUAGES
        if self.language or len(languages) == 1:
            return []
        return [replace(self, language=language) for language in languages]


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def slice_names(source: Mapping[str, Any]) -> list[str]:
    """Return the names of a source's slices in order, e.g. ``["1960", "1961"]`` or ``["1960-1969", "1970-1979"]``.

    Slices of several years (`years_per_slice`) start at its multiples, so that one more year in the config
    touches only the last slice.
    """
    first, last = _released(source)
    size = int(source.get("years_per_slice", 1))
    starts = range(first.year // size * size, last.year + 1, size)
    return [str(start) if size == 1 else f"{start:04d}-{start + size - 1:04d}" for start in starts]


def slice_dates(source: Mapping[str, Any], name: str) -> list[str]:
    """Return the first and last release date (ISO) of the slice `name`: its years, cut to the source's range."""
    first, last = _released(source)
    years = [int(year) for year in name.split("-")]
    start, end = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [max(start, first).isoformat(), min(end, last).isoformat()]


def without_dates(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the source without its range of dates, which slices do not depend on."""
    return {key: value for key, value in source.items() if key not in ("released", "years_per_slice")}


def _released(source: Mapping[str, Any]) -> tuple[date, date]:
    first, last = (_as_date(source["released"][end]) for end in ("from", "to"))
    return first, last


def _as_date(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


COUNTS = ("total_results", "films", "repeated", "malformed", "requests", "shortfall")
FETCHED_AT = "source_fetched_at"
TEXTS = ("title", "overview", "source_original_title", "source_original_language", FETCHED_AT)
FIELDS = [*LISTING.columns.items(), *((name, pa.string()) for name in TEXTS)]


def table_of(films: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return films (JSON objects with ``id`` and ``fetched_at``) as a listing."""
    rows = [
        {
            "id": str(film["id"]),
            "labels": genre_names(film.get("genre_ids")),
            "release_date": _date_or_none(film.get("release_date")),
            "image_source": _text_or_none(film.get("poster_path")),
            "title": _text_or_none(film.get("title")),
            "overview": _text_or_none(film.get("overview")),
            "source_original_title": _text_or_none(film.get("original_title")),
            "source_original_language": _text_or_none(film.get("original_language")),
            FETCHED_AT: film.get("fetched_at"),
        }
        for film in films
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(FIELDS))


def merge(
    parts: Iterable[tuple[pa.Table, Mapping[str, Any]]], released: Sequence[str]
) -> tuple[pa.Table, dict[str, Any]]:
    """Return the listings of several slices as one, each film once (from its first slice), and facts about it.

    The facts are the sums of the slices' counts, `released` (first and last date, ISO) and `fetched` (first and last
    time of arrival; empty for a replica). A film whose date changed during the crawl can be in two slices and counts
    as repeated. A film without a date, or with one outside `released`, has a `source_problem`.
    """
    listings, seen, sums = [], set(), dict.fromkeys(COUNTS, 0)
    for listing, counts in parts:
        new = []
        for film in listing["id"].to_pylist():
            new.append(film not in seen)
            seen.add(film)
        listings.append(listing if all(new) else listing.filter(pa.array(new)))
        sums = {name: sums[name] + counts.get(name, 0) for name in COUNTS}
        sums["repeated"] += len(new) - sum(new)
    whole = pa.concat_tables(listings) if listings else table_of([])
    sums["films"] = len(whole)
    whole = whole.append_column(
        "source_problem", _problems(whole["release_date"], *map(date.fromisoformat, released))
    )
    return whole, {**sums, "released": list(released), "fetched": arrivals(whole)}


def arrivals(listing: pa.Table) -> list[str]:
    """Return the first and the last time at which a record of `listing` was fetched; empty for a replica."""
    ends = pc.min_max(listing[FETCHED_AT]).as_py()
    return [ends["min"], ends["max"]] if ends["min"] else []


def _problems(days: pa.ChunkedArray, first: date, last: date) -> pa.ChunkedArray:
    inside = pc.and_(pc.greater_equal(days, pa.scalar(first)), pc.less_equal(days, pa.scalar(last)))
    outside = pc.if_else(inside, pa.scalar(None, pa.string()), f"released outside {first} to {last}")
    return pc.if_else(pc.is_null(days), "no release date", outside)


def _text_or_none(value: object) -> str | None:
    """Return text that UTF-8 can encode: JSON may hold a lone surrogate, which becomes a question mark."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else None


def _date_or_none(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
