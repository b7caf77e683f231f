"""A user's own table: CSV, TSV, JSON lines or Parquet with ids, labels, texts and paths of images."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa

from humancentric.errors import UserError, nearest
from humancentric.sources.rows import iso_date, listing_table

# Every column stays text: an id such as 007 is not a number.
READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": lambda path: pl.read_csv(path, infer_schema=False),
    ".tsv": lambda path: pl.read_csv(path, infer_schema=False, separator="\t"),
    ".jsonl": lambda path: pl.read_ndjson(path),
    ".parquet": lambda path: pl.read_parquet(path),
}


def load(path: Path) -> pl.DataFrame:
    """Return the table at `path`. Raises `UserError` if it is missing, of an unknown type, or unreadable."""
    if path.suffix not in READERS:
        raise UserError(f"{path}: no table by its ending{nearest(path.suffix, READERS)}")
    try:
        return READERS[path.suffix](path)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; put the table there or mend source.path") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path}: cannot be read ({reason}); mend the file") from error


def _labels(value: object, separator: str | None) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        words = [str(word) for word in value if word is not None]
    else:
        words = str(value).split(separator) if separator else [str(value)]
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


def read(source: dict, columns: dict[str, str]) -> pa.Table:
    """Return the listing of a table: columns as the source row and the text views name them."""
    path = Path(source["path"])
    frame = load(path)
    named = {key: source[key] for key in ("id", "image", "labels", "split", "release_date") if key in source}
    for key, column in [*named.items(), *((f"views.{view}.column", name) for view, name in columns.items())]:
        if column not in frame.columns:
            raise UserError(f"{path}: column {column!r} ({key}) is not there{nearest(column, frame.columns)}")

    def rows() -> list[dict]:
        return [
            {
                "id": str(row[source["id"]]),
                "labels": _labels(row[source["labels"]], source.get("separator")),
                "image_source": row.get(source.get("image")),
                "release_date": iso_date(row.get(source.get("release_date"))),
                "source_split": row.get(source.get("split")),
                **{name: None if row[name] is None else str(row[name]) for name in columns.values()},
            }
            for row in frame.iter_rows(named=True)
        ]

    return listing_table(rows(), columns.values())
