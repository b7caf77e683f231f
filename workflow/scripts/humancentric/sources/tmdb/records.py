"""Films as the service describes them, in the columns of a listing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core.schemas import LISTING
from humancentric.sources.tmdb.queries import genre_names

COUNTS = ("total_results", "films", "repeated", "malformed", "requests", "shortfall")
FETCHED_AT = "source_fetched_at"
TEXTS = ("title", "overview", "source_original_title", "source_original_language", FETCHED_AT)
FIELDS = [*LISTING.columns.items(), *((name, pa.string()) for name in TEXTS)]
PROBLEM = "source_problem"  # why a record is of no use, for whoever makes the samples


def table_of(films: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return films (JSON objects with an id and the time at which they were fetched) as a listing."""
    rows = [
        {
            "id": str(film["id"]),
            "labels": genre_names(film.get("genre_ids")),
            "release_date": _day(film.get("release_date")),
            "image_source": _text(film.get("poster_path")),
            "title": _text(film.get("title")),
            "overview": _text(film.get("overview")),
            "source_original_title": _text(film.get("original_title")),
            "source_original_language": _text(film.get("original_language")),
            FETCHED_AT: film.get("fetched_at"),
        }
        for film in films
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(FIELDS))


def merge(
    parts: Iterable[tuple[pa.Table, Mapping[str, Any]]], released: Sequence[str]
) -> tuple[pa.Table, dict[str, Any]]:
    """Return the listings of several slices as one, each film once (as its first slice has it), and what is known.

    That is the sum of the slices' counts, `released` (first and last date, ISO) and `fetched` (first and last time
    of arrival; nothing where records have none). A film whose date was changed while the crawl went on can be in two
    slices: it counts as repeated. One without a date, or with one out of `released`, has a `source_problem`.
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
    whole = whole.append_column(PROBLEM, _problems(whole["release_date"], *map(date.fromisoformat, released)))
    return whole, {**sums, "released": list(released), "fetched": arrivals(whole)}


def arrivals(listing: pa.Table) -> list[str]:
    """Return the first and the last time at which a record of `listing` was fetched; nothing for a replica's."""
    ends = pc.min_max(listing[FETCHED_AT]).as_py()
    return [ends["min"], ends["max"]] if ends["min"] else []


def _problems(days: pa.ChunkedArray, first: date, last: date) -> pa.ChunkedArray:
    inside = pc.and_(pc.greater_equal(days, pa.scalar(first)), pc.less_equal(days, pa.scalar(last)))
    outside = pc.if_else(inside, pa.scalar(None, pa.string()), f"released outside {first} to {last}")
    return pc.if_else(pc.is_null(days), "no release date", outside)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
