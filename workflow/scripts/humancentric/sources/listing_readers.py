"""The readers by kind of source: each returns a listing of what its source offers."""

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from humancentric.sources import (
    book_covers,
    checksums,
    cifar,
    cub,
    folder,
    huggingface,
    idx,
    mvsa,
    parquet,
    svhn,
    table,
)
from humancentric.sources.dataset_checks import checked
from humancentric.sources.layouts import PUBLISHED
from humancentric.sources.rows import with_facts

Reader = Callable[[dict, dict[str, str]], pa.Table]

KINDS: dict[str, Reader] = {
    "book-covers": book_covers.read,
    "cifar": cifar.read,
    "cub": cub.read,
    "idx": idx.read,
    "mvsa": mvsa.read,
    "svhn": svhn.read,
}
# A user's own data may be large, so they come in batches; and may be wrong as a whole, so they are checked.
Stream = Callable[[dict, dict[str, str]], Iterator[pa.Table]]
OWN: dict[str, Stream] = {
    "folder": folder.read,
    "huggingface": huggingface.read,
    "parquet": parquet.read,
    "table": table.read,
}


def stream(source: dict, columns: dict[str, str], splits: Sequence[str] | None = ()) -> Iterator[pa.Table]:
    """Yield the listing of a source in batches: LISTING's columns plus the text columns in ``columns.values()``.

    Rows that cannot be used stay in, with what is wrong with them in ``source_problem``. `splits` are the further
    splits that the data may name, None where their names do not matter. Raises `UserError` where a file of the source
    is missing, has another layout, is not what was published, or is of no use as a whole. The files of a published
    source are in the table's metadata under ``files``, with their size and checksums.
    """
    if source["kind"] in OWN:
        yield from checked(OWN[source["kind"]](source, columns), source, place(source), splits)
        return
    files = checksums.checked_files(source) if source["kind"] in PUBLISHED else {}
    listing = KINDS[source["kind"]](source, columns)
    yield with_facts(listing, files=files) if files else listing


def read(source: dict, columns: dict[str, str], splits: Sequence[str] | None = ()) -> pa.Table:
    """Return the listing of a source as one table; see `stream`."""
    return pa.concat_tables(stream(source, columns, splits))


def place(source: dict) -> str:
    """Return what a user calls the source: its file, folder or name."""
    path = source.get("path", source.get("root", source.get("name", "source")))
    return ", ".join(path.values()) if isinstance(path, dict) else path
