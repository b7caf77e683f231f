"""Collect the rows of a reader into batches of a listing, each with its position and what is wrong with it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import polars as pl
import pyarrow as pa

from humancentric.core.schemas import LISTING
from humancentric.core.tables import METADATA_KEY


def listing_schema(texts: Iterable[str]) -> pa.Schema:
    """Return LISTING's columns, the text columns `texts`, then ``source_split`` and ``source_problem``."""
    extras = [*dict.fromkeys(texts), "source_split", "source_problem"]
    return pa.schema([*LISTING.columns.items(), *((name, pa.string()) for name in extras)])


def listing_table(rows: Iterable[dict], texts: Iterable[str]) -> pa.Table:
    """Return `rows` as a table in LISTING's columns, the text columns `texts`, then ``source_*`` extras.

    Rows may leave out ``release_date`` and ``image_source``; ``source_split`` and ``source_problem`` are null where
    a row does not give them.
    """
    schema = listing_schema(texts)
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.names} for row in rows], schema=schema
    )


def with_facts(listing: pa.Table, **facts: Any) -> pa.Table:
    """Return `listing` with `facts` about its source in its metadata, beside those that are there."""
    metadata = listing.schema.metadata or {}
    known = json.loads(metadata.get(METADATA_KEY, b"{}")) | facts
    text = json.dumps(known, ensure_ascii=False, sort_keys=True)
    return listing.replace_schema_metadata({**metadata, METADATA_KEY: text.encode("utf-8")})


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
