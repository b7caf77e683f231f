"""Read JSON lines and Parquet in batches, and text in broken encodings, in bounded memory."""

import codecs
import json
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.core.tables import TableFile
from humancentric.sources.columns import ROWS, Row, frames, numbered

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ABSENT = "put the table there or correct source.path"
HEADER_LINES = 1000  # first JSON lines, whose keys become the columns


def encodings(source: dict) -> list[str]:
    """Return the encodings that are tried in turn to decode a row of a source."""
    named = source.get("encoding", "utf-8")
    names = [named] if isinstance(named, str) else named
    return ["utf-8-sig" if codecs.lookup(name).name == "utf-8" else name for name in names]


def open_text(path: Path, source: dict) -> IO[str]:
    """Open a file without translating line ends; bytes outside the first encoding become lone surrogates."""
    encoding = encodings(source)[0]
    try:
        with path.open("rb") as file:
            start = file.read(2)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; {ABSENT}") from error
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); correct source.path or its permissions"
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


def decode_again(value: str, source: dict) -> str | None:
    """Decode a string with lone surrogates in the next encoding that fits; None if there is none."""
    first, *others = encodings(source)
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


def decoding_problem(subject: str, source: dict) -> str:
    """Return the problem of a row whose `subject` fits none of the encodings."""
    named = source.get("encoding", "utf-8")
    return f"{subject} is not in {named if isinstance(named, str) else ' or '.join(named)}"


def json_lines_header(path: Path, source: dict) -> list[str]:
    """Return the keys in the first lines, in order of appearance. Raises `UserError` if there are none."""
    names: dict[str, None] = {}
    for _, line in islice(_json_lines(path, source), HEADER_LINES):
        names |= dict.fromkeys(_object(line) or {})
    if not names:
        raise UserError(f"{path}: holds no rows; it should hold one JSON object a line")
    return list(names)


def read_json_lines(path: Path, wanted: Sequence[str], source: dict) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with the columns `wanted`, as frames; see `columns.frames`.

    A key that a row leaves out is null. A line that is no object, or outside the source's encodings, has a problem.
    """
    empty = [None] * len(wanted)

    def rows() -> Iterator[Row]:
        for number, line in _json_lines(path, source):
            yield f"line {number}", *parsed(line)

    def parsed(line: str) -> tuple[str | None, Sequence[object]]:
        text = line if is_text(line) else decode_again(line, source)
        if text is None:
            return decoding_problem("it", source), empty
        row = _object(text)
        if row is None:
            return "not a JSON object", empty
        values = [_value(row.get(name), name == source["labels"]) for name in wanted]
        if not all(is_text(word) for value in values for word in _words(value)):
            return "half of a surrogate pair, which is not a character", empty
        return None, values

    return frames(rows(), wanted)


def _json_lines(path: Path, source: dict) -> Iterator[tuple[int, str]]:
    """Yield (number, text) of every line that is not blank."""
    with open_text(path, source) as file:
        try:
            yield from ((number, line) for number, line in enumerate(file, start=1) if line.strip())
        except UnicodeError as error:
            raise UserError(f"{path}: cannot be read ({error}); set source.encoding") from error


def _object(line: str) -> dict | None:
    try:
        # NaN is not JSON, but Python's library writes it for a missing value
        value = json.loads(line.removeprefix("\ufeff"), parse_constant=lambda constant: None)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _value(value: object, lists: bool) -> str | list[str] | None:
    """Return a JSON value as text, or as a list of text if `lists` are allowed."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and lists:
        return [item if isinstance(item, str) else json.dumps(item) for item in value if item is not None]
    return json.dumps(value, ensure_ascii=False)


def _words(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [value or ""]


def open_parquet(path: Path) -> TableFile:
    """Open a file. Raises `UserError` if it is missing or not Parquet, or when damaged data are read."""
    return TableFile(path, remedy="repair the file", absent=ABSENT)


def parquet_header(path: Path, source: dict) -> list[str]:
    """Return the names of the file's columns."""
    with open_parquet(path) as file:
        return file.schema_arrow.names


def read_parquet(path: Path, wanted: Sequence[str], source: dict) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file with the columns `wanted` in their types, as frames; see `columns.numbered`."""
    with open_parquet(path) as file:
        # One iterator for all row groups would keep everything that it has read until the end.
        groups = (
            file.iter_batches(ROWS, row_groups=[n], columns=list(wanted)) for n in range(file.num_row_groups)
        )
        yield from numbered(pa.table(batch) for batch in chain.from_iterable(groups))


def parquet_class_names(schema: pa.Schema, column: str) -> list[str] | None:
    """Return the class names that the library ``datasets`` stores in a file's schema, or None."""
    metadata = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
    feature = metadata.get("info", {}).get("features", {}).get(column, {})
    while (inner := _item_of(feature)) is not None:
        feature = inner
    return feature.get("names") if isinstance(feature, dict) else None


def _item_of(feature: Any) -> Any:
    """Return the feature of a list's items, which older versions of ``datasets`` write as a list of one feature."""
    if isinstance(feature, list):
        return feature[0] if len(feature) == 1 else None
    return feature.get("feature") if isinstance(feature, dict) else None
