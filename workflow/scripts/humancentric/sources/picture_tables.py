"""Pictures that are cells of Parquet files, or of data sets of the library ``datasets``: named ``table#row``."""

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from humancentric.core.images import MISSING, ImageError
from humancentric.sources import huggingface
from humancentric.sources.picture_files import Content, content

CELL = re.compile(r"(.+)#([0-9]+)")


def in_parquet(
    root: str, paths: Collection[str], *, tables: str, column: str
) -> Iterator[tuple[str, Content]]:
    """Yield each of `paths`, cells of `column` of the files below `tables` or files below `root`, with its bytes.

    Of a file only the row groups that hold a wanted row are read, one at a time.
    """

    def cells(file: str, rows: list[int]) -> Iterator[object]:
        with pq.ParquetFile(Path(tables) / file) as opened:
            start = 0
            for group in range(opened.num_row_groups):
                end = start + opened.metadata.row_group(group).num_rows
                inside = [row for row in rows if start <= row < end]
                if inside:
                    values = opened.read_row_group(group, columns=[column]).column(column)
                    yield from (values[row - start].as_py() for row in inside)
                start = end

    return _contents(root, paths, lambda name: name.endswith(".parquet"), cells)


def in_dataset(
    root: str, paths: Collection[str], *, image: str, **source: str
) -> Iterator[tuple[str, Content]]:
    """Yield each of `paths`, cells of the column `image` of a saved data set or files below `root`, with its bytes."""
    splits = huggingface.splits_of(source)

    def cells(split: str, rows: list[int]) -> Iterator[object]:
        column = splits[split].select_columns([image]).with_format("arrow")
        return (column[row].column(image)[0].as_py() for row in rows)

    return _contents(root, paths, splits.__contains__, cells)


def _contents(
    root: str,
    paths: Collection[str],
    is_table: Callable[[str], bool],
    cells: Callable[[str, list[int]], Iterator[object]],
) -> Iterator[tuple[str, Content]]:
    tables: dict[str, list[int]] = {}
    for path in paths:
        found = CELL.fullmatch(path)
        if found and is_table(found[1]):
            tables.setdefault(found[1], []).append(int(found[2]))
        else:
            yield path, content(path, Path(root))
    for table, rows in sorted(tables.items()):
        rows.sort()
        for row, value in zip(rows, cells(table, rows), strict=True):
            yield f"{table}#{row}", _picture(value, root)


def _picture(value: object, root: str) -> Content:
    """Return the bytes in a cell: itself, or a structure with ``bytes`` or with the ``path`` of a file below `root`."""
    if isinstance(value, dict):
        path = value.get("path")
        value = value.get("bytes") or (content(path, Path(root)) if path else None)
    return ImageError(MISSING, "the cell is empty") if value is None else value
