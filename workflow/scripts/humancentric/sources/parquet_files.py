"""Parquet files, read by batches of the columns that are wanted."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from humancentric.core.errors import UserError
from humancentric.sources.rows import PLACE, PROBLEM, ROWS


def opened(path: Path) -> pq.ParquetFile:
    """Return the open file. Raises `UserError` if it is missing or no Parquet."""
    try:
        return pq.ParquetFile(path)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; put the table there or mend source.path") from error
    except (pa.ArrowInvalid, OSError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path}: cannot be read as Parquet ({reason}); mend the file") from error


def header(path: Path, source: dict) -> list[str]:
    """Return the names of the file's columns."""
    with opened(path) as file:
        return file.schema_arrow.names


def read(path: Path, wanted: Sequence[str], source: dict) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with the columns `wanted` as they are typed there, PLACE and PROBLEM (null)."""
    with opened(path) as file:
        start = 0
        # One iterator for all row groups keeps what it has read until the end.
        groups = (
            file.iter_batches(ROWS, row_groups=[n], columns=list(wanted)) for n in range(file.num_row_groups)
        )
        for batch in chain.from_iterable(groups):
            numbers = pl.int_range(start, start + len(batch), eager=True)
            frame = pl.from_arrow(pa.table(batch))
            start += len(batch)
            yield frame.with_columns(
                (pl.lit("row ") + numbers.cast(pl.String)).alias(PLACE),
                pl.lit(None, dtype=pl.String).alias(PROBLEM),
            )


def class_names(schema: pa.Schema, column: str) -> list[str] | None:
    """Return the names behind class numbers where the file was written by the library ``datasets``, else None."""
    metadata = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
    feature = metadata.get("info", {}).get("features", {}).get(column, {})
    while isinstance(feature, dict) and "feature" in feature:  # a list of class numbers
        feature = feature["feature"]
    return feature.get("names") if isinstance(feature, dict) else None
