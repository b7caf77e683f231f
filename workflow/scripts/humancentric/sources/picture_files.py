"""Read the pictures of a listing from files, arrays and tables, and divide them into images and rejects."""

import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.core import logs
from humancentric.core.archives import LARGEST
from humancentric.core.errors import FEWEST, MIN_MATCH, UserError, check_match, shown
from humancentric.core.hashing import shard_of
from humancentric.core.images import (
    BAD,
    MAX_PIXELS,
    MISSING,
    NOT_FOUND,
    REFUSED,
    ImageError,
    encode_png,
    picture,
)
from humancentric.core.schemas import IMAGES, LISTING, REJECTS

STAGE = "image"
OUTSIDE = "outside-root"
ABSENT = (MISSING, OUTSIDE, BAD, NOT_FOUND, REFUSED)
NO_PATH = ("no picture", "the cell is empty")
TABLE_ROW = re.compile(r"(.+)#([0-9]+)")

Content = bytes | ImageError
Contents = Callable[
    [Collection[str]], Iterator[tuple[str, Content]]
]  # yields the paths that exist, in any order
LoadArray = Callable[[str], np.ndarray]  # file name -> (n, height, width) or (n, height, width, 3) uint8


def in_shard(listing: str | Path, shard: str, shards: int) -> list[tuple[str, str | None]]:
    """Return (id, image_source) of the samples in the file `listing` that belong to one of `shards` shards."""
    from humancentric.core import table_streams  # imports polars, which planning must not need

    return [
        (sample, source)
        for batch in table_streams.read(listing, LISTING, ["id", "image_source"])
        for sample, source in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        if shard_of(sample, shards) == shard
    ]


def read_shard(
    samples: Iterable[tuple[str, str | None]],
    contents: Contents,
    *,
    min_side: int = 1,
    max_pixels: int = MAX_PIXELS,
    root: str | Path | None = ".",
    least: float = MIN_MATCH,
) -> tuple[pa.Table, pa.Table]:
    """Return the IMAGES and the REJECTS table of `samples`, which are pairs of an id and the path of its picture.

    `contents` is called once with all paths, so that a file of many pictures is opened once. Each id is in exactly
    one of the two tables. Reasons: those of `contents`, ``missing``, ``unreadable``, ``too-small``, ``too-large``.
    Raises `UserError` if less than the share `least` of many paths exists below `root` (a folder, or None for URLs).
    """
    wanted: dict[str, list[str]] = {}  # several samples may share a picture
    seen: set[str] = set()  # a repeated id is a reject of the listing, not of its picture
    images, rejects = [], []

    def reject(sample: str, error: ImageError) -> None:
        rejects.append({"id": sample, "stage": STAGE, "reason": error.reason, "detail": error.detail})

    for sample, path in samples:
        if sample not in seen and path:
            wanted.setdefault(path, []).append(sample)
        elif sample not in seen:
            reject(sample, ImageError(MISSING, NO_PATH[0]))
        seen.add(sample)
    found = logs.progress(contents(list(wanted)), "read images", total=len(wanted), unit="image")
    for path, content in found:
        for sample in wanted.pop(path):
            try:
                if isinstance(content, ImageError):
                    raise content
                data, width, height = picture(content, min_side=min_side, max_pixels=max_pixels)
            except ImageError as error:
                reject(sample, error)
            else:
                images.append({"id": sample, "image": data, "width": width, "height": height})
    for path, names in wanted.items():
        for sample in names:
            reject(sample, ImageError(MISSING, f"{path!r} is not there"))
    named = [row for row in rejects if row["detail"] not in NO_PATH]
    absent = [row["detail"] for row in named if row["reason"] in ABSENT]
    if len(absent) >= FEWEST:
        total, examples = len(images) + len(named), ", ".join(absent[:2])
        facts, remedy = (
            f"source.url: {{count}} pictures were found: {examples}",
            "correct the URLs in the data",
        )
        if root is not None:
            facts = f"{root}: {{count}} picture paths exist: {examples}; {contents_of(Path(root))}"
            remedy = "correct source.root or the paths in the data"
        check_match(total - len(absent), total, least, facts, remedy)
    return (
        pa.Table.from_pylist(images, schema=IMAGES.empty().schema),
        pa.Table.from_pylist(rejects, schema=REJECTS.empty().schema),
    )


def in_folder(root: str | Path, paths: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Yield each of `paths` below `root` with its bytes, or with the reason why it can't be read.

    Reasons: ``missing``, ``outside-root``. Raises `UserError` if there is no folder `root`.
    """
    root = Path(root)
    if not root.is_dir():
        raise UserError(f"source.root: there is no folder {root}; put the data there or change the path")
    yield from ((path, file_content(path, root)) for path in paths)


def contents_of(root: Path) -> str:
    """Describe the content of a folder for errors by its first two names."""
    names = sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in root.iterdir())
    return f"the folder holds {shown(names)}" if names else "the folder is empty"


def file_content(path: str, root: Path) -> Content:
    """Return the bytes of the file `path`, or the reason for none; neither it nor a link may lead out of `root`.

    A path that is not there as it is written is also looked for with slashes for backslashes, and in other Unicode
    normal forms.
    """
    file = inside(path, root)
    if isinstance(file, ImageError):
        return file
    try:
        if not file.is_file():
            return ImageError(MISSING, f"{path!r} is not a file")
        if file.stat().st_size > LARGEST:
            return ImageError("too-large", f"{path!r} has more than {LARGEST} bytes")
        return file.read_bytes()
    except OSError as error:  # no permission, a name too long
        return ImageError(MISSING, f"{path!r}: {type(error).__name__}")


def stays_below(path: str) -> bool:
    """Return whether `path`, as it is written, leads nowhere above the folder that it starts in."""
    return "\0" not in path and ".." not in Path(path.replace("\\", "/")).parts


def inside(path: str, root: Path) -> Path | ImageError:
    """Return the file or folder inside `root` that `path` names, or the reason why there is none.

    Every reader relies on this check: neither ``..``, nor an absolute path, nor a link may lead out of `root`.
    """
    if not stays_below(path):
        return ImageError(OUTSIDE, f"{path!r} is not a path below the dataset's folder")
    try:
        file = _existing(path, root).resolve()
        if not file.is_relative_to(root.resolve()):
            kind = "path that is not in" if Path(path).is_absolute() else "link that leaves"
            return ImageError(OUTSIDE, f"{path!r} is a {kind} the dataset's folder")
    except (OSError, RuntimeError) as error:  # no permission, a name too long, circular links
        return ImageError(MISSING, f"{path!r}: {type(error).__name__}")
    return file


def _existing(path: str, root: Path) -> Path:
    """Return the first spelling of `path` that is a file below `root`, or else `path` as it is written."""
    written = root / path
    slashes = path.replace("\\", "/")
    if written.is_file() or ".." in Path(slashes).parts:
        return written
    if (root / slashes).is_file():
        return root / slashes
    if path.isascii() or Path(path).is_absolute():
        return written
    file = root
    for part in Path(slashes).parts:
        file = file / part if (file / part).exists() else file / names_in(file).get(_composed(part), part)
    return file if file.is_file() else written


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


@lru_cache(maxsize=64)
def names_in(folder: Path) -> dict[str, str]:
    """Return ``{name in Unicode's composed form: name}`` of the entries of a folder, which may not exist."""
    return {_composed(name): name for name in os.listdir(folder)} if folder.is_dir() else {}


def array_rows(
    file: str, split: str, labels: Iterable[int], names: Sequence[str], first: int = 0
) -> Iterator[dict]:
    """Yield the listing's rows of one file of arrays; ids are the split and a number that starts at `first`."""
    for number, label in enumerate(map(int, labels)):
        row = {"id": f"{split}-{first + number:05d}", "labels": [], "source_split": split}
        row["image_source"] = f"{file}#{number}"
        if 0 <= label < len(names):
            row["labels"] = [names[label]]
        else:
            row["source_problem"] = f"class {label} is none of the {len(names)}"
        yield row


def array_pictures(paths: Collection[str], load: LoadArray) -> Iterator[tuple[str, Content]]:
    """Yield each of `paths` (``file#row``) as a lossless PNG; one file at a time is in memory."""
    wanted: dict[str, dict[int, str]] = {}
    for path in paths:
        file, _, row = path.rpartition("#")
        wanted.setdefault(file, {})[int(row)] = path
    for file, rows in wanted.items():
        pictures = load(file)
        for number, path in rows.items():
            if number < len(pictures):
                yield path, encode_png(pictures[number])
            else:
                yield path, ImageError(MISSING, f"{file} has {len(pictures)} pictures")
        del pictures


def table_pictures(
    root: str,
    paths: Collection[str],
    is_table: Callable[[str], bool],
    values: Callable[[str, list[int]], Iterator[Any]],
) -> Iterator[tuple[str, Content]]:
    """Yield each of `paths` with its bytes: ``table#row``, or a file below `root`.

    `values` yields the picture column of a table at sorted rows, as far as it has them: bytes, or a structure
    with ``bytes`` or with the ``path`` of a file below `root`. Raises as `in_folder` does.
    """
    tables: dict[str, list[int]] = {}
    files: list[str] = []
    for path in paths:
        found = TABLE_ROW.fullmatch(path)
        if found and is_table(found[1]):
            tables.setdefault(found[1], []).append(int(found[2]))
        else:
            files.append(path)
    if files:
        yield from in_folder(root, files)
    for table, rows in sorted(tables.items()):
        rows.sort()
        found_values = chain(values(table, rows), repeat(ImageError(MISSING, f"{table} has fewer rows")))
        for row, value in zip(rows, found_values, strict=False):
            if isinstance(value, dict):
                file = value.get("path")
                value = value.get("bytes") or (file_content(file, Path(root)) if file else None)
            yield f"{table}#{row}", ImageError(MISSING, NO_PATH[1]) if value is None else value
