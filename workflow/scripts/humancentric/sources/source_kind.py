"""Define the functions that implement a kind of source, and the listing that its reader returns."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa

from humancentric.core import archives
from humancentric.core.schemas import LISTING, TEXT_PREFIX, data_column
from humancentric.core.tables import METADATA_KEY, encode_metadata
from humancentric.sources.picture_files import Content, in_folder

Source = dict[str, Any]  # the `source` of a dataset's row


def _no_options(source: Source) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class SourceKind:
    """The functions that implement one kind of source.

    ``read(source, columns)`` returns the listing; `columns` are ``{key of the row: text column}``. A published set is
    one table. A user's own data may be large, so they come as an iterator of tables.

    ``published(source)`` returns the names of the published files below ``source["root"]`` that determine the listing.
    They are compared with checksums before anything is read. It is None for a user's own data, whose listing is
    checked as a whole instead; ``files(source)`` then returns the paths of the files that determine it.

    ``pictures(root, paths, **options)`` yields (path, bytes or `ImageError`) for every picture of a listing that it
    finds, in any order. ``image_root(source)`` and ``picture_options(source)`` return its arguments.

    ``picture_urls(source)`` returns ``{path below root: URL}`` of pictures that are published only by their URLs in
    those files, for `published_downloads.fetch`.

    `download` ends the error for a missing file; by default it names the ``download`` page of the row.
    """

    read: Callable[[Source, dict[str, str]], pa.Table | Iterator[pa.Table]]
    published: Callable[[Source], list[str]] | None = None
    files: Callable[[Source], list[str]] = lambda source: []
    pictures: Callable[..., Iterator[tuple[str, Content]]] = in_folder
    image_root: Callable[[Source], str] = itemgetter("root")
    picture_options: Callable[[Source], dict[str, Any]] = _no_options
    picture_urls: Callable[[Source], dict[str, str]] = _no_options
    download: str = ""


def first_present(root: str, *layouts: tuple[str, ...]) -> list[str]:
    """Return the files of the first layout with an existing file below `root`, e.g. packed or unpacked.

    If no file exists, return those of the first layout, which is the published one.
    """
    return list(
        next((names for names in layouts if any((Path(root) / name).exists() for name in names)), layouts[0])
    )


def packed_or_unpacked(root: Path, archive: str, files: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the `files` that exist: in the archive below `root`, or unpacked next to it."""
    if (root / archive).is_file():
        return archives.members(root / archive, lambda name: name in files)
    return ((name, archives.content(root / name)) for name in files if (root / name).is_file())


def holds_pictures(kind: pa.DataType) -> bool:
    """Return whether a column of this type holds pictures: bytes, or a structure with ``bytes``."""
    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def listing_schema(texts: Iterable[str]) -> pa.Schema:
    """Return LISTING's columns, the text columns `texts`, then ``source_split`` and ``source_problem``."""
    extras = [*dict.fromkeys(texts), "source_split", "source_problem"]
    return pa.schema([*LISTING.columns.items(), *((name, pa.string()) for name in extras)])


def listing_table(rows: Iterable[dict[str, Any]], texts: Iterable[str]) -> pa.Table:
    """Return `rows` as a table with the columns of `listing_schema`; a key that a row leaves out is null.

    A text column that is stored under a different name (`stored_column`) has its original name in `rows`.
    """
    schema = listing_schema(texts)

    def value(row: dict[str, Any], name: str) -> Any:
        if not name.startswith(TEXT_PREFIX):
            return row.get(name)
        found = row.get(data_column(name))
        return found if found is None or isinstance(found, str) else "|".join(map(str, found))

    return pa.Table.from_pylist(
        [{name: value(row, name) for name in schema.names} for row in rows], schema=schema
    )


def with_facts(listing: pa.Table, **facts: Any) -> pa.Table:
    """Return `listing` with `facts` about its source added to its metadata."""
    metadata = listing.schema.metadata or {}
    known = json.loads(metadata.get(METADATA_KEY, b"{}")) | facts
    return listing.replace_schema_metadata({**metadata, **encode_metadata(known)})
