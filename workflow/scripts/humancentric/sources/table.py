"""A user's own table: CSV, TSV, JSON lines or Parquet with ids, labels, texts, and paths or addresses of pictures."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.sources import file_formats, parquet_files
from humancentric.sources.columns import Given, listing, wanted
from humancentric.sources.rows import listing_schema


class Format(NamedTuple):
    """How files of one format are read: the names of their columns, and their rows in batches."""

    header: Callable[[Path, dict], list[str]]
    read: Callable[[Path, list[str], dict], Iterator[pa.Table]]


DELIMITED = Format(file_formats.delimited_header, file_formats.read_delimited)
JSON_LINES = Format(file_formats.json_lines_header, file_formats.read_json_lines)
FORMATS = {
    ".csv": DELIMITED,
    ".tsv": DELIMITED,
    ".jsonl": JSON_LINES,
    ".ndjson": JSON_LINES,
    ".parquet": Format(parquet_files.header, parquet_files.read),
}


def read(source: dict, columns: dict[str, str]) -> Iterator[pa.Table]:
    """Yield the listing of a table in batches: columns as the source row and the text views name them."""
    path = source["path"]
    schema = listing_schema(columns.values())
    files = path if isinstance(path, dict) else {None: path}
    for split, name in files.items():
        file = Path(name)
        kind = FORMATS.get(file.suffix)
        if kind is None:
            raise UserError(f"{file}: no table by its ending{nearest(file.suffix, FORMATS)}")
        chosen = wanted(source, columns, kind.header(file, source), str(file))
        needed = list(dict.fromkeys(name for names in chosen.values() for name in names))
        given = Given(str(file), f"{file.name} " if len(files) > 1 else "", split)
        for batch in kind.read(file, needed, source):
            yield listing(batch, source, columns, given).to_arrow().cast(schema)
