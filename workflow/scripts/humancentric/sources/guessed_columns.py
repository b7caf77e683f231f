"""Guess what the columns of a user's table hold: ids, labels or ratings, texts, pictures and splits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from humancentric.core.hashing import TEST, TRAIN, split_name
from humancentric.sources.cells import FALSE, TRUE, WRITTEN_LIST, cell, parse_labels, text_of
from humancentric.sources.columns import FORBIDDEN, LONGEST_ID

# Words of column names, by what such a column usually holds
HINTS = {
    "id": "id ids uid uuid key sku asin isbn tconst identifier",
    "labels": "label labels class classes category categories genre genres sentiment emotion mood tag tags topic "
    "topics target species style",
    "ratings": "rating ratings score scores stars vote mean mos valence arousal aesthetics memorability quality",
    "split": "split set subset fold partition usage",
    "texts": "text title plot overview summary description caption tweet review synopsis headline body content "
    "abstract comment message sentence lyrics quote",
}
SEPARATORS = ("|", ";", ",", "/")
CERTAIN = ("|", ";")  # separators that class names rarely contain
PICTURE = r"(?i)\.(jpe?g|png|webp|gif|bmp|tiff?)$"
ADDRESS = r"(?i)^https?://"
NUMBER = r"^[-+]?\d+([.,]\d+)?$"
RATING = r"^[-+]?\d+(\.\d+)?$"
COUNT = r"(?i)count|number"  # in the name of a column that says how many ratings there are
DATE = r"^\d{4}-\d{2}-\d{2}"
MOST = 0.8  # share of the values that must match a pattern
FEWEST_FLAGS = 3  # minimum number of columns of zeros and ones that share a prefix
LONGEST_LABEL = 40  # characters on average
TEXTS = 3  # maximum number of text views: each adds embeddings, probes and pairs with pictures
SENTENCE = 4  # words on average from which a column is a text even without a telling name


@dataclass(frozen=True)
class Roles:
    """The columns of a table by what they hold; None or empty where no column fits."""

    id: str | None = None
    labels: str | list[str] | dict[str, str] | None = None
    separator: str | None = None
    ratings: str | None = None  # numbers, only where no column fits labels
    split: str | None = None
    image: str | None = None
    url: str | None = None
    texts: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # further columns of texts


def hint(column: str, role: str) -> int:
    """Return 2 if a column's whole name is a usual one for `role`, 1 if a word of it is, else 0."""
    known = HINTS[role].split()
    if column.lower() in known:
        return 2
    words = re.findall("[A-Z]?[a-z]+|[A-Z]+", column)
    return int(any(word.lower() in known for word in words))


def without_header(columns: Sequence[str]) -> str | None:
    """Return the first column name that looks like a value, or None."""
    looks = re.compile(
        f"({PICTURE})|({ADDRESS})|({DATE})|(^[-+]?\\d+[.,]\\d+$)".replace("(?i)", ""), re.IGNORECASE
    )
    return next((name for name in columns if looks.search(name)), None)


def guess(frame: pl.DataFrame, columns: Sequence[str]) -> Roles:
    """Return the roles of `columns`, judged by their names and by the values in `frame` (see `cells.cell`).

    `frame` holds the first rows of the table, with at least one row.
    """
    texts = {
        name: frame.select(text_of(frame, name).alias("x"))["x"].drop_nulls()
        for name in columns
        if not frame.schema[cell(name)].is_nested()
    }
    texts = {name: values for name, values in texts.items() if len(values)}
    image = _first(name for name, values in texts.items() if _share(values, PICTURE, ADDRESS) >= MOST)
    url = _address(texts)
    taken = {image, url, split := _split(texts)} - {None}
    free = [name for name in columns if name not in taken]
    labels, separator = _labels(frame, free)
    ratings = _ratings({name: texts[name] for name in free if name in texts}) if labels is None else None
    used = {labels} if isinstance(labels, str) else {*_flagged(labels, columns), *filter(None, [ratings])}
    chosen, left_out = _texts(
        {name: values for name, values in texts.items() if name in free and name not in used}
    )
    ids = {name: values for name, values in texts.items() if name not in {url, split, *used}}
    return Roles(
        id=_id(ids, len(frame), image),
        labels=labels,
        separator=separator,
        ratings=ratings,
        split=split,
        image=image,
        url=url,
        texts=chosen,
        left_out=left_out,
    )


def _first(names: Any) -> str | None:
    return next(iter(names), None)


def _number(value: Any) -> float:
    """Return a statistic of a series as a float, 0 for that of an empty one."""
    return float(value or 0)


def _share(values: pl.Series, pattern: str, without: str | None = None) -> float:
    matches = values.str.contains(pattern)
    if without is not None:
        matches &= ~values.str.contains(without)
    return _number(matches.mean())


def _address(texts: dict[str, pl.Series]) -> str | None:
    """Return the column of URLs; if there are several, the one whose URLs most often end like those of pictures."""
    found = [name for name, values in texts.items() if _share(values, ADDRESS) >= MOST]
    return max(found, key=lambda name: _share(texts[name].str.replace(r"[?#].*", ""), PICTURE), default=None)


def _split(texts: dict[str, pl.Series]) -> str | None:
    """Return the column whose values are names of splits, including train and test."""
    for name in sorted(texts, key=lambda name: -hint(name, "split")):
        names = texts[name].unique()
        if len(names) <= 10 and {TRAIN, TEST} <= set(map(split_name, names)):
            return name
    return None


def _labels(
    frame: pl.DataFrame, columns: Sequence[str]
) -> tuple[str | list[str] | dict[str, str] | None, str | None]:
    """Return the column, columns or prefix of labels, and the separator between the labels of one row."""
    flags = [name for name in columns if _is_flag(frame, name)]
    best: tuple[Any, ...] = (0,)
    chosen: tuple[str, str | None] | None = None
    for name in columns:
        fit = _fit(frame, name)
        if fit is not None and fit[0] > best and not (name in flags and len(flags) > 1):
            best, chosen = fit[0], (name, fit[1])
    if chosen is not None and hint(chosen[0], "labels") == 2:
        return chosen
    for prefix in dict.fromkeys(re.match("(.*[_:./ -])?", name)[0] for name in flags):  # type: ignore[index]
        members = [name for name in columns if prefix and name.startswith(prefix)]
        if len(members) >= FEWEST_FLAGS and all(name in flags for name in members):
            return {"prefix": prefix}, None
    if chosen is None and len(flags) > 1:
        return flags, None
    return chosen or (None, None)


def _is_flag(frame: pl.DataFrame, column: str) -> bool:
    if frame.schema[cell(column)].is_nested():
        return False
    values = set(frame.select(text_of(frame, column).str.to_lowercase().alias("x"))["x"].drop_nulls())
    return bool(values) and values <= {*TRUE, *FALSE} and not values.isdisjoint(TRUE)


def _flagged(labels: Any, columns: Sequence[str]) -> list[str]:
    if isinstance(labels, dict):
        return [name for name in columns if name.startswith(labels["prefix"])]
    return labels or []


def _fit(frame: pl.DataFrame, column: str) -> tuple[tuple[Any, ...], str | None] | None:
    """Return (how well a column fits as labels, separator), or None if it cannot hold labels.

    Classes must have short names, and occur at least twice on average unless the column has a telling name.
    """
    kind = frame.schema[cell(column)]
    if kind.is_nested() and not isinstance(kind, pl.List):
        return None
    if isinstance(kind, pl.List) and kind.inner.is_nested():
        return None
    separator = None if kind.is_nested() else _separator(frame, column)
    lists = parse_labels(frame, {"labels": column, "separator": separator}, [column], None)
    labels = lists.explode().drop_nulls()
    distinct, named = labels.n_unique(), hint(column, "labels")
    numeric = _share(labels, NUMBER) == 1 if len(labels) else False
    if distinct < 2 or _number(labels.str.len_chars().mean()) > LONGEST_LABEL:
        return None
    if len(labels) < 2 * distinct and not (named and distinct < 0.9 * len(labels)):
        return None
    if not named and (distinct > max(2, len(frame) ** 0.5) or (numeric and hint(column, "id"))):
        return None
    if numeric and not named and bool(labels.str.contains("[.]").any()):
        return None
    return (named, not numeric, kind.is_nested() or separator is not None, -distinct), separator


def _ratings(texts: dict[str, pl.Series]) -> str | None:
    """Return the column of numbers with the most telling name for ratings, None without one."""
    fits = {
        name: hint(name, "ratings")
        for name, values in texts.items()
        if values.n_unique() > 2 and _share(values, RATING) >= MOST and not re.search(COUNT, name)
    }
    best = max(fits, key=lambda name: fits[name], default=None)
    return best if best is not None and fits[best] else None


def _separator(frame: pl.DataFrame, column: str) -> str | None:
    """Return the string between several labels of one row, None where every row has one label.

    The labels in a list recur in other rows, so that there are fewer distinct labels than distinct cells. The commas in
    names such as "Crafts, Hobbies & Home" give more parts than there are names.
    """
    cells = frame.select(text_of(frame, column).alias("x"))["x"].drop_nulls().unique()
    plain = cells.filter(~cells.str.contains(WRITTEN_LIST))
    for separator in SEPARATORS:
        with_it = plain.filter(plain.str.contains(separator, literal=True))
        parts = plain.str.split(separator).explode().str.strip_chars()
        parts = parts.filter(parts != "").unique()
        limit = len(plain) + 1 if separator in CERTAIN else len(plain)
        if len(with_it) and len(parts) < limit:
            return separator
    return None


def _id(texts: dict[str, pl.Series], rows: int, image: str | None) -> str | None:
    """Return the column that identifies the rows; in a column with a telling name, ids may repeat."""
    best: tuple[Any, ...] = ()
    chosen = None
    for position, (name, values) in enumerate(texts.items()):
        distinct, named = values.n_unique() / rows, hint(name, "id")
        longest = _number(values.str.len_chars().max())
        usable = longest <= LONGEST_ID and not values.str.contains(FORBIDDEN).any()
        if not usable or distinct < (0.5 if named else 0.9):
            continue
        short = _share(values, r"\s") < 0.1
        fit = (named, name == image, distinct == 1, short, -position)
        if fit > best:
            best, chosen = fit, name
    return chosen


def _texts(texts: dict[str, pl.Series]) -> tuple[list[str], list[str]]:
    """Return the columns of texts, and those that are left out: beyond `TEXTS`, or with a less telling name."""
    found: dict[str, int] = {}
    for name, values in texts.items():
        named, different = hint(name, "texts"), values.n_unique() / len(values)
        words = _number(values.str.count_matches(r"\S+").mean())
        plain = _share(values, f"{NUMBER}|{DATE}|{ADDRESS}|{PICTURE}") < 0.5
        if (
            plain
            and different > 0.1
            and (named or words >= SENTENCE)
            and not (hint(name, "id") and words < 2)
        ):
            found[name] = named
    best = max(found.values(), default=0)
    chosen = [name for name, named in found.items() if named == best][:TEXTS]
    return chosen, [name for name in found if name not in chosen]
