"""Read a folder of Parquet files with pictures as bytes or paths, as data set hubs publish them."""

import os
from collections.abc import Collection, Iterator
from functools import partial
from glob import escape
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.core.tables import TableFile
from humancentric.sources.picture_files import Content, stays_below, table_pictures
from humancentric.sources.source_kind import Source, SourceKind, holds_pictures


def patterns(source: Source) -> dict[str | None, tuple[str, str]]:
    """Return ``{split or None: (folder, pattern of files below it)}``."""
    path = source["path"]
    return {
        split: _divided(pattern)
        for split, pattern in (path if isinstance(path, dict) else {None: path}).items()
    }


def _divided(pattern: str) -> tuple[str, str]:
    """Return (folder without wildcards, pattern below it); a folder means all Parquet files below it.

    An existing path is not a pattern, even if it contains wildcards.
    """
    path = PurePosixPath(pattern)
    if Path(pattern).is_file():
        return str(path.parent), escape(path.name)
    if Path(pattern).is_dir():
        return str(path), "**/*.parquet"
    if path.suffix != ".parquet":
        path /= "**/*.parquet"
    parts = path.parts
    plain = next((number for number, part in enumerate(parts) if set(part) & set("*?[")), len(parts) - 1)
    return str(PurePosixPath(*parts[:plain])), str(PurePosixPath(*parts[plain:]))


def table_root(source: Source) -> str:
    """Return the folder that holds all Parquet files of a source."""
    return os.path.commonpath([root for root, _ in patterns(source).values()])


def files(source: Source) -> list[str]:
    """Return the paths of the files, by split and name."""
    return [
        str(file) for root, pattern in patterns(source).values() for file in sorted(Path(root).glob(pattern))
    ]


def read(source: Source, columns: dict[str, str]) -> Iterator[pa.Table]:
    """Yield the listing in batches. Without a column of ids, a row's id is the file's name and the row's number.

    Pictures inside a file have ``file#row`` as their ``image_source``; the path of the file is relative to
    `table_root`.
    """
    from humancentric.sources import table_formats
    from humancentric.sources.columns import FileInfo, columns_by_key, listings

    for split, (folder, pattern) in patterns(source).items():
        found = sorted(Path(folder).glob(pattern))
        if not found:
            raise UserError(
                f"{Path(folder) / pattern}: there is no such file; put the data there or correct source.path"
            )
        for file in found:
            with table_formats.open_parquet(file) as opened:
                schema = opened.schema_arrow
            chosen = columns_by_key(source, columns, schema.names, str(file))
            inside = "image" in source and holds_pictures(schema.field(source["image"]).type)
            name = file.relative_to(table_root(source)).as_posix()
            info = FileInfo(
                name=str(file),
                position_prefix=f"{name} ",
                split=split,
                class_names=table_formats.parquet_class_names(schema, chosen["source.labels"][0]),
                id_prefix=name.removesuffix(".parquet").replace("/", "-") + "-",
                picture_prefix=f"{name}#" if inside else None,
            )
            rows = partial(table_formats.read_parquet, file, source=source)
            yield from listings(chosen, rows, source, columns, info)


def pictures(root: str, paths: Collection[str], *, tables: str, column: str) -> Iterator[tuple[str, Content]]:
    """Yield each of `paths`, rows of `column` of the files below `tables` or files below `root`, with its bytes.

    Only the row groups that hold a wanted row are read, one at a time.
    """

    def values(file: str, rows: list[int]) -> Iterator[object]:
        with TableFile(Path(tables) / file, remedy="repair the file") as opened:
            start = 0
            for group in range(opened.num_row_groups):
                end = start + opened.metadata.row_group(group).num_rows
                inside = [row for row in rows if start <= row < end]
                if inside:
                    read = opened.read_row_group(group, columns=[column]).column(column)
                    yield from (read[row - start].as_py() for row in inside)
                start = end

    def is_table(name: str) -> bool:  # or a link, as in the cache of a hub
        below = stays_below(name) and not PurePosixPath(name).is_absolute()
        return below and name.endswith(".parquet") and (Path(tables) / name).is_file()

    return table_pictures(root, paths, is_table, values)


def picture_options(source: Source) -> dict[str, Any]:
    """Return the folder of the Parquet files and the column of pictures."""
    return {"tables": table_root(source), "column": source.get("image")}


SOURCE = SourceKind(
    read=read,
    files=files,
    pictures=pictures,
    image_root=lambda source: source.get("root") or table_root(source),
    picture_options=picture_options,
)
