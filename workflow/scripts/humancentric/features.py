"""Frozen features of samples: embedding files read without copies, joined by id, set side by side."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from humancentric import schemas, tables
from humancentric.errors import UserError

log = logging.getLogger("humancentric")


@dataclass(frozen=True)
class Input:
    """One part of the features: its name ``view.encoder``, its width, and what its embedding file says of itself."""

    name: str
    width: int
    source: dict[str, Any]


def by_split(paths: Sequence[str | Path]) -> dict[str, list[str | Path]]:
    """Return ``{split: paths}`` of embedding files, which are called after their split; order is kept."""
    found: dict[str, list[str | Path]] = {}
    for path in paths:
        found.setdefault(Path(path).stem, []).append(path)
    return found


def width_of(path: str | Path) -> int:
    """Return the length of the vectors in the embedding file at `path`; `UserError` if it holds none."""
    try:
        kind = pq.read_schema(path).field("embedding").type
        width = kind.list_size if pa.types.is_fixed_size_list(kind) else 1
    except (FileNotFoundError, pa.ArrowInvalid, KeyError):
        width = 1  # tables.read below says which of these it is
    if width == 1:
        tables.read(path, schemas.embeddings(width), columns=[])
    return width


def read(path: str | Path) -> tuple[pa.Array, np.ndarray]:
    """Return the ids (n) and the vectors (n, width; float32, a view of the file's buffer) of an embedding file.

    Raises `UserError` on a duplicate id, an empty vector, or a number that is not finite.
    """
    table = tables.read(path, schemas.embeddings(width_of(path))).combine_chunks()
    ids = table.column("id").combine_chunks()
    vectors = table.column("embedding").combine_chunks()
    if pc.count_distinct(ids).as_py() < len(ids):
        counts = pc.value_counts(ids)
        twice = counts.filter(pc.greater(counts.field("counts"), 1))
        raise UserError(f"{path}: id '{twice[0]['values']}' comes twice; {tables.REMEDY}")
    if vectors.null_count:
        raise UserError(f"{path}: {vectors.null_count} ids have no vector; {tables.REMEDY}")
    matrix = vectors.flatten().to_numpy(zero_copy_only=False).reshape(len(ids), vectors.type.list_size)
    # A sum is finite unless a term is not; only then is it worth looking at every number.
    with np.errstate(over="ignore", invalid="ignore"):
        suspicious = not np.isfinite(matrix.sum(axis=1)).all()
    if suspicious:
        broken = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
        if len(broken):
            raise UserError(
                f"{path}: vector of id '{ids[int(broken[0])]}' is not finite ({len(broken)} of {len(ids)} ids); "
                f"check the encoder, then {tables.REMEDY}"
            )
    return ids, matrix


def rows_of(wanted: Sequence[str], found: pa.Array, path: str | Path) -> np.ndarray:
    """Return for each wanted id its row (n, int64) among `found`; `UserError` if one is missing."""
    rows = pc.index_in(pa.array(wanted, pa.string()), value_set=found)
    if rows.null_count:
        first = wanted[rows.is_null().to_numpy(zero_copy_only=False).argmax()]
        raise UserError(
            f"{path}: id '{first}' is missing ({rows.null_count} of {len(wanted)} ids); {tables.REMEDY}"
        )
    if len(found) > len(wanted):
        log.warning("%s: %d ids belong to no sample and are left out", path, len(found) - len(wanted))
    return rows.to_numpy().astype(np.int64)


def load(
    paths: Sequence[str | Path] | str, names: Sequence[str], ids: Sequence[str]
) -> tuple[np.ndarray, list[Input]]:
    """Return the features (n, sum of widths; float32, C order) of `ids` in their order, and their parts.

    `paths` are embedding files of one split (a single path will do), `names` the ``view.encoder`` of each. Rows are
    found by id.
    """
    paths = [paths] if isinstance(paths, str) else list(paths)
    if len(paths) != len(names):
        raise UserError(f"features {'+'.join(names)}: {len(names)} parts but {len(paths)} embedding files")
    widths = [width_of(path) for path in paths]
    matrix = np.empty((len(ids), sum(widths)), dtype=np.float32)
    inputs = []
    begin = 0
    for path, name, width in zip(paths, names, widths, strict=True):
        found, vectors = read(path)
        rows = rows_of(ids, found, path)
        part = matrix[:, begin : begin + width]
        if np.array_equal(rows, np.arange(len(found))):
            part[:] = vectors
        else:
            np.take(vectors, rows, axis=0, out=part, mode="clip")
        inputs.append(Input(name, width, tables.read_metadata(path)))
        begin += width
    return matrix, inputs
