"""The files of a published source: whether they are there, and whether they are what was published."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from humancentric.core.errors import UserError
from humancentric.sources.layouts import published_files

log = logging.getLogger("humancentric")

HINTS = {
    "book-covers": "download Task 1 of the book-dataset of uchidalab; put listings, label files and images there",
    "mvsa": "download MVSA, keep its layout: labelResultAll.txt beside data/<ID>.jpg and data/<ID>.txt",
}


def _hint(source: dict) -> str:
    place = source.get("download", "its publisher")
    return HINTS.get(source["kind"], f"download it from {place} and put it there")


def digest(path: Path, kind: str) -> str:
    """Return the hexadecimal checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def checked_files(source: dict) -> dict[str, dict[str, Any]]:
    """Return ``{name: {bytes, sha256, published checksum}}`` of a source's files; the last is null where none is known.

    The row's ``checksums`` (``{name: "md5:..." or "sha256:..."}``) are compared before anything is read. Raises
    `UserError` where a file is missing or differs from what was published.
    """
    facts = {}
    for name in published_files(source):
        path = Path(source["root"]) / name
        if not path.is_file():
            raise UserError(f"{path}: file is missing; {_hint(source)}")
        published = source.get("checksums", {}).get(name)
        if published:
            kind, _, expected = published.partition(":")
            if (found := digest(path, kind)) != expected:
                raise UserError(
                    f"{path}: {kind} is {found}, published was {expected}; fetch it again, "
                    "or take its line out of source.checksums"
                )
        facts[name] = {
            "bytes": path.stat().st_size,
            "sha256": digest(path, "sha256"),
            "published": published,
        }
        log.info("%s: %s", name, "as published" if published else f"sha256 {facts[name]['sha256']}")
    return facts
