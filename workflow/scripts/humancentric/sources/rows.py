"""From rows of a reader to a listing table."""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from humancentric.schemas import LISTING
from humancentric.tables import METADATA_KEY


def listing_schema(texts: Iterable[str]) -> pa.Schema:
    """Return LISTING's columns, the text columns `texts`, then ``source_split`` and ``source_problem``."""
    extras = [*dict.fromkeys(texts), "source_split", "source_problem"]
    return pa.schema([*LISTING.columns.items(), *((name, pa.string()) for name in extras)])


def listing_table(rows: Iterable[dict], texts: Iterable[str]) -> pa.Table:
    """Return `rows` as a table in LISTING's columns, the text columns `texts`, then ``source_*`` extras.

    Rows may leave out ``release_date`` and ``image_source``; ``source_split`` and ``source_problem`` are null where
    a row does not give them.
    """
    schema = listing_schema(texts)
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.names} for row in rows], schema=schema
    )


def with_facts(listing: pa.Table, **facts: Any) -> pa.Table:
    """Return `listing` with `facts` about its source in its metadata, beside those that are there."""
    metadata = listing.schema.metadata or {}
    known = json.loads(metadata.get(METADATA_KEY, b"{}")) | facts
    text = json.dumps(known, ensure_ascii=False, sort_keys=True)
    return listing.replace_schema_metadata({**metadata, METADATA_KEY: text.encode("utf-8")})
