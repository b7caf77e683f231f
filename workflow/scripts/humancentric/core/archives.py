"""Read untrusted archives and pickles in one pass.

Nothing is unpacked to disk, and a pickle builds only plain values and arrays.
"""

import io
import lzma
import math
import pickle
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal, cast

import numpy as np

from humancentric.core.errors import UserError

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
LARGEST = 2**28  # bytes of a member, far more than those of a picture or a batch of pictures
LARGEST_HEADER = 2**20  # bytes of a member's extended header, e.g. of its name
PIECE = 2**16  # bytes to read at a time
STREAMED_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others decompress all at once, to any size
HEADERS = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)
# errors of the readers; RuntimeError means an encrypted member
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


def content(path: Path) -> bytes:
    """Return the bytes of an unpacked file. Raises `UserError` if it cannot be read or is too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path}: has more than {LARGEST} bytes; fetch it again")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); make it readable") from error


def _zip_members(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and wanted(name := _name(member.filename)):
                _check_size(path, name, member.file_size)
                if member.compress_type not in STREAMED_METHODS:
                    raise UserError(f"{path}: {name} is packed in an unusual way; pack it again with deflate")
                with archive.open(member) as file:
                    yield name, read_bounded(file, member.file_size)


def _tar_members(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path, tarinfo=_TarInfo) as archive:
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


def read_bounded(file: IO[bytes], size: int) -> bytes:
    """Return at most ``size + 1`` bytes of an open compressed file, without decompressing much more."""
    pieces, left = [], size + 1
    while left > 0 and (piece := file.read(min(PIECE, left))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


class _TarInfo(tarfile.TarInfo):
    """A member whose extended headers are read only if they are small, since they may decompress to any size."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in HEADERS and self.size > LARGEST_HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]

    def _proc_gnusparse_10(self, *_: Any) -> None:
        raise tarfile.ReadError("a file with holes")


class _Maker:
    """A callable that a pickle may use: not a class, and without attributes that a pickle could replace."""

    __slots__ = ()


class _Encode(_Maker):
    """Replaces ``_codecs.encode``, with which Python 3 writes bytes for Python 2."""

    __slots__ = ()

    def __call__(self, text: str, encoding: str) -> bytes:
        if encoding != "latin1":
            raise pickle.UnpicklingError(f"it asks for the codec {encoding!r}")
        return text.encode("latin-1")


class _Type:
    """Replaces a pickled dtype, which must be numeric and whose state may only set the byte order."""

    __slots__ = ("dtype",)

    def __init__(self, dtype: np.dtype) -> None:
        self.dtype = dtype

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, tuple) or len(state) < 2 or state[2:] not in PLAIN_STATES:
            raise pickle.UnpicklingError("it asks for an unusual dtype")
        order = _text(state[1])
        if order not in ("<", ">", "|", "="):
            raise pickle.UnpicklingError(f"it asks for the byte order {order!r}")
        self.dtype = self.dtype.newbyteorder(cast(Literal["<", ">", "|", "="], order))


class _MakeType(_Maker):
    __slots__ = ()

    def __call__(self, name: str | bytes, *_: bool) -> _Type:
        if not NUMBERS.fullmatch(_text(name)):
            raise pickle.UnpicklingError(f"it asks for the dtype {_text(name)!r}")
        return _Type(np.dtype(_text(name)))


class _Array(np.ndarray):
    """An empty array that is filled from a checked state."""

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, tuple) or len(state) != 5:
            raise pickle.UnpicklingError("it asks for an unusual array")
        _, shape, kind, by_columns, data = state
        usual = isinstance(shape, tuple) and all(type(side) is int and side >= 0 for side in shape)
        if not usual or not isinstance(kind, _Type) or not isinstance(data, bytes):
            raise pickle.UnpicklingError("it asks for an unusual array")
        if len(shape) > MAX_DIMENSIONS or math.prod(shape) * kind.dtype.itemsize != len(data):
            raise pickle.UnpicklingError(f"{len(data)} bytes are not an array {shape} of {kind.dtype}")
        state = (1, shape, kind.dtype, bool(by_columns), data)
        super().__setstate__(cast(Any, state))


class _MakeArray(_Maker):
    """Replaces numpy's ``_reconstruct``."""

    __slots__ = ()

    def __call__(self, kind: Any, shape: Any, _: Any) -> np.ndarray:
        if not isinstance(kind, _ArrayClass) or shape != (0,):
            raise pickle.UnpicklingError("it asks for an unusual array")
        return _Array((0,), np.uint8)


class _ArrayClass(_Maker):
    """Replaces ``numpy.ndarray``, which pickles only refer to."""

    __slots__ = ()


def _text(name: Any) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else str(name)


PLAIN_STATES = ((None, None, None, -1, -1, 0), (None, None, None, -1, -1, 0, None), (None, -1, -1))
NUMBERS = re.compile(r"[iuf][1248]|b1")
MAX_DIMENSIONS = 4
ALLOWED: dict[tuple[str, str], _Maker] = {
    ("_codecs", "encode"): _Encode(),
    ("numpy", "dtype"): _MakeType(),
    ("numpy", "ndarray"): _ArrayClass(),
    ("numpy.core.multiarray", "_reconstruct"): _MakeArray(),
    ("numpy._core.multiarray", "_reconstruct"): _MakeArray(),
}


class _Restricted(pickle._Unpickler):  # pure Python: the C version allocates memory for any memo index
    def find_class(self, module: str, name: str) -> Any:
        """Return one of `ALLOWED`; raise for everything else."""
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}") from None


def load_pickle(data: bytes, source: str) -> Any:
    """Return the value pickled in `data`: numbers, strings (as bytes where Python 2 wrote them), lists, dicts, arrays.

    Raises `UserError` naming `source` if the data are damaged or contain anything else.
    """
    try:
        return _Restricted(io.BytesIO(data), encoding="bytes").load()
    except Exception as error:  # damaged data raise nearly anything
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UserError(
            f"{source}: not read ({reason}); only plain pickled arrays are; fetch it again"
        ) from error
