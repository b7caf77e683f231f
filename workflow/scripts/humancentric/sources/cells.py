"""Read the cells of a user's columns, which have names that no internal column can have."""

import unicodedata

import polars as pl

PREFIX = "data:"  # of the names of a user's columns in frames


def cell(column: str) -> str:
    """Return the name of a user's column in a frame, in Unicode's composed form (NFC)."""
    return PREFIX + unicodedata.normalize("NFC", column)


def present(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Return the values of a user's column, with null for NaN, which is how floating-point columns write it."""
    name = cell(column)
    return pl.col(name).fill_nan(None) if frame.schema[name].is_float() else pl.col(name)


def as_text(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Return values of type `kind` as text; whole numbers have no ``.0``, which a missing value would bring to all."""
    text = value.cast(pl.String)
    if not kind.is_float():
        return text
    whole = value.cast(pl.Int64, strict=False)
    return pl.when(whole.cast(kind) == value).then(whole.cast(pl.String)).otherwise(text)


def text_of(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Return a user's column as stripped text, with null for empty text and missing values."""
    text = as_text(present(frame, column), frame.schema[cell(column)]).str.strip_chars()
    return pl.when(text != "").then(text)
