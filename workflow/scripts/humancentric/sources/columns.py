"""Turn the columns of a user's data into those of a listing."""

import logging
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.core.schemas import data_column
from humancentric.sources.cells import (
    as_text,
    cell,
    label_columns,
    label_problems,
    parse_labels,
    present,
    text_of,
)
from humancentric.sources.source_kind import listing_schema

log = logging.getLogger("humancentric")

# internal columns of every frame; the names of the data's own columns begin with `cells.PREFIX`
POSITION, PROBLEM = "//position", "//problem"
ID, LABELS, LABEL_PROBLEM = "//id", "//labels", "//label-problem"
ROWS = 20_000  # in a frame
KEYS = ("id", "image", "url", "split", "release_date")  # of a source: each names a column
FORBIDDEN = r"[/\\\x00-\x1f\x7f]"  # in an id
LONGEST_ID = 200

Row = tuple[str, str | None, Sequence[object]]  # position, problem, values


@dataclass(frozen=True)
class FileInfo:
    """Facts about all rows of a file: their split, the names of their classes, and the form of their ids.

    Without a column of ids, a row's id is `id_prefix` and its number. Pictures inside the file have `picture_prefix`
    and the row's number as their ``image_source``.
    """

    name: str  # in errors
    position_prefix: str = ""
    split: str | None = None
    class_names: Sequence[str] | None = None
    id_prefix: str = ""
    picture_prefix: str | None = None


def frames(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield `rows` as frames with the `cell` columns as text (lists if a row holds one), POSITION and PROBLEM."""
    while batch := list(islice(rows, ROWS)):
        positions, problems, values = zip(*batch, strict=True)
        data = zip(columns, zip(*values, strict=True), strict=True)
        frame = pl.DataFrame([_series(name, column) for name, column in data])
        yield frame.with_columns(
            pl.Series(POSITION, positions, dtype=pl.String), pl.Series(PROBLEM, problems, dtype=pl.String)
        )


def _series(column: str, values: Sequence[object]) -> pl.Series:
    name = cell(column)
    if not any(isinstance(value, list) for value in values):
        return pl.Series(name, values, dtype=pl.String)
    lists = [value if isinstance(value, list) or value is None else [value] for value in values]
    return pl.Series(name, lists, dtype=pl.List(pl.String))


def numbered(batches: Iterable[pa.Table]) -> Iterator[pl.DataFrame]:
    """Yield typed batches as frames with POSITION (``row 0`` is the first) and PROBLEM (text that is not UTF-8)."""
    start = 0
    for batch in batches:
        columns, has_problem = [], np.zeros(len(batch), bool)
        for column in batch.columns:
            whole, is_damaged = _decodable(column)
            columns.append(whole)
            has_problem |= is_damaged
        frame = pl.DataFrame(pa.table(columns, [cell(name) for name in batch.column_names]))
        frame = frame.with_row_index(POSITION, start)
        start += len(batch)
        problem = pl.when(pl.Series(has_problem)).then(pl.lit("text that is not UTF-8"))
        yield frame.with_columns(pl.format("row {}", POSITION).alias(POSITION), problem.alias(PROBLEM))


def _decodable(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, np.ndarray]:
    """Return a column with null for values that are not UTF-8 (polars would crash), and the mask of these values."""
    try:
        column.validate(full=True)
        return column, np.zeros(len(column), bool)
    except pa.ArrowInvalid:
        values = [_value(item) for item in column]
        return pa.chunked_array([pa.array(values, column.type)]), np.array(
            [value is None and item.is_valid for value, item in zip(values, column, strict=True)]
        )


def _value(item: pa.Scalar) -> object:
    try:
        return item.as_py()
    except UnicodeDecodeError:
        return None


def columns_by_key(
    source: dict, columns: dict[str, str], header: Sequence[str], file: str
) -> dict[str, list[str]]:
    """Return ``{key of the row: columns that it names}``, as `header` spells them.

    Raises `UserError` for a column that is not in `header`.
    """
    spelled = {unicodedata.normalize("NFC", name): name for name in header}
    found = {f"source.{key}": [source[key]] for key in KEYS if key in source}
    found["source.labels"] = label_columns(source["labels"], header, file)
    found |= {
        key if "." in key else f"views.{key}.column": [data_column(name)] for key, name in columns.items()
    }
    for key, names in found.items():
        for name in names:
            if unicodedata.normalize("NFC", name) not in spelled:
                raise UserError(f"{file}: column {name!r} ({key}) does not exist{nearest(name, header)}")
    return {
        key: [spelled[unicodedata.normalize("NFC", name)] for name in names] for key, names in found.items()
    }


def listings(
    chosen: dict[str, list[str]],
    read: Callable[[list[str]], Iterator[pl.DataFrame]],
    source: dict,
    columns: dict[str, str],
    file: FileInfo,
) -> Iterator[pa.Table]:
    """Yield the rows of one file as listings.

    `chosen` is the result of `columns_by_key`. ``read(names)`` yields the file's frames with these columns; pictures
    inside the file are left out.
    """
    names = dict.fromkeys(
        name
        for key, names in chosen.items()
        for name in names
        if key != "source.image" or file.picture_prefix is None
    )
    schema = listing_schema(columns.values())
    for frame in read(list(names)):
        yield to_listing(frame, source, columns, file).to_arrow().cast(schema)


def to_listing(frame: pl.DataFrame, source: dict, columns: dict[str, str], file: FileInfo) -> pl.DataFrame:
    """Return a frame of a user's rows as a listing.

    ``source_problem`` begins with the row's position. Raises `UserError` if a column that is read as text holds lists
    or structures.
    """
    lists = [cell(source["labels"])] if isinstance(source["labels"], str) else []
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.Struct) or (kind.is_nested() and name not in lists):
            name = name.removeprefix(cell(""))
            raise UserError(f"{file.name}: column {name!r} holds {kind}, no text; name another column")
    try:
        return _to_listing(frame, source, columns, file)
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{file.name}: a column has no text ({reason}); name another column") from error


def _to_listing(frame: pl.DataFrame, source: dict, columns: dict[str, str], file: FileInfo) -> pl.DataFrame:
    header = [name.removeprefix(cell("")) for name in frame.columns if name.startswith(cell(""))]
    names = label_columns(source["labels"], header, "source")
    number = pl.col(POSITION).str.strip_prefix("row ")
    position = pl.lit(file.position_prefix) + pl.col(POSITION)
    ids = text_of(frame, source["id"]) if "id" in source else pl.lit(file.id_prefix) + number.str.zfill(9)
    frame = frame.with_columns(
        ids.alias(ID),
        parse_labels(frame, source, names, file.class_names).alias(LABELS),
        label_problems(frame, source, names).alias(LABEL_PROBLEM),
    )
    split = text_of(frame, source["split"]) if "split" in source else pl.lit(file.split, dtype=pl.String)
    no_split = [pl.when(split.is_null()).then(pl.lit("no split"))] if "split" in source else []
    problem = pl.coalesce(PROBLEM, _id_problem(), LABEL_PROBLEM, *no_split)
    if "release_date" in source:
        _log_invalid_dates(frame, source["release_date"])
    if file.picture_prefix is not None:
        pictures = pl.lit(file.picture_prefix) + number
    else:
        picture = source.get("url", source.get("image"))
        pictures = text_of(frame, picture) if picture else pl.lit(None, dtype=pl.String)
    return frame.select(
        pl.col(ID).fill_null(position).alias("id"),
        pl.when(problem.is_null()).then(LABELS).otherwise([]).alias("labels"),
        _date(source.get("release_date")).alias("release_date"),
        pictures.alias("image_source"),
        *(
            as_text(present(frame, data_column(name)), frame.schema[cell(data_column(name))]).alias(name)
            for name in dict.fromkeys(columns.values())
        ),
        split.alias("source_split"),
        pl.format("{}: {}", position, problem).alias("source_problem"),
    )


def _id_problem() -> pl.Expr:
    name = pl.col(ID)
    return (
        pl.when(name.is_null())
        .then(pl.lit("no id"))
        .when(name.str.contains(FORBIDDEN))
        .then(pl.format("id {} has a slash or a control character", name))
        .when(name.str.len_chars() > LONGEST_ID)
        .then(pl.lit(f"id of more than {LONGEST_ID} characters"))
    )


def _date(column: str | None) -> pl.Expr:
    if column is None:
        return pl.lit(None, dtype=pl.Date)
    return (
        pl.col(cell(column))
        .cast(pl.String)
        .str.strip_chars()
        .str.head(10)
        .str.to_date("%Y-%m-%d", strict=False)
    )


def _log_invalid_dates(frame: pl.DataFrame, column: str) -> None:
    """Log how many release dates can't be read; these samples stay, with an unknown date."""
    lost = frame.filter(text_of(frame, column).is_not_null() & _date(column).is_null())
    if len(lost):
        log.warning("%d release dates are not YYYY-MM-DD, the first: %s", len(lost), lost[cell(column)][0])
