"""The files that a dataset lies in: their sizes, checksums and columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from humancentric import files


@dataclass(frozen=True)
class Part:
    """One Parquet file: its path below the dataset's folder, what it holds, bytes, sha256 and columns."""

    path: str
    holds: str
    bytes: int
    sha256: str
    columns: dict[str, pa.DataType]


def parts(folder: str | Path, named: Mapping[str, list[str | Path]]) -> list[Part]:
    """Return every file of `named` ({what it holds: paths below `folder`}) in order."""
    found = []
    for holds, paths in named.items():
        for path in map(Path, paths):
            schema = pq.read_schema(path)
            columns = dict(zip(schema.names, schema.types, strict=True))
            place = path.relative_to(folder).as_posix()
            found.append(Part(place, holds, path.stat().st_size, files.sha256_of(path), columns))
    return found
