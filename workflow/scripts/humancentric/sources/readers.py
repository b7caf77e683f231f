"""The readers by kind of source: each returns a listing of what its source offers."""

from collections.abc import Callable

import pyarrow as pa

from humancentric.sources import book_covers, mvsa, table

Reader = Callable[[dict, dict[str, str]], pa.Table]

KINDS: dict[str, Reader] = {
    "book-covers": book_covers.read,
    "mvsa": mvsa.read,
    "table": table.read,
}


def read(source: dict, columns: dict[str, str]) -> pa.Table:
    """Return the listing of a source: its rows in LISTING's columns plus the text columns in ``columns.values()``.

    Rows that cannot be used stay in, with what is wrong with them in ``source_problem``. Raises `UserError` where a
    file of the source is missing or has another layout.
    """
    return KINDS[source["kind"]](source, columns)
