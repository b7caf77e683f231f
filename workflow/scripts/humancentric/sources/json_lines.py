"""Files of JSON lines: one object a row, its keys the columns."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import polars as pl

from humancentric.errors import UserError
from humancentric.sources.batches import Row, batches
from humancentric.sources.encodings import is_text, open_text, repaired, undecodable

HEADER = 1000  # lines whose keys are the columns


def header(path: Path, source: dict) -> list[str]:
    """Return the keys in the first lines, in order of appearance. Raises `UserError` if there are none."""
    names: dict[str, None] = {}
    for _, line in islice(_lines(path, source), HEADER):
        names |= dict.fromkeys(_object(line) or {})
    if not names:
        raise UserError(f"{path}: holds no rows; it should hold one JSON object a line")
    return list(names)


def read(path: Path, wanted: Sequence[str], source: dict) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with the columns `wanted`, as `batches` does.

    A key that a row leaves out is null. A line that is no object, or outside the source's encodings, has a problem.
    """
    empty = [None] * len(wanted)

    def rows() -> Iterator[Row]:
        for number, line in _lines(path, source):
            yield f"line {number}", *parsed(line)

    def parsed(line: str) -> tuple[str | None, Sequence[object]]:
        text = line if is_text(line) else repaired(line, source)
        if text is None:
            return undecodable("it", source), empty
        row = _object(text)
        if row is None:
            return "no JSON object", empty
        values = [_value(row.get(name), name == source["labels"]) for name in wanted]
        if not all(is_text(word) for value in values for word in _words(value)):
            return "half of a surrogate pair, which is no character", empty
        return None, values

    return batches(rows(), wanted)


def _lines(path: Path, source: dict) -> Iterator[tuple[int, str]]:
    """Yield (number, text) of every line that is not blank."""
    with open_text(path, source) as file:
        try:
            yield from ((number, line) for number, line in enumerate(file, start=1) if line.strip())
        except UnicodeError as error:
            raise UserError(f"{path}: cannot be read ({error}); set source.encoding") from error


def _object(line: str) -> dict | None:
    try:
        value = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _value(value: object, lists: bool) -> str | list[str] | None:
    """Return a JSON value as text, or as a list of text where `lists` may be."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and lists:
        return [item if isinstance(item, str) else json.dumps(item) for item in value if item is not None]
    return json.dumps(value, ensure_ascii=False)


def _words(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [value or ""]
