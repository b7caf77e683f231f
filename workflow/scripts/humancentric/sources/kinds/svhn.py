"""Read SVHN, cropped digits: two MATLAB files."""

import os
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.sources.picture_files import Content, array_pictures, array_rows
from humancentric.sources.source_kind import Source, SourceKind, listing_table

FILES = ("train_32x32.mat", "test_32x32.mat")
LARGEST = 2**29  # bytes, twice those of the training pictures
PACKED = 15  # MATLAB's miCOMPRESSED
PIECE = 2**20  # bytes to decompress at a time
DIGITS = [str(digit) for digit in range(10)]


def load(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures, (n, 32, 32, 3) uint8, and the digits, (n,) with 0 for the file's class 10.

    The training file takes 225 MB of memory, twice that while it is unpacked. Raises `UserError` if the file is damaged
    or something else.
    """
    from scipy.io import loadmat, whosmat

    try:
        _require_small(path)
        kinds = {name: kind for name, _, kind in whosmat(path)}
        if kinds["X"] != "uint8" or not kinds["y"].startswith(("uint", "int", "double", "single")):
            raise ValueError(f"X is {kinds['X']}, y is {kinds['y']}")
        found = loadmat(path, variable_names=["X", "y"])
        pictures, digits = found["X"], found["y"].reshape(-1)
    except Exception as error:  # the reader raises nearly anything on damaged files
        raise UserError(
            f"{path}: not a MATLAB file with X and y ({type(error).__name__}); fetch it again"
        ) from error
    if pictures.ndim != 4 or pictures.dtype != np.uint8 or pictures.shape[2:] != (3, len(digits)):
        raise UserError(f"{path}: X {pictures.shape} does not go with y ({len(digits)}); fetch it again")
    return pictures.transpose(3, 0, 1, 2), np.where(digits == 10, 0, digits.astype(np.int64))


def _require_small(path: Path) -> None:
    """Raise `ValueError` if the compressed parts of a MATLAB file expand to more than `LARGEST` bytes."""
    with path.open("rb") as file:
        order: Literal["little", "big"] = "big" if file.read(128)[126:] == b"MI" else "little"
        unpacked = 0
        while len(tag := file.read(8)) == 8:
            kind, size = int.from_bytes(tag[:4], order), int.from_bytes(tag[4:], order)
            if kind != PACKED:
                file.seek(size, os.SEEK_CUR)
                continue
            unpack, data = zlib.decompressobj(), file.read(size)
            while data and unpacked <= LARGEST:
                unpacked += len(unpack.decompress(data, PIECE))
                data = unpack.unconsumed_tail
            if unpacked > LARGEST:
                raise ValueError(f"it unfolds to more than {LARGEST} bytes")


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
