"""Batches of a user's rows on their way to a listing, each row with its place and what is wrong with it."""

from collections.abc import Iterator, Sequence
from itertools import islice

import polars as pl

PLACE, PROBLEM = "//place", "//problem"  # the columns that every batch has beside those of the data
ROWS = 20_000  # of a batch

Row = tuple[str, str | None, Sequence[object]]  # place, problem, values


def batches(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield `rows` in frames with `columns` as text (lists of text where a row holds one), PLACE and PROBLEM."""
    while batch := list(islice(rows, ROWS)):
        places, problems, values = zip(*batch, strict=True)
        data = zip(columns, zip(*values, strict=True), strict=True)
        frame = pl.DataFrame([_series(name, column) for name, column in data])
        yield frame.with_columns(
            pl.Series(PLACE, places, dtype=pl.String), pl.Series(PROBLEM, problems, dtype=pl.String)
        )


def _series(name: str, values: Sequence[object]) -> pl.Series:
    if not any(isinstance(value, list) for value in values):
        return pl.Series(name, values, dtype=pl.String)
    lists = [value if isinstance(value, list) or value is None else [value] for value in values]
    return pl.Series(name, lists, dtype=pl.List(pl.String))
