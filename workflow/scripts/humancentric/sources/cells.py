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


def text_of(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Return a user's column as stripped text, with null for empty text and missing values."""
    text = present(frame, column).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text)
