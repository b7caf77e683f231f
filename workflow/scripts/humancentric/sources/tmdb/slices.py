"""Which slices of release years a crawled dataset consists of; imports nothing heavy, for it is used in planning."""

from collections.abc import Mapping
from datetime import date
from typing import Any


def slices(source: Mapping[str, Any]) -> list[str]:
    """Return the names of a source's slices in order, e.g. ``["1960", "1961"]`` or ``["1960-1969", "1970-1979"]``.

    Slices of several years (`years_per_slice`) start at its multiples, so that one more year in the config
    touches only the last slice.
    """
    first, last = _released(source)
    size = int(source.get("years_per_slice", 1))
    starts = range(first.year // size * size, last.year + 1, size)
    return [str(start) if size == 1 else f"{start:04d}-{start + size - 1:04d}" for start in starts]


def between(source: Mapping[str, Any], name: str) -> list[str]:
    """Return the first and last release date (ISO) of the slice `name`: its years, cut to the source's range."""
    first, last = _released(source)
    years = [int(year) for year in name.split("-")]
    start, end = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [max(start, first).isoformat(), min(end, last).isoformat()]


def service(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the source without its range of dates: what a single slice depends on besides its own dates."""
    return {key: value for key, value in source.items() if key not in ("released", "years_per_slice")}


def _released(source: Mapping[str, Any]) -> tuple[date, date]:
    first, last = (_day(source["released"][end]) for end in ("from", "to"))
    return first, last


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
