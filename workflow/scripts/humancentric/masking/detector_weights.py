"""Download the weights of detectors from the URLs in their config rows, and check their checksums."""

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
from humancentric.core.http_client import RateLimitedClient
from humancentric.core.http_transport import ServiceError

LARGEST = 2**28  # bytes; far more than any detector needs
NETWORKS = (".pb", ".onnx")


def fetch(row: Mapping[str, Any], name: str, client: RateLimitedClient) -> bool:
    """Write the network of the detector `name` to the path in its row, and return whether it was downloaded.

    ``url`` is the address of the file itself or of a tar or zip archive that holds it. Only a file with the row's
    ``sha256`` is written. Raises `UserError` if there is no such file.
    """
    path, config_path = Path(row["weights"]), f"detectors.{name}"
    if path.exists() and row.get("sha256") in (None, sha256_of(path)):
        return False
    if "url" not in row:
        state = f"has sha256 {sha256_of(path)}, expected {row['sha256']}" if path.exists() else "is missing"
        raise UserError(
            f"{config_path}.weights: {path} {state}, and the row has no url; add url and sha256, or put the file there"
        )
    remedy = f"nothing was kept: run again, give another url, or put the file at {path}"
    try:
        body: bytes = client.ask(row["url"], largest=LARGEST)
    except ServiceError as error:
        raise UserError(f"{config_path}.url: {error}; {remedy}") from error
    found = {hashlib.sha256(data).hexdigest(): data for data in [body, *_networks_in(body)]}
    if row["sha256"] not in found:
        # report the checksums of the networks in an archive, otherwise that of the file itself
        checksums = ", ".join(list(found)[1:] or found)
        raise UserError(
            f"{config_path}.url: for {path} sha256 {checksums} came, expected {row['sha256']}; {remedy}"
        )
    write_bytes(path, found[row["sha256"]])
    return True


def _networks_in(body: bytes) -> list[bytes]:
    """Return the networks in an archive; an empty list if `body` is not a readable archive."""
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
        except UserError:  # damaged: the error message then gives the checksum of the archive
            return []


def _is_tar(body: bytes) -> bool:
    try:
        return tarfile.is_tarfile(io.BytesIO(body))
    except EOFError:  # a compressed archive that is cut off
        return False
