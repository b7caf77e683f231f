"""Turn the columns of a user's data into those of a listing.

Labels may stand in one column, joined or as a list, or in columns of zeros and ones.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from humancentric.core.errors import UserError, nearest
from humancentric.sources.rows import PLACE, PROBLEM

TRUE, FALSE = ["1", "1.0", "true", "yes"], ["0", "0.0", "false", "no", ""]


def named_labels(labels: str | list[str] | dict[str, str], header: Sequence[str], place: str) -> list[str]:
    """Return the columns that a source's ``labels`` mean. Raises `UserError` if no column starts with its prefix."""
    if isinstance(labels, dict):
        columns = [name for name in header if name.startswith(labels["prefix"])]
        if not columns:
            prefix = labels["prefix"]
            raise UserError(
                f"{place}: no column starts with {prefix!r} (source.labels.prefix){nearest(prefix, header)}"
            )
        return columns
    return [labels] if isinstance(labels, str) else labels


def read(frame: pl.DataFrame, source: dict, columns: Sequence[str], names: Sequence[str] | None) -> pl.Series:
    """Return the labels of every row (list of text; stripped, without empty ones and repetitions).

    `columns` are those of `named`; `names` are the names behind class numbers, if there are any.
    """
    if isinstance(source["labels"], str):
        return _one(frame[columns[0]], source.get("separator"), names)
    spec = source["labels"]
    start = len(spec["prefix"]) if isinstance(spec, dict) else 0
    chosen = [pl.when(_flag(name).is_in(TRUE)).then(pl.lit(name[start:])) for name in columns]
    return frame.select(labels=pl.concat_list(chosen).list.drop_nulls()).to_series()


def problems(frame: pl.DataFrame, source: dict, columns: Sequence[str]) -> pl.Series:
    """Return what is wrong with the labels of a row, null where nothing is: columns that hold no zero and no one."""
    if isinstance(source["labels"], str):
        return pl.repeat(None, len(frame), dtype=pl.String, eager=True)
    wrong = [
        pl.when(~_flag(name).is_in([*TRUE, *FALSE])).then(
            pl.format("column {} holds {}, not 0 or 1", pl.lit(name), pl.col(name).cast(pl.String))
        )
        for name in columns
    ]
    return frame.select(problem=pl.coalesce(wrong)).to_series()


def _flag(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase()


def _one(column: pl.Series, separator: str | None, names: Sequence[str] | None) -> pl.Series:
    if isinstance(column.dtype, pl.Array):
        column = column.arr.to_list()
    if isinstance(column.dtype, pl.List):
        lists = column.list.eval(_text(pl.element(), column.dtype.inner, names))
    else:
        text = column.to_frame("label").select(_text(pl.col("label"), column.dtype, names))
        lists = text.select(
            pl.col("label").str.split(separator) if separator else pl.concat_list("label")
        ).to_series()
    word = pl.element().str.strip_chars()
    return lists.list.eval(word.filter(word != "").unique(maintain_order=True)).fill_null([])


def _text(value: pl.Expr, kind: pl.DataType, names: Sequence[str] | None) -> pl.Expr:
    if names is None or not kind.is_integer():
        return value.cast(pl.String)
    return value.replace_strict(range(len(names)), list(names), default=None, return_dtype=pl.String)


log = logging.getLogger("humancentric")

KEYS = ("id", "image", "url", "split", "release_date")  # of a source row: each names a column
ID, LABELS, FLAGS = "//id", "//labels", "//flags"  # no column of the data is called so
FORBIDDEN = r"[/\\\x00-\x1f\x7f]"  # in an id
LONGEST_ID = 200


def wanted(source: dict, columns: dict[str, str], header: Sequence[str], place: str) -> dict[str, list[str]]:
    """Return ``{key of the row: columns it names}``. Raises `UserError` for a column that is not in `header`."""
    named = {f"source.{key}": [source[key]] for key in KEYS if key in source}
    named["source.labels"] = named_labels(source["labels"], header, place)
    named |= {key if "." in key else f"views.{key}.column": [name] for key, name in columns.items()}
    for key, names in named.items():
        for name in names:
            if name not in header:
                raise UserError(f"{place}: column {name!r} ({key}) is not there{nearest(name, header)}")
    return named


@dataclass(frozen=True)
class Given:
    """What a batch's file says of all its rows: its split, the names behind class numbers, ids and pictures."""

    file: str  # what errors begin with
    where: str = ""  # comes before the place of a row
    split: str | None = None
    names: Sequence[str] | None = None
    ids: pl.Expr | None = None  # where the source names no column with ids
    pictures: pl.Expr | None = None  # where pictures lie in the file itself: how they are found again


def listing(frame: pl.DataFrame, source: dict, columns: dict[str, str], given: Given) -> pl.DataFrame:
    """Return a batch of a user's rows as rows of a listing: LISTING's columns, the texts, then the ``source_*`` extras.

    What is wrong with a row stands in ``source_problem``, beginning with its place. Raises `UserError` where a
    column's type has no meaning as what it is used for.
    """
    lists = [source["labels"]] if isinstance(source["labels"], str) else []
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.Struct) or (kind.is_nested() and name not in lists):
            raise UserError(f"{given.file}: column {name!r} holds {kind}, no text; name another column")
    try:
        return _listing(frame, source, columns, given)
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{given.file}: a column has no text ({reason}); name another column") from error


def _listing(frame: pl.DataFrame, source: dict, columns: dict[str, str], given: Given) -> pl.DataFrame:
    flags = named_labels(source["labels"], frame.columns, "source")
    made = frame.with_columns(
        (_columns_text(source["id"]) if "id" in source else given.ids).alias(ID),
        read(frame, source, flags, given.names).alias(LABELS),
        problems(frame, source, flags).alias(FLAGS),
    )
    problem = pl.coalesce(PROBLEM, _id_problem(), FLAGS, *_split_problem(source))
    if "release_date" in source:
        _tell_lost_dates(frame, source["release_date"])
    pictures = given.pictures
    if pictures is None:
        picture = source.get("url", source.get("image"))
        pictures = _columns_text(picture) if picture else pl.lit(None, dtype=pl.String)
    return made.select(
        pl.col(ID).fill_null(pl.lit(given.where) + pl.col(PLACE)).alias("id"),
        pl.when(problem.is_null()).then(LABELS).otherwise([]).alias("labels"),
        _date(source.get("release_date")).alias("release_date"),
        pictures.alias("image_source"),
        *(pl.col(name).cast(pl.String) for name in dict.fromkeys(columns.values())),
        (_columns_text(source["split"]) if "split" in source else pl.lit(given.split, dtype=pl.String)).alias(
            "source_split"
        ),
        pl.format("{}{}: {}", pl.lit(given.where), PLACE, problem).alias("source_problem"),
    )


def _columns_text(column: str) -> pl.Expr:
    """Return a column as stripped text, empty text as null."""
    text = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text)


def _date(column: str | None) -> pl.Expr:
    if column is None:
        return pl.lit(None, dtype=pl.Date)
    return pl.col(column).cast(pl.String).str.strip_chars().str.head(10).str.to_date("%Y-%m-%d", strict=False)


def _tell_lost_dates(frame: pl.DataFrame, column: str) -> None:
    """Log how many release dates of a batch are none: such a sample stays, with an unknown date."""
    lost = frame.filter(_columns_text(column).is_not_null() & _date(column).is_null())
    if len(lost):
        log.warning("%d release dates are not YYYY-MM-DD, the first: %s", len(lost), lost[column][0])


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


def _split_problem(source: dict) -> list[pl.Expr]:
    if "split" not in source:
        return []
    return [pl.when(_columns_text(source["split"]).is_null()).then(pl.lit("no split"))]
