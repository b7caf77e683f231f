"""Text files of which not every byte need be in the encoding that the file claims to have."""

import codecs
from pathlib import Path
from typing import IO

from humancentric.errors import UserError

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def tried(source: dict) -> list[str]:
    """Return the encodings in which a source's row is tried; the first that fits is taken."""
    named = source.get("encoding", "utf-8")
    names = [named] if isinstance(named, str) else named
    return ["utf-8-sig" if codecs.lookup(name).name == "utf-8" else name for name in names]


def open_text(path: Path, source: dict) -> IO[str]:
    """Return the open file, line ends untouched; bytes outside the first encoding become lone surrogates."""
    encoding = tried(source)[0]
    try:
        with path.open("rb") as file:
            start = file.read(2)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; put the table there or mend source.path") from error
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); mend source.path or its permissions"
        ) from error
    if start in UTF_16 and not encoding.lower().startswith("utf-16"):
        raise UserError(f"{path}: is encoded in UTF-16; save it in UTF-8, or set source.encoding to utf-16")
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def is_text(value: str) -> bool:
    """Return whether a string has no lone surrogate."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def repaired(value: str, source: dict) -> str | None:
    """Return a string that is no text in the source's first encoding, decoded by the next that fits, or None."""
    first, *others = tried(source)
    try:
        data = value.encode(first, errors="surrogateescape").removeprefix(codecs.BOM_UTF8)
    except UnicodeEncodeError:
        return None
    for encoding in others:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def undecodable(what: str, source: dict) -> str:
    """Return what is wrong with a row in which `what` fits none of the encodings."""
    named = source.get("encoding", "utf-8")
    return f"{what} is not in {named if isinstance(named, str) else ' or '.join(named)}"
