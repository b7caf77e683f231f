"""Read CSV, TSV and JSON lines row by row, in bounded memory and with broken encodings."""

import codecs
import csv
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

import polars as pl

from humancentric.core.errors import UserError
from humancentric.sources.rows import Row, batches

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def tried(source: dict) -> list[str]:
    """Return the encodings in which a source's row is tried; the first that fits is taken."""
    named = source.get("encoding", "utf-8")
    names = [named] if isinstance(named, str) else named
    return ["utf-8-sig" if codecs.lookup(name).name == "utf-8" else name for name in names]


def open_text(path: Path, source: dict) -> IO[str]:
    """Return the open file, line ends untouched; bytes outside the first encoding become lone surrogates."""
    encoding = tried(source)[0]
    try:
        with path.open("rb") as file:
            start = file.read(2)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; put the table there or mend source.path") from error
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); mend source.path or its permissions"
        ) from error
    if start in UTF_16 and not encoding.lower().startswith("utf-16"):
        raise UserError(f"{path}: is encoded in UTF-16; save it in UTF-8, or set source.encoding to utf-16")
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def is_text(value: str) -> bool:
    """Return whether a string has no lone surrogate."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def repaired(value: str, source: dict) -> str | None:
    """Return a string that is no text in the source's first encoding, decoded by the next that fits, or None."""
    first, *others = tried(source)
    try:
        data = value.encode(first, errors="surrogateescape").removeprefix(codecs.BOM_UTF8)
    except UnicodeEncodeError:
        return None
    for encoding in others:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def undecodable(what: str, source: dict) -> str:
    """Return what is wrong with a row in which `what` fits none of the encodings."""
    named = source.get("encoding", "utf-8")
    return f"{what} is not in {named if isinstance(named, str) else ' or '.join(named)}"


LONGEST_FIELD = 16 * 2**20  # characters; what is longer is a quotation mark that was never closed


def delimited_header(path: Path, source: dict) -> list[str]:
    """Return the column names in a file's first line. Raises `UserError` if there is none or a name comes twice."""
    first = next(_lines(path, source), (0, []))[1]
    names = [name if is_text(name) else repaired(name, source) for name in first]
    if not first or None in names:
        raise UserError(f"{path}: has no readable first line; it should hold the names of the columns")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"{path}: two columns are called {twice!r}; rename one of them")
    return names


def read_delimited(path: Path, wanted: Sequence[str], source: dict) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with the columns `wanted`, as `batches` does.

    A row of another length than the header, or outside the source's encodings, has a problem and no values.
    """
    names = delimited_header(path, source)
    chosen = [names.index(name) for name in wanted]
    empty = [None] * len(chosen)

    def rows() -> Iterator[Row]:
        lines = _lines(path, source)
        next(lines)
        for number, row in lines:
            place = f"line {number}"
            if len(row) != len(names):
                yield place, f"{len(row)} fields instead of {len(names)}", empty
                continue
            values = [row[index] for index in chosen]
            problem = None
            if not is_text("".join(values)):
                values = [value if is_text(value) else repaired(value, source) for value in values]
                if None in values:
                    problem = undecodable(f"column {wanted[values.index(None)]!r}", source)
            yield place, problem, values

    return batches(rows(), wanted)


def _lines(path: Path, source: dict) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the line it ends in, fields) of every row that is not empty."""
    csv.field_size_limit(LONGEST_FIELD)
    delimiter = source.get("delimiter", "\t" if path.suffix == ".tsv" else ",")
    quoting = csv.QUOTE_MINIMAL if source.get("quotes", True) else csv.QUOTE_NONE
    with open_text(path, source) as file:
        rows = csv.reader(file, delimiter=delimiter, quoting=quoting)
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except (csv.Error, UnicodeError) as error:
                place = f"{path}: line {rows.line_num + 1} cannot be read ({error})"
                raise UserError(f"{place}; mend its quotation marks or set source.encoding") from error
            if row:
                yield rows.line_num, row


HEADER = 1000  # lines whose keys are the columns


def json_lines_header(path: Path, source: dict) -> list[str]:
    """Return the keys in the first lines, in order of appearance. Raises `UserError` if there are none."""
    names: dict[str, None] = {}
    for _, line in islice(_json_lines_lines(path, source), HEADER):
        names |= dict.fromkeys(_object(line) or {})
    if not names:
        raise UserError(f"{path}: holds no rows; it should hold one JSON object a line")
    return list(names)


def read_json_lines(path: Path, wanted: Sequence[str], source: dict) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with the columns `wanted`, as `batches` does.

    A key that a row leaves out is null. A line that is no object, or outside the source's encodings, has a problem.
    """
    empty = [None] * len(wanted)

    def rows() -> Iterator[Row]:
        for number, line in _json_lines_lines(path, source):
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


def _json_lines_lines(path: Path, source: dict) -> Iterator[tuple[int, str]]:
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
