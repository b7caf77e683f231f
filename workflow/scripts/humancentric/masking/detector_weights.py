"""Download detector weights from the URL in their config row and keep them if their checksum matches."""

import hashlib
import io
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from humancentric.core.archives import members
from humancentric.core.errors import UserError
from humancentric.core.files import sha256_of, write_bytes
from humancentric.core.http.client import RateLimitedClient
from humancentric.core.http.transport import ServiceError

LARGEST = 2**28  # bytes: far more than a detector has
NETWORKS = (".pb", ".onnx")


def fetch(row: Mapping[str, Any], name: str, client: RateLimitedClient) -> bool:
    """Put the network of the detector `name` where its row's ``weights`` says; return whether that took a download.

    ``url`` leads to the file itself or to a tar or zip archive that holds it; what has the row's ``sha256`` is kept,
    nothing else ever is. Raises `UserError` in one line where it cannot be had.
    """
    path, place = Path(row["weights"]), f"detectors.{name}"
    if path.exists() and row.get("sha256") in (None, sha256_of(path)):
        return False
    if "url" not in row:
        state = f"has sha256 {sha256_of(path)}, expected {row['sha256']}" if path.exists() else "is missing"
        raise UserError(
            f"{place}.weights: {path} {state}, and the row has no url; add url and sha256, or put the file there"
        )
    remedy = f"nothing was kept: run again, give another url, or put the file at {path}"
    try:
        body = client.ask(row["url"], largest=LARGEST)
    except ServiceError as error:
        raise UserError(f"{place}.url: {error}; {remedy}") from error
    found = {hashlib.sha256(data).hexdigest(): data for data in [body, *_inside(body)]}
    if row["sha256"] not in found:
        # of an archive the networks in it, else the file itself
        told = ", ".join(list(found)[1:] or found)
        raise UserError(f"{place}.url: for {path} sha256 {told} came, expected {row['sha256']}; {remedy}")
    write_bytes(path, found[row["sha256"]])
    return True


def _inside(body: bytes) -> list[bytes]:
    """Return the networks in an archive; none if it is no archive."""
    zipped = zipfile.is_zipfile(io.BytesIO(body))
    if not zipped and not _is_tar(body):
        return []
    with tempfile.NamedTemporaryFile(suffix=".zip" if zipped else ".tar") as file:
        file.write(body)
        file.flush()
        try:
            return [
                data for _, data in members(Path(file.name), lambda name: name.lower().endswith(NETWORKS))
            ]
        except UserError:  # damaged: its own checksum is told
            return []


def _is_tar(body: bytes) -> bool:
    try:
        return tarfile.is_tarfile(io.BytesIO(body))
    except EOFError:  # of a compressed one only the beginning came
        return False
