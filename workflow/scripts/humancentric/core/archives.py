"""Files inside a zip or tar archive, read in one pass and without unpacking."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from humancentric.core.errors import UserError

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
LARGEST = 2**28  # bytes of a member: far more than a picture or a batch of pictures has
# what the readers raise; RuntimeError is an encrypted member
DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError)
Wanted = Callable[[str], bool]


def found_in(folder: Path) -> list[Path]:
    """Return the archives that lie in `folder`, by name."""
    return sorted(path for path in folder.iterdir() if path.name.lower().endswith(ENDINGS))


def members(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the files in the archive `path` whose name is `wanted`, in the archive's order.

    Links and folders are passed over. Raises `UserError` where the archive is missing, damaged, cut short or
    encrypted, or a member has more than `LARGEST` bytes.
    """
    read = _zipped if path.name.lower().endswith(".zip") else _taped
    try:
        yield from read(path, wanted)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; put it there") from error
    except DAMAGE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{path}: cannot be read ({reason}); fetch it again") from error


def _zipped(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and wanted(name := _name(member.filename)):
                _check_size(path, name, member.file_size)
                yield name, archive.read(member)


def _taped(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isfile() and wanted(name := _name(member.name)):
                _check_size(path, name, member.size)
                yield name, archive.extractfile(member).read()


def _check_size(path: Path, name: str, size: int) -> None:
    if size > LARGEST:
        raise UserError(f"{path}: {name} has {size} bytes, more than {LARGEST}; take it out of the archive")


def _name(name: str) -> str:
    """Return a member's name without a leading ``./``."""
    return str(PurePosixPath(name))
