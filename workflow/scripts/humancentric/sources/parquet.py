"""A folder of Parquet files, with pictures as bytes inside or as paths, as the hubs of data sets publish them."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.sources import parquet_files
from humancentric.sources.columns import Given, listing, wanted
from humancentric.sources.layouts import parquet_patterns, parquet_root
from humancentric.sources.rows import PLACE, listing_schema


def files(source: dict) -> list[tuple[str | None, Path]]:
    """Return (split or None, file) of a source in order of split and name. Raises `UserError` where there is none."""
    found = []
    for split, (root, pattern) in parquet_patterns(source).items():
        names = sorted(Path(root).glob(pattern))
        if not names:
            raise UserError(
                f"{Path(root) / pattern}: there is no such file; put the data there or mend source.path"
            )
        found += [(split, name) for name in names]
    return found


def read(source: dict, columns: dict[str, str]) -> Iterator[pa.Table]:
    """Yield the listing in batches. Without a column of ids a row is called after its file and its number there.

    Pictures inside a file have ``file#row`` as their ``image_source``, `file` relative to the folder of the files.
    """
    root, target = Path(parquet_root(source)), listing_schema(columns.values())
    for split, file in files(source):
        with parquet_files.opened(file) as opened:
            schema = opened.schema_arrow
        chosen = wanted(source, columns, schema.names, str(file))
        inside = "image" in source and is_picture(schema.field(source["image"]).type)
        needed = dict.fromkeys(
            name for key, names in chosen.items() for name in names if not (inside and key == "source.image")
        )
        name = file.relative_to(root).as_posix()
        number = pl.col(PLACE).str.strip_prefix("row ")
        given = Given(
            file=str(file),
            where=f"{name} ",
            split=split,
            names=parquet_files.class_names(schema, chosen["source.labels"][0]),
            ids=pl.lit(name.removesuffix(".parquet").replace("/", "-") + "-") + number.str.zfill(9),
            pictures=pl.lit(f"{name}#") + number if inside else None,
        )
        for batch in parquet_files.read(file, list(needed), source):
            yield listing(batch, source, columns, given).to_arrow().cast(target)


def is_picture(kind: pa.DataType) -> bool:
    """Return whether a column of this type holds pictures themselves: bytes, or a structure with ``bytes``."""
    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
