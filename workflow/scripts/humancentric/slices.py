"""Slices of time: samples by month of release, on both sides of a cut-off."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Slice:
    """The mean of some values over the samples of a few months; without an error where there is but one."""

    first: str  # its first month as YYYY-MM
    samples: int
    mean: float
    error: float | None  # standard error of the mean


def month_of(date: datetime.date) -> int:
    """Return the number of a date's month, counted from year 0."""
    return 12 * date.year + date.month - 1


def name_of(month: int) -> str:
    """Return a month's name as YYYY-MM."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def by_months(
    ids: Sequence[str],
    values: np.ndarray,
    dates: Mapping[str, datetime.date | None],
    cut: datetime.date,
    months: int,
    window: int,
) -> list[Slice]:
    """Return the means of `values` (n) in slices of `months` months within `window` months of the cut-off.

    Slices begin at the month of the cut-off and go both ways; those without samples are left out, as are samples
    without a date.
    """
    origin, groups = month_of(cut), {}
    for name, value in zip(ids, values, strict=True):
        if (date := dates.get(name)) is None:
            continue
        place = (month_of(date) - origin) // months
        if -window <= place * months < window:
            groups.setdefault(place, []).append(float(value))
    found = []
    for place, members in sorted(groups.items()):
        size = len(members)
        error = float(np.std(members, ddof=1) / size**0.5) if size > 1 else None
        found.append(Slice(name_of(origin + place * months), size, float(np.mean(members)), error))
    return found
