"""CSV and TSV files, read row by row, so that the largest needs no more memory than a batch."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from humancentric.errors import UserError
from humancentric.sources.batches import Row, batches
from humancentric.sources.encodings import is_text, open_text, repaired, undecodable

LONGEST_FIELD = 16 * 2**20  # characters; what is longer is a quotation mark that was never closed


def header(path: Path, source: dict) -> list[str]:
    """Return the column names in a file's first line. Raises `UserError` if there is none or a name comes twice."""
    first = next(_lines(path, source), (0, []))[1]
    names = [name if is_text(name) else repaired(name, source) for name in first]
    if not first or None in names:
        raise UserError(f"{path}: has no readable first line; it should hold the names of the columns")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"{path}: two columns are called {twice!r}; rename one of them")
    return names


def read(path: Path, wanted: Sequence[str], source: dict) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with the columns `wanted`, as `batches` does.

    A row of another length than the header, or outside the source's encodings, has a problem and no values.
    """
    names = header(path, source)
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
