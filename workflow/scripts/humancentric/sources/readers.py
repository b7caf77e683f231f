"""The readers by kind of source: each returns a listing of what its source offers."""

from collections.abc import Callable

import pyarrow as pa

from humancentric.sources import book_covers, cifar, cub, idx, mvsa, published, svhn, table
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
    "table": table.read,
}


def read(source: dict, columns: dict[str, str]) -> pa.Table:
    """Return the listing of a source: its rows in LISTING's columns plus the text columns in ``columns.values()``.

    Rows that cannot be used stay in, with what is wrong with them in ``source_problem``. Raises `UserError` where a
    file of the source is missing, has another layout or is not what was published. The files of a published source
    are in the table's metadata under ``files``, with their size and checksums.
    """
    files = published.checked_files(source) if source["kind"] in PUBLISHED else {}
    listing = KINDS[source["kind"]](source, columns)
    return with_facts(listing, files=files) if files else listing
