"""Read CIFAR-10 and CIFAR-100 as published for Python: pickled batches, in their archive or unpacked."""

from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.core import archives
from humancentric.core.errors import UserError
from humancentric.sources.picture_files import Content, array_pictures, array_rows
from humancentric.sources.source_kind import (
    Source,
    SourceKind,
    first_present,
    listing_table,
    packed_or_unpacked,
)

CIFAR_10 = tuple(
    f"cifar-10-batches-py/{name}"
    for name in ("batches.meta", *(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
)
CIFAR_100 = tuple(f"cifar-100-python/{name}" for name in ("meta", "train", "test"))
FILES = {  # classes -> archive, and the files in it
    10: ("cifar-10-python.tar.gz", CIFAR_10),
    20: ("cifar-100-python.tar.gz", CIFAR_100),
    100: ("cifar-100-python.tar.gz", CIFAR_100),
}
KEYS = {  # classes -> keys of the labels in a batch, and of their names in the first file
    10: ("labels", "label_names"),
    20: ("coarse_labels", "coarse_label_names"),
    100: ("fine_labels", "fine_label_names"),
}
SHAPE = (3, 32, 32)


def _plain(value: Any) -> Any:
    """Return a pickled key or name as text; Python 2 wrote bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def batches(root: Path, files: Collection[str], archive: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (name, batch) of the `files` that exist: in the archive below `root`, or unpacked next to it.

    Raises `UserError` if a batch holds anything but plain values and arrays.
    """
    for name, data in packed_or_unpacked(root, archive, files):
        batch = archives.load_pickle(data, str(root / name))
        if not isinstance(batch, dict):
            raise UserError(
                f"{root / name}: a {type(batch).__name__} instead of a batch of CIFAR; fetch it again"
            )
        yield name, {_plain(key): value for key, value in batch.items()}


def colours(batch: dict[str, Any], path: str) -> np.ndarray:
    """Return a batch's pictures, (n, 32, 32, 3) uint8 RGB. Raises `UserError` if they have another shape."""
    data = batch.get("data")
    width = int(np.prod(SHAPE))
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.ndim != 2 or data.shape[1] != width:
        raise UserError(f"{path}: its data are not rows of {width} bytes; fetch it again")
    return data.view(np.ndarray).reshape(-1, *SHAPE).transpose(0, 2, 3, 1)


def read(source: Source, columns: dict[str, str]) -> pa.Table:
    """Return the listing: training batches in order, then the test batch; class names have spaces for ``_``."""
    root, (archive, files) = Path(source["root"]), FILES[source["classes"]]
    labels_key, names_key = KEYS[source["classes"]]
    found = dict(batches(root, files, archive))
    if missing := [name for name in files if name not in found]:
        raise UserError(f"{root / archive}: {missing[0]} is not in it; fetch it again")
    meta, *parts = files
    try:
        names = [_plain(name).replace("_", " ") for name in found[meta][names_key]]
        labels = {name: [int(label) for label in found[name][labels_key]] for name in parts}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            f"{root / meta}: not batches of {source['classes']} classes ({error}); fetch them again"
        ) from error

    def rows() -> Iterator[dict]:
        first = 0
        for name in parts:
            split = "test" if PurePosixPath(name).name.startswith("test") else "train"
            if len(colours(found[name], str(root / name))) != len(labels[name]):
                raise UserError(f"{root / name}: pictures and labels differ in number; fetch it again")
            yield from array_rows(name, split, labels[name], names, first if split == "train" else 0)
            first += len(labels[name])

    return listing_table(rows(), columns.values())


def pictures(root: str, paths: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Yield the pictures called ``file#row`` as PNG; the archive is read once."""
    wanted = {path.rpartition("#")[0] for path in paths}
    folders = {PurePosixPath(files[0]).parts[0]: archive for archive, files in FILES.values()}
    for folder in sorted({PurePosixPath(name).parts[0] for name in wanted}):
        here = {name for name in wanted if PurePosixPath(name).parts[0] == folder}
        for name, batch in batches(Path(root), here, folders[folder]):
            own = [path for path in paths if path.rpartition("#")[0] == name]
            yield from array_pictures(own, partial(colours, batch))


def published(source: Source) -> list[str]:
    """Return the archive, or the unpacked files."""
    archive, files = FILES[source["classes"]]
    return first_present(source["root"], (archive,), files)


SOURCE = SourceKind(read=read, published=published, pictures=pictures)
