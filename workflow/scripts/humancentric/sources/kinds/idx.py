"""Read MNIST and data sets in its format: IDX files, gzipped or not."""

import gzip
import math
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.sources.picture_files import Content, array_pictures, array_rows
from humancentric.sources.source_kind import Source, SourceKind, first_present, listing_table

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
BYTES = 0x08  # code of the element type; image sets use none of the format's other types
LARGEST = 2**30  # bytes of a file, twice those of the largest set in this format
MAGIC = b"\x1f\x8b"


def load(path: Path) -> np.ndarray:
    """Return the array of bytes in an IDX file. Raises `UserError` if it is damaged or something else."""
    try:
        with path.open("rb") as packed, _unpacked(packed) as file:
            head = file.read(4)
            if len(head) < 4 or head[:2] != b"\0\0" or head[2] != BYTES:
                raise UserError(f"{path}: not an IDX file of bytes; fetch it again")
            sides = file.read(4 * head[3])
            shape = tuple(int.from_bytes(sides[at : at + 4], "big") for at in range(0, len(sides), 4))
            if math.prod(shape) > LARGEST:
                raise UserError(f"{path}: its shape {shape} is more than {LARGEST} bytes; fetch it again")
            data = file.read(math.prod(shape) + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path}: cannot be read ({error}); fetch it again") from error
    if len(sides) != 4 * head[3] or len(data) != math.prod(shape):
        raise UserError(
            f"{path}: {_how_many(data, shape)} bytes do not fit its shape {shape}; fetch it again"
        )
    return np.frombuffer(data, np.uint8).reshape(shape)


def _unpacked(file: BinaryIO) -> BinaryIO:
    """Return an open file, through gzip if it is packed."""
    begin = file.read(len(MAGIC))
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if begin == MAGIC else file


def _how_many(data: bytes, shape: tuple[int, ...]) -> str:
    return f"{len(data)}" if len(data) < math.prod(shape) else f"more than {math.prod(shape)}"


def published(source: Source) -> list[str]:
    """Return the names of the files, each packed or unpacked."""
    return [name for file in FILES for name in first_present(source["root"], (f"{file}.gz",), (file,))]


def read(source: Source, columns: dict[str, str]) -> pa.Table:
    """Return the listing of the two splits, named by the row's ``names``; the t10k files are the test split."""
    root, names = Path(source["root"]), source["names"]
    train, train_labels, test, test_labels = published(source)

    def rows() -> Iterator[dict]:
        for split, pictures, labels in (("train", train, train_labels), ("test", test, test_labels)):
            classes, found = load(root / labels), load(root / pictures)
            if classes.ndim != 1 or found.ndim != 3 or len(classes) != len(found):
                raise UserError(
                    f"{root / pictures}: {found.shape} does not go with {labels} {classes.shape}; fetch both again"
                )
            yield from array_rows(pictures, split, classes, names)

    return listing_table(rows(), columns.values())


def pictures(root: str, paths: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Yield the pictures called ``file#row`` as grey PNG."""
    return array_pictures(paths, lambda file: load(Path(root) / file))


SOURCE = SourceKind(read=read, published=published, pictures=pictures)
