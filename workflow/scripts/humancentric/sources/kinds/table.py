"""Read a user's own table: CSV, TSV, JSON lines or Parquet with ids, labels, texts, and paths or URLs of pictures."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.sources.source_kind import Source, SourceKind


def paths_by_split(source: Source) -> dict[str | None, str]:
    """Return ``{split or None: path}`` of the tables."""
    path = source["path"]
    return path if isinstance(path, dict) else {None: path}


def table_format(file: Path) -> tuple[Callable[..., list[str]], Callable[..., Any]]:
    """Return the functions that read a table's header and rows, chosen by its suffix; raises `UserError` for others."""
    from humancentric.sources import delimited, table_formats

    lines = (delimited.delimited_header, delimited.read_delimited)
    json_lines = (table_formats.json_lines_header, table_formats.read_json_lines)
    formats: dict[str, tuple[Callable[..., list[str]], Callable[..., Any]]] = {
        ".csv": lines,
        ".tsv": lines,
        ".jsonl": json_lines,
        ".ndjson": json_lines,
        ".parquet": (table_formats.parquet_header, table_formats.read_parquet),
    }
    if file.suffix not in formats:
        raise UserError(f"{file}: unknown file extension{nearest(file.suffix, formats)}")
    return formats[file.suffix]


def read(source: Source, columns: dict[str, str]) -> Iterator[pa.Table]:
    """Yield the listing in batches, from the columns that the source and the text views name."""
    from humancentric.sources.columns import FileInfo, columns_by_key, listings

    paths = paths_by_split(source)
    for split, name in paths.items():
        file = Path(name)
        header, rows = table_format(file)
        chosen = columns_by_key(source, columns, header(file, source), str(file))
        info = FileInfo(str(file), f"{file.name} " if len(paths) > 1 else "", split)
        yield from listings(chosen, partial(rows, file, source=source), source, columns, info)


def image_root(source: Source) -> str:
    """Return the source's root, by default the folder that holds all tables."""
    folders = [str(PurePosixPath(path).parent) for path in paths_by_split(source).values()]
    return source.get("root") or os.path.commonpath(folders)


SOURCE = SourceKind(
    read=read, files=lambda source: list(paths_by_split(source).values()), image_root=image_root
)
