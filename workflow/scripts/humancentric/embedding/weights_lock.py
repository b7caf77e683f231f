"""Download weights from the model hub and pin them in a lock file: later downloads must match the first one."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from humancentric.core.errors import UserError
from humancentric.core.files import write_text
from humancentric.core.weights import checksum, locate, weights_file
from humancentric.embedding import encoders, hub

HEAD = (
    "# Written by `snakemake fetch_weights`: what was fetched first, and is checked ever since. Commit it.\n"
)


class Pin(NamedTuple):
    """One file of the model hub: its repository and name, its commit, and the sha256 of its content."""

    repository: str
    file: str
    revision: str
    sha256: str


def fetch(row: Mapping[str, Any], name: str, lock: Path) -> Pin:
    """Download the weights of the row called `name` into the hub's cache; return their pin.

    The revision and checksum are those of the row or the `lock`; if neither has them, they are recorded in the lock.
    Raises `UserError` if the files differ or cannot be downloaded.
    """
    config_path = f"encoders.{name}"
    need = encoders.module_of(row, config_path).hub_files(row, config_path)
    wanted = row.get("revision") or revision_of(lock, need.repository)
    found = hub.download(need.repository, need.names, f"{config_path}.weights", wanted)
    file = weights_file(locate(str(found), row.get("sha256"), f"{config_path}.weights"))
    pin = Pin(need.repository, file.name, hub.revision_of(found), checksum(file))
    record(lock, pin)
    if need.tokenizer:
        _fetch_tokenizer(need.tokenizer, f"{config_path}.model", lock)
    return pin


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Return ``{repository: {file: {revision, sha256}}}``; an empty dictionary if there is no lock yet."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {repository: dict(files) for repository, files in content.items()}
    except FileNotFoundError:
        return {}
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise UserError(
            f"{path}: not a lock of weights ({type(error).__name__}); restore it with git"
        ) from error


def revision_of(path: Path, repository: str) -> str | None:
    """Return the commit of `repository` in the lock, or None."""
    files = read(path).get(repository, {})
    return next((entry["revision"] for entry in files.values()), None)


def record(path: Path, pin: Pin) -> bool:
    """Add `pin` to the lock and return whether it is new. Raises `UserError` if the lock has another checksum."""
    with _locked(path.parent):
        known = read(path)
        entry = known.setdefault(pin.repository, {}).get(pin.file)
        if entry is not None:
            if entry["sha256"] != pin.sha256:
                raise UserError(
                    f"{path}: {pin.file} of '{pin.repository}' has sha256 {pin.sha256}, expected "
                    f"{entry['sha256']}; fetch it again, or remove the entry to take the new file on purpose"
                )
            return False
        known[pin.repository][pin.file] = {"revision": pin.revision, "sha256": pin.sha256}
        write_text(path, HEAD + yaml.safe_dump(known, sort_keys=True, width=200))
        return True


def _fetch_tokenizer(repository: str, config_path: str, lock: Path) -> None:
    """Download the tokenizer of `repository` into the hub's cache and record its files in the lock."""
    folder = hub.download_tokenizer(repository, config_path, revision_of(lock, repository))
    for file in sorted(file for pattern in hub.TOKENIZER for file in folder.glob(pattern)):
        record(lock, Pin(repository, file.name, hub.revision_of(folder), checksum(file)))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Run the block in one process of this machine at a time, since two downloads may finish together."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
