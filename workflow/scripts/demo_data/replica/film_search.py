"""Parse the parameters of a request to ``discover/movie``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from demo_data.replica.answers import InvalidQuery

Film = Mapping[str, Any]
Test = Callable[[Film], bool]
SORTS = {
    "primary_release_date": "release_date",
    "popularity": "popularity",
    "title": "title",
    "original_title": "original_title",
    "vote_average": "vote_average",
    "vote_count": "vote_count",
}
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


def parse(asked: Mapping[str, str]) -> Query:
    """Parse query parameters; raises `InvalidQuery` where the service would reject them."""
    name, _, direction = asked.get("sort_by", "popularity.desc").partition(".")
    if name not in SORTS or direction not in ("asc", "desc"):
        raise InvalidQuery(5)
    first, last = _range(asked)
    languages = [part for part in asked.get("with_original_language", "").split("|") if part]
    tests = [*_flags(asked), *_genres(asked), *_votes(asked)]
    if len(languages) > 1:
        tests.append(lambda film: film["original_language"] in languages)
    return Query(
        first,
        last,
        languages[0] if len(languages) == 1 else None,
        not any(_true(asked, name) for name in ("include_adult", "include_video")),
        tuple(tests),
        SORTS[name],
        direction == "desc",
    )


def page_number(text: str, cap: int) -> int:
    """Parse a page number from 1 to `cap`; raises `InvalidQuery` for any other."""
    if not text.isdecimal() or not 1 <= int(text) <= cap:
        raise InvalidQuery(22)
    return int(text)


def _range(asked: Mapping[str, str]) -> tuple[str, str]:
    # A film has a single date here, so primary and regional release dates are the same.
    names = ("primary_release_date", "release_date")
    firsts = [_day(asked.get(f"{name}.gte", "")) for name in names]
    lasts = [_day(asked.get(f"{name}.lte", "")) for name in names]
    for name in ("primary_release_year", "year"):
        if year := asked.get(name, ""):
            firsts.append(_day(f"{year:0>4}-01-01"))
            lasts.append(_day(f"{year:0>4}-12-31"))
    return max(firsts), min(filter(None, lasts), default="")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise InvalidQuery(23) from error


def _true(asked: Mapping[str, str], name: str) -> bool:
    return asked.get(name, "false").lower() == "true"


def _flags(asked: Mapping[str, str]) -> list[Test]:
    unwanted = [name for name in ("adult", "video") if not _true(asked, f"include_{name}")]
    if len(unwanted) == 2:
        return []  # the usual case, for which the catalogue has an index
    return [lambda film, name=name: not film[name] for name in unwanted]


def _genres(asked: Mapping[str, str]) -> list[Test]:
    tests: list[Test] = []
    for name, wanted in (("with_genres", True), ("without_genres", False)):
        if text := asked.get(name):
            either = any if "|" in text or not wanted else all  # a comma means and, a bar means or
            numbers = [int(part) for part in text.replace("|", ",").split(",") if part.strip().isdecimal()]
            tests.append(
                lambda film, either=either, numbers=numbers, wanted=wanted: (
                    either(number in (film["genre_ids"] or ()) for number in numbers) is wanted
                )
            )
    return tests


def _votes(asked: Mapping[str, str]) -> list[Test]:
    tests: list[Test] = []
    for field in ("vote_average", "vote_count"):
        try:
            low = float(asked.get(f"{field}.gte") or "-inf")
            high = float(asked.get(f"{field}.lte") or "inf")
        except ValueError as error:
            raise InvalidQuery(5) from error
        if (low, high) != (float("-inf"), float("inf")):
            tests.append(lambda film, field=field, low=low, high=high: low <= film[field] <= high)
    return tests
