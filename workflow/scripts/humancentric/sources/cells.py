"""Parse the cells of a user's columns as text and as labels.

Labels are in one column, joined by a separator or as a list, or in columns of zeros and ones. In frames, a user's
columns have names that no internal column can have.
"""

import ast
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import polars as pl

from humancentric.core.errors import UserError, nearest

PREFIX = "data:"  # of the names of a user's columns in frames
# A list of names, numbers and missing values that was written as text: by Python, by NumPy (without commas), as JSON
QUOTES = "'\""
MISSING = {"None", "null", "nan", "NaN", "<NA>"}
ITEM = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[-+]?\d[\d.eE+-]*|None|null|nan|NaN|<NA>""", re.DOTALL
)
BEGUN_LIST = r"""^\s*[\[({]\s*['"{\[]"""
_ITEMS = rf"(?:{ITEM.pattern})"
_BRACKETS = rf"\[\s*(?:{_ITEMS}(?:(?:\s*,\s*|\s+){_ITEMS})*,?)?\s*\]"
_QUOTED = rf"""\s*['"](?:[^'"\\]|\\.)*['"](?:\s*,\s*{_ITEMS})*,?\s*"""
WRITTEN_LIST = rf"(?s)^\s*(?:{_BRACKETS}|\({_QUOTED}\)|\{{{_QUOTED}\}})\s*$"  # a list, a tuple, a set
SHOWN = 60  # characters of a cell in a problem
TRUE, FALSE = ["1", "1.0", "true", "yes"], ["0", "0.0", "false", "no", ""]


def cell(column: str) -> str:
    """Return the name of a user's column in a frame, in Unicode's composed form (NFC)."""
    return PREFIX + unicodedata.normalize("NFC", column)


def present(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Return the values of a user's column, with null for NaN, the missing value of floating-point columns."""
    name = cell(column)
    return pl.col(name).fill_nan(None) if frame.schema[name].is_float() else pl.col(name)


def as_text(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Return values of type `kind` as text; integers in a floating-point column are written without ``.0``."""
    text = value.cast(pl.String)
    if not kind.is_float():
        return text
    whole = value.cast(pl.Int64, strict=False)
    return pl.when(whole.cast(kind) == value).then(whole.cast(pl.String)).otherwise(text)


def text_of(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Return a user's column as stripped text, with null for empty text and missing values."""
    text = as_text(present(frame, column), frame.schema[cell(column)]).str.strip_chars()
    return pl.when(text != "").then(text)


def label_columns(labels: str | list[str] | dict[str, str], header: Sequence[str], file: str) -> list[str]:
    """Return the columns that a source's ``labels`` name. Raises `UserError` if no column starts with its prefix."""
    if isinstance(labels, dict):
        prefix = unicodedata.normalize("NFC", labels["prefix"])
        columns = [name for name in header if unicodedata.normalize("NFC", name).startswith(prefix)]
        if not columns:
            raise UserError(
                f"{file}: no column starts with {prefix!r} (source.labels.prefix){nearest(prefix, header)}"
            )
        return columns
    return [labels] if isinstance(labels, str) else labels


def parse_labels(
    frame: pl.DataFrame, source: dict, columns: Sequence[str], class_names: Sequence[str] | None
) -> pl.Series:
    """Return the labels of every row (list of text; stripped, without empty and repeated ones).

    `columns` are those of `label_columns`; class numbers become their `class_names`, if there are any.
    """
    spec = source["labels"]
    if not isinstance(spec, str):
        start = len(unicodedata.normalize("NFC", spec["prefix"])) if isinstance(spec, dict) else 0
        chosen = [pl.when(_flag(frame, name).is_in(TRUE)).then(pl.lit(name[start:])) for name in columns]
        return frame.select(labels=pl.concat_list(chosen).list.drop_nulls()).to_series()
    column, separator = frame[cell(columns[0])], source.get("separator")
    if isinstance(column.dtype, pl.Array):
        column = column.arr.to_list()
    if isinstance(column.dtype, pl.List):
        lists = column.list.eval(_named(pl.element(), column.dtype.inner, class_names))
    else:
        text = column.to_frame("label").select(_named(pl.col("label"), column.dtype, class_names))
        parts = pl.col("label").str.split(separator) if separator else pl.concat_list("label")
        written = pl.col("label").str.contains(WRITTEN_LIST)
        lists = text.select(pl.when(~written).then(parts)).to_series()
        if text.select(written.any()).item():
            read = [
                None if word is None else read_list(word)
                for word in text.select(pl.when(written).then("label")).to_series()
            ]
            lists = pl.select(pl.coalesce(pl.Series(read, dtype=pl.List(pl.String)), lists)).to_series()
    word = pl.element().str.strip_chars()
    return lists.list.eval(word.filter(word != "").unique(maintain_order=True)).fill_null([])


def read_list(text: str) -> list[str]:
    """Return the items of a list that was written as text by Python, NumPy or as JSON, without missing ones."""
    items = (item for item in ITEM.findall(text.strip()[1:-1]) if item not in MISSING)
    return [_unquoted(item) if item[0] in QUOTES else item for item in items]


def _unquoted(item: str) -> str:
    for read in (json.loads, ast.literal_eval):
        try:
            text = read(item)
            text.encode()  # a lone surrogate is not a character
        except (ValueError, SyntaxError):
            continue
        return text
    return item[1:-1]


def label_problems(frame: pl.DataFrame, source: dict, columns: Sequence[str]) -> pl.Series:
    """Return a description of what is wrong with the labels of each row, else null.

    A column of zeros and ones may hold another value, or text may begin like a list without being one.
    """
    if isinstance(source["labels"], str):
        kind = frame.schema[cell(columns[0])]
        if kind != pl.String:
            return pl.repeat(None, len(frame), dtype=pl.String, eager=True)
        label = pl.col(cell(columns[0]))
        broken = label.str.contains(BEGUN_LIST) & ~label.str.contains(WRITTEN_LIST)
        what = pl.format("labels {} are not a list of names", label.str.slice(0, SHOWN))
        return frame.select(problem=pl.when(broken).then(what)).to_series()
    wrong = [
        pl.when(~_flag(frame, name).is_in([*TRUE, *FALSE])).then(
            pl.format("column {} holds {}, not 0 or 1", pl.lit(name), pl.col(cell(name)).cast(pl.String))
        )
        for name in columns
    ]
    return frame.select(problem=pl.coalesce(wrong)).to_series()


def _flag(frame: pl.DataFrame, column: str) -> pl.Expr:
    return present(frame, column).cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase()


def _named(value: pl.Expr, kind: Any, names: Sequence[str] | None) -> pl.Expr:
    if kind.is_float():
        value = value.fill_nan(None)
        if names is not None:  # integers with missing values among them, as pandas stores them
            value, kind = value.cast(pl.Int64, strict=False), pl.Int64
    if names is None or not kind.is_integer():
        return as_text(value, kind)
    return value.replace_strict(range(len(names)), list(names), default=None, return_dtype=pl.String)
