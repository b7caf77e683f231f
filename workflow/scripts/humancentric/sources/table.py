"""A user's own table: CSV, TSV, JSON lines or Parquet with ids, labels, texts, and paths or addresses of pictures."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.sources import file_formats, parquet_files
from humancentric.sources.columns import Given, listing, wanted
from humancentric.sources.rows import listing_schema

FORMATS: dict[str, ModuleType] = {
    ".csv": file_formats,
    ".tsv": file_formats,
    ".jsonl": file_formats,
    ".ndjson": file_formats,
    ".parquet": parquet_files,
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
