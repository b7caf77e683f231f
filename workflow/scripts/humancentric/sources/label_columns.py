"""Labels as a user's data hold them: in one column, joined or as a list, or as columns of zeros and ones."""

from collections.abc import Sequence

import polars as pl

from humancentric.errors import UserError, nearest

TRUE, FALSE = ["1", "1.0", "true", "yes"], ["0", "0.0", "false", "no", ""]


def named(labels: str | list[str] | dict[str, str], header: Sequence[str], place: str) -> list[str]:
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
