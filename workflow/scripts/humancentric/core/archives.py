"""Read archives and pickles from outside, in one pass and without trusting them.

Nothing is unpacked to disk, and a pickle builds only plain values and arrays.
"""

import io
import lzma
import pickle
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from humancentric.core.errors import UserError

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
LARGEST = 2**28  # bytes of a member, far more than a picture or a batch of pictures has
# what the readers raise; RuntimeError is an encrypted member
DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError)
Wanted = Callable[[str], bool]


def found_in(folder: Path) -> list[Path]:
    """Return the archives in `folder`, sorted by name."""
    return sorted(path for path in folder.iterdir() if path.name.lower().endswith(ENDINGS))


def members(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the files in the archive `path` whose name is `wanted`, in the archive's order.

    Links and folders are skipped. Raises `UserError` if the archive is missing, damaged, cut short or encrypted, or a
    member has more than `LARGEST` bytes.
    """
    read = _zip_members if path.name.lower().endswith(".zip") else _tar_members
    try:
        yield from read(path, wanted)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; put it there") from error
    except DAMAGE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{path}: cannot be read ({reason}); fetch it again") from error


def _zip_members(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and wanted(name := _name(member.filename)):
                _check_size(path, name, member.file_size)
                yield name, archive.read(member)


def _tar_members(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isfile() and wanted(name := _name(member.name)):
                _check_size(path, name, member.size)
                content = archive.extractfile(member)
                assert content is not None  # only links and folders have none
                yield name, content.read()


def _check_size(path: Path, name: str, size: int) -> None:
    if size > LARGEST:
        raise UserError(f"{path}: {name} has {size} bytes, more than {LARGEST}; take it out of the archive")


def _name(name: str) -> str:
    """Return a member's name without a leading ``./``."""
    return str(PurePosixPath(name))


def _bytes(text: str, encoding: str) -> bytes:
    """Replace ``_codecs.encode``, with which Python 3 writes bytes for Python 2."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it asks for the codec {encoding!r}")
    return text.encode("latin-1")


def _array(kind: type, shape: tuple[int, ...], typecode: Any) -> np.ndarray:
    """Replace numpy's ``_reconstruct`` by an empty array, which its state then fills."""
    if kind is not np.ndarray or shape != (0,):
        raise pickle.UnpicklingError("it asks for an unusual array")
    return np.ndarray(shape, np.uint8)


ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("_codecs", "encode"): _bytes,
    ("numpy", "dtype"): np.dtype,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy.core.multiarray", "_reconstruct"): _array,
    ("numpy._core.multiarray", "_reconstruct"): _array,
}


class _Restricted(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """Return one of `ALLOWED`; raise for everything else."""
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}") from None


def load_pickle(data: bytes, source: str) -> Any:
    """Return the value pickled in `data`: numbers, strings (as bytes where Python 2 wrote them), lists, dicts, arrays.

    Raises `UserError` naming `source` if the data are damaged or ask for anything else.
    """
    try:
        return _Restricted(io.BytesIO(data), encoding="bytes").load()
    except Exception as error:  # damaged data fail in every way
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UserError(
            f"{source}: not read ({reason}); only plain pickled arrays are; fetch it again"
        ) from error
