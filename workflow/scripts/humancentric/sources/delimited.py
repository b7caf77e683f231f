"""Read CSV and TSV in batches, parsed row by row so that a stray quotation mark corrupts only its own row."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

import polars as pl

from humancentric.core.errors import UserError
from humancentric.sources.columns import Row, frames
from humancentric.sources.table_formats import UTF_16, decode_again, decoding_problem, is_text, open_text

LONGEST_FIELD = 16 * 2**20  # characters of a row; a longer one has a quotation mark that was never closed
SEPARATOR_LINE = re.compile('\ufeff?"?sep=(.)"?[\r\n]*', re.IGNORECASE)  # Excel's, before the header
UNCLOSED = "a quotation mark is not closed, or not at the end of its field"

Line = tuple[
    int, list[str] | None
]  # number of the line that the row ends in, fields or None if it can't be read


def options_of(file: Path) -> dict[str, Any]:
    """Return the encoding and the delimiter of a file as keys of a source, where they differ from the defaults."""
    found: dict[str, Any] = {}
    with file.open("rb") as opened:
        start = opened.read(4)
    if start.startswith(UTF_16):
        found["encoding"] = "utf-16"
    elif not _is_utf8(file):
        found["encoding"] = ["utf-8", "cp1252"]
    if file.suffix == ".csv":
        with open_text(file, found) as text:
            first = text.readline()
        if not first.lower().lstrip('\ufeff"').startswith("sep="):
            best = max(",;\t|", key=first.count)
            found |= {"delimiter": best} if best != "," and first.count(best) else {}
    return found


def _is_utf8(file: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.open("rb") as opened:
        try:
            for block in iter(partial(opened.read, 2**20), b""):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def delimited_header(path: Path, source: dict) -> list[str]:
    """Return the column names in a file's first line. Raises `UserError` if there is none or a name occurs twice."""
    first = next(_delimited_lines(path, source), (0, None))[1] or []
    names = [name if is_text(name) else decode_again(name, source) for name in first]
    readable = [name for name in names if name is not None]
    if not first or len(readable) < len(first):
        raise UserError(f"{path}: has no readable first line; it should hold the names of the columns")
    twice = next((name for name in readable if readable.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"{path}: two columns are called {twice!r}; rename one of them")
    return readable


def read_delimited(path: Path, wanted: Sequence[str], source: dict) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with the columns `wanted`, as frames; see `columns.frames`.

    A row whose length differs from the header's, or with an unclosed quotation mark, has a problem and no values; one
    outside the source's encodings has a problem.
    """
    names = delimited_header(path, source)
    chosen = [names.index(name) for name in wanted]
    empty = [None] * len(chosen)

    def rows() -> Iterator[Row]:
        lines = _delimited_lines(path, source)
        next(lines)
        for number, row in lines:
            position = f"line {number}"
            if row is None:
                yield position, UNCLOSED, empty
                continue
            if len(row) != len(names):
                yield position, f"{len(row)} fields instead of {len(names)}", empty
                continue
            fields = [row[index] for index in chosen]
            if is_text("".join(fields)):
                yield position, None, fields
                continue
            values = [value if is_text(value) else decode_again(value, source) for value in fields]
            unknown = [name for name, value in zip(wanted, values, strict=True) if value is None]
            yield position, decoding_problem(f"column {unknown[0]!r}", source) if unknown else None, values

    return frames(rows(), wanted)


def _delimited_lines(path: Path, source: dict) -> Iterator[Line]:
    """Yield every row that is not empty, the header first.

    A quotation mark that is not closed where its field ends corrupts only its own line: the next line is a new row.
    Several lines form one row only if it has as many fields as the header.
    """
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with open_text(path, source) as file:
            yield from _rows(file, path, source)
    except UnicodeError as error:
        raise UserError(f"{path}: cannot be read ({error}); set source.encoding") from error


def _rows(file: IO[str], path: Path, source: dict) -> Iterator[Line]:
    first = file.readline()
    named = SEPARATOR_LINE.fullmatch(first)
    delimiter = source.get("delimiter") or (named[1] if named else "\t" if path.suffix == ".tsv" else ",")
    quoted = source.get("quotes", True)
    options = {"delimiter": delimiter, "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE}
    ahead = deque([] if named else [first])
    number, width = (1 if named else 0), 0
    while line := ahead.popleft() if ahead else file.readline():
        number += 1
        fields, lines = (
            _row(line, ahead, file, width, options) if quoted and '"' in line else (_split(line, options), 1)
        )
        for _ in range(lines - 1):
            ahead.popleft()
        number += lines - 1
        if fields or fields is None:
            yield number, fields
            width = width or len(fields or [])


def _split(text: str, options: dict[str, Any]) -> list[str] | None:
    """Return the fields of one row, or None if `text` is not a single row."""
    try:
        rows = list(csv.reader([text], **options))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _row(
    line: str, ahead: deque[str], file: IO[str], width: int, options: dict[str, Any]
) -> tuple[list[str] | None, int]:
    """Return the fields of the row that begins with `line`, None if it can't be read, and its number of lines.

    Lines that had to be read are left in `ahead`; the header has `width` fields (0: it is this row).
    """
    fields = _closed([line], options)
    if fields is not None:
        return fields, 1
    text, size = [line], len(line)
    while size <= LONGEST_FIELD:
        if len(text) > len(ahead):
            following = file.readline()
            if not following:
                break
            ahead.append(following)
        text.append(ahead[len(text) - 1])
        size += len(text[-1])
        fields = _closed(text, options) if '"' in text[-1] else None
        if fields is None:
            continue
        whole = width in (0, len(fields)) and _well_formed(text, options["delimiter"])
        return (fields, len(text)) if whole else (None, 1)
    return None, 1


def _well_formed(text: list[str], delimiter: str) -> bool:
    """Return whether a row of several lines has quotation marks only around whole fields, and doubled inside them."""
    mark = re.escape(delimiter)
    field = rf'(?:"(?:[^"]|"")*"|[^"{mark}\r\n]*)'
    return re.fullmatch(rf"{field}(?:{mark}{field})*[\r\n]*", "".join(text)) is not None


def _closed(text: list[str], options: dict[str, Any]) -> list[str] | None:
    """Return the fields of the row in the lines `text`, None if a quotation mark is open at their end."""
    try:
        rows = list(csv.reader([*text, "next"], **options))
    except csv.Error:
        return None
    return rows[0] if len(rows) > 1 else None
