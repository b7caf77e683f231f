"""Parse feature names and load frozen features.

A name is ``view.encoder``, or several of them joined by ``+``. Embedding files are read in blocks, joined by id and
concatenated.
"""

import logging
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError

log = logging.getLogger("humancentric")

NAME = re.compile(r"[a-z0-9-]+")
READ, BATCH = 2**20, 2**23  # bytes per read of a file, bytes of vectors per decoded batch


class Feature(NamedTuple):
    """One view embedded by one encoder."""

    view: str
    encoder: str

    @property
    def name(self) -> str:
        """Return the name used in paths: ``view.encoder``."""
        return f"{self.view}.{self.encoder}"


def parse(name: str) -> list[Feature]:
    """Return the parts of a features name in order: ``"standard.clip+title.clip-t"`` has two.

    Raises `UserError` if a part is not ``view.encoder`` in lower-case letters, digits and hyphens, or occurs twice.
    """
    parts = [Feature(*words) for part in name.split("+") if len(words := part.split(".")) == 2]
    if len(parts) != name.count("+") + 1 or not all(NAME.fullmatch(word) for part in parts for word in part):
        raise UserError(
            f"features '{name}': not view.encoder parts joined by '+'; write e.g. standard.clip+title.clip-t"
        )
    if len(set(parts)) < len(parts):
        raise UserError(f"features '{name}': a part occurs twice; name each view.encoder once")
    return parts


def join(parts: list[Feature]) -> str:
    """Return the features name of `parts`: the inverse of `parse`."""
    return "+".join(part.name for part in parts)


def l2_normalize(vectors: np.ndarray) -> np.ndarray:
    """Return rows (n, d) scaled to unit length, as float32; rows of zeros are unchanged.

    Lengths are computed in float64, unlike in scikit-learn's `normalize`.
    """
    lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64))[:, None]
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


@dataclass(frozen=True)
class Input:
    """One part of the features: its name ``view.encoder``, its width, and the metadata of its embedding file."""

    name: str
    width: int
    source: dict[str, Any]


def by_split(paths: Sequence[str | Path]) -> dict[str, list[str | Path]]:
    """Return ``{split: paths}`` of embedding files, whose names are their splits, in the order of `paths`."""
    found: dict[str, list[str | Path]] = {}
    for path in paths:
        found.setdefault(Path(path).stem, []).append(path)
    return found


def width_of(path: str | Path) -> int:
    """Return the length of the vectors in the embedding file at `path`; `UserError` if it holds none."""
    try:
        kind = tables.schema_of(path).field("embedding").type
        width = kind.list_size if pa.types.is_fixed_size_list(kind) else 1
    except KeyError:
        width = 1  # tables.read below raises the error
    if width == 1:
        tables.read(path, schemas.embeddings(width), columns=[])
    return width


def ids_of(path: str | Path, width: int) -> pa.Array:
    """Return the ids (n) of an embedding file; `UserError` on a duplicate."""
    ids = tables.read(path, schemas.embeddings(width), ["id"]).column("id").combine_chunks()
    if pc.count_distinct(ids).as_py() < len(ids):
        counts = pc.value_counts(ids)
        twice = counts.filter(pc.greater(counts.field("counts"), 1))
        raise UserError(f"{path}: id '{twice[0]['values']}' occurs twice; {tables.REMEDY}")
    return ids


def vectors_of(path: str | Path, width: int) -> Iterator[np.ndarray]:
    """Yield the vectors (rows, width; float32) of an embedding file in its order, a few megabytes at a time.

    Each array is a view of the read buffer and is valid until the next one, so the whole column is never in memory in
    addition to the features. Raises `UserError` at the end if a vector is empty.
    """
    empty = 0
    with tables.opened(path, schemas.embeddings(width), buffer=READ) as file:
        for batch in file.iter_batches(
            max(1, BATCH // (4 * width)), columns=["embedding"], use_threads=False
        ):
            column = batch.column(0)
            empty += column.null_count
            if not empty:
                yield column.flatten().to_numpy(zero_copy_only=True).reshape(len(column), width)
    if empty:
        raise UserError(f"{path}: {empty} ids have no vector; {tables.REMEDY}")


def not_finite(vectors: np.ndarray) -> np.ndarray:
    """Return the rows (k) of vectors with a number that is not finite."""
    # A number that is not finite makes its row's sum not finite, which is faster to check than every number.
    with np.errstate(over="ignore", invalid="ignore"):
        suspicious = not np.isfinite(vectors.sum(axis=1)).all()
    return np.flatnonzero(~np.isfinite(vectors).all(axis=1)) if suspicious else np.empty(0, np.int64)


def fill(part: np.ndarray, path: str | Path, ids: Sequence[str], chosen: np.ndarray | None = None) -> None:
    """Write the vectors of `ids` in their order to `part` (n, width), or those of the `chosen` positions among them.

    Raises `UserError` if an id is missing or occurs twice, a vector is empty, or a number is not finite.
    """
    width = part.shape[1]
    found = ids_of(path, width)
    rows = rows_of(ids, found, path)
    rows = rows if chosen is None else rows[chosen]
    target = np.full(len(found), -1)
    target[rows] = np.arange(len(rows))
    begin, first, broken = 0, None, 0
    for vectors in vectors_of(path, width):
        faulty = not_finite(vectors)
        if len(faulty) and first is None:
            first = found[begin + int(faulty[0])]
        broken += len(faulty)
        positions = target[begin : begin + len(vectors)]
        wanted = positions >= 0
        if wanted.all() and (np.diff(positions) == 1).all():
            part[positions[0] : positions[0] + len(positions)] = vectors
        else:
            part[positions[wanted]] = vectors[wanted]
        begin += len(vectors)
    if broken:
        raise UserError(
            f"{path}: vector of id '{first}' is not finite ({broken} of {len(found)} ids); "
            f"check the encoder, then {tables.REMEDY}"
        )


def read(path: str | Path) -> tuple[pa.Array, np.ndarray]:
    """Return the ids (n) and the vectors (n, width; float32) of an embedding file, in its order."""
    width = width_of(path)
    ids = ids_of(path, width)
    vectors = np.empty((len(ids), width), np.float32)
    fill(vectors, path, ids.to_pylist())
    return ids, vectors


def rows_of(wanted: Sequence[str], found: pa.Array, path: str | Path) -> np.ndarray:
    """Return the row (n, int64) of each wanted id in `found`. Raises `UserError` if one is missing."""
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
    paths: Sequence[str | Path] | str,
    names: Sequence[str],
    ids: Sequence[str],
    chosen: np.ndarray | None = None,
    memory_mb: float | None = None,
) -> tuple[np.ndarray, list[Input]]:
    """Return the features (n, sum of widths; float32, C order) of `ids` in their order, and their parts.

    `paths` are embedding files of one split (or a single path), `names` the ``view.encoder`` of each. Every id must be
    in every file, even if only the vectors of the `chosen` positions among `ids` are returned. Features of more than
    `memory_mb` MiB are a `numpy.memmap` of an unnamed file in the dataset's folder ``spool``. Raises `UserError` if
    the metadata of a file name another encoder.
    """
    paths = [paths] if isinstance(paths, str) else list(paths)
    if len(paths) != len(names):
        raise UserError(f"features {'+'.join(names)}: {len(names)} parts but {len(paths)} embedding files")
    widths = [width_of(path) for path in paths]
    number = len(ids) if chosen is None else len(chosen)
    shape = number, sum(widths)
    too_large = memory_mb is not None and 4 * number * sum(widths) > memory_mb * 2**20
    matrix: np.ndarray = (
        on_disk(shape, Path(paths[0]).parents[2] / "spool")
        if too_large
        else np.empty(shape, dtype=np.float32)
    )
    inputs = []
    begin = 0
    for path, name, width in zip(paths, names, widths, strict=True):
        source = tables.read_metadata(path)
        made_by, wanted = source.get("encoder"), name.split(".")[-1]
        if made_by not in (None, wanted):
            raise UserError(f"{path}: made by encoder '{made_by}', not by '{wanted}'; {tables.REMEDY}")
        fill(matrix[:, begin : begin + width], path, ids, chosen)
        inputs.append(Input(name, width, source))
        begin += width
    return matrix, inputs


def on_disk(shape: tuple[int, int], folder: Path) -> np.memmap:
    """Return float32 zeros of `shape` in a file in `folder`, which the system removes when the array is freed."""
    size = 4 * shape[0] * shape[1]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        try:
            os.posix_fallocate(file.fileno(), 0, size)  # writes to mapped memory cannot report a full disk
        except OSError as error:
            raise UserError(
                f"{folder}: {size / 2**20:,.0f} MiB of features do not fit on the disk ({error.strerror}); free "
                "space, or raise memory_mb"
            ) from error
        return np.memmap(file, np.float32, "r+", shape=shape)


def ids_in(path: str | Path) -> list[str]:
    """Return the ids of an embedding file, in its order."""
    with tables.TableFile(path) as file:
        return file.read(columns=["id"]).column("id").to_pylist()
