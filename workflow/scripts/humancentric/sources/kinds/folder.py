"""Read a folder of class folders: ``class/file``, or ``split/class/file``."""

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.core.hashing import TEST, TRAIN, VALIDATION
from humancentric.sources.source_kind import Source, SourceKind, listing_table

ROWS = 20_000  # in a batch
LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # Python decodes bytes that are not UTF-8 to these
CONTROL = re.compile(r"[\\\x00-\x1f\x7f]")
SPLITS = {TRAIN, TEST, VALIDATION, "val", "dev"}


def read(source: Source, columns: dict[str, str]) -> Iterator[pa.Table]:
    """Yield the listing in batches: a row for every visible file at any depth below a class folder, sorted by path."""
    root = Path(source["root"])
    if not root.is_dir():
        raise UserError(f"source.root: there is no folder {root}; put the data there or change the path")
    with_splits = source.get("layout", "class") == "split/class"
    top = {entry.name for entry in os.scandir(root) if entry.is_dir()}
    if not with_splits and top & SPLITS:
        name = min(top & SPLITS)
        raise UserError(f"{root}: folder {name!r} looks like a split; set source.layout to split/class")
    rows = (_row(path, with_splits) for path in _files(root))
    while batch := list(islice(rows, ROWS)):
        yield listing_table(batch, columns.values())


def _files(folder: Path, below: str = "") -> Iterator[str]:
    """Yield the paths of all visible files relative to the first `folder`, in the order of their names."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        path = f"{below}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), f"{path}/")
        else:
            yield path


def _row(path: str, with_splits: bool) -> dict:
    folders = path.split("/")[:-1]
    row = {"id": identifier(path), "labels": [], "image_source": path}
    if LONE_SURROGATE.search(path):
        return row | {"image_source": None, "source_problem": f"{row['id']}: its name is not in UTF-8"}
    if len(folders) < 1 + with_splits:
        return row | {"source_problem": f"{path}: is in no class folder"}
    if with_splits:
        row["source_split"] = folders[0]
    return row | {"labels": [folders[with_splits]]}


def identifier(path: str) -> str:
    """Return a relative path as an id, with ``--`` for slashes and ``?`` for control and undecodable characters."""
    name = CONTROL.sub("?", path.replace("/", "--"))
    return name.encode(errors="replace").decode()


def folders(source: Source) -> list[str]:
    """Return the root, its splits and its class folders, whose times of modification show added or removed files."""
    levels = [[source["root"]]]
    for _ in range(2 if source.get("layout") == "split/class" else 1):
        inner = (entry for folder in levels[-1] if Path(folder).is_dir() for entry in os.scandir(folder))
        levels.append(sorted(entry.path for entry in inner if entry.is_dir() and entry.name[0] != "."))
    return [folder for level in levels for folder in level]


SOURCE = SourceKind(read=read, files=folders)
