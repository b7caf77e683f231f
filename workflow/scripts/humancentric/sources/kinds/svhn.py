"""SVHN, cropped digits: two MATLAB files."""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.sources.picture_files import Content, array_pictures, array_rows
from humancentric.sources.source_kind import Source, SourceKind, listing_table

FILES = ("train_32x32.mat", "test_32x32.mat")
DIGITS = [str(digit) for digit in range(10)]


def load(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures, (n, 32, 32, 3) uint8, and digits (n); the file calls the digit 0 class 10.

    The training file takes 225 MB of memory, twice that while it is unpacked. Raises `UserError` if the file is damaged
    or something else.
    """
    from scipy.io import loadmat

    try:
        found = loadmat(path, variable_names=["X", "y"])
        pictures, digits = found["X"], found["y"].reshape(-1)
    except Exception as error:  # the reader raises nearly anything on damaged files
        raise UserError(
            f"{path}: no MATLAB file with X and y ({type(error).__name__}); fetch it again"
        ) from error
    if pictures.ndim != 4 or pictures.dtype != np.uint8 or pictures.shape[2:] != (3, len(digits)):
        raise UserError(f"{path}: X {pictures.shape} does not go with y ({len(digits)}); fetch it again")
    return pictures.transpose(3, 0, 1, 2), np.where(digits == 10, 0, digits.astype(np.int64))


def read(source: Source, columns: dict[str, str]) -> pa.Table:
    """Return the listing of the training and the test file."""
    root = Path(source["root"])

    def rows() -> Iterator[dict]:
        for split, file in zip(("train", "test"), FILES, strict=True):
            yield from array_rows(file, split, load(root / file)[1], DIGITS)

    return listing_table(rows(), columns.values())


def pictures(root: str, paths: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Yield the pictures called ``file#row`` as PNG."""
    return array_pictures(paths, lambda file: load(Path(root) / file)[0])


SOURCE = SourceKind(read=read, published=lambda source: list(FILES), pictures=pictures)
