"""Lock file of model weights: later downloads must match the first one."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from humancentric.core.errors import UserError
from humancentric.core.files import read_json, write_text

HEAD = (
    "# Written by `snakemake fetch_weights`: what was fetched first, and is checked ever since. Commit it.\n"
)


class Pin(NamedTuple):
    """One file of the model hub: where it is, which commit, and the sha256 of its content."""

    repository: str
    file: str
    revision: str
    sha256: str


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Return ``{repository: {file: {revision, sha256}}}``; nothing where there is no lock yet."""
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
    """Return the commit of `repository` that the lock names, None where it does not know it."""
    files = read(path).get(repository, {})
    return next((entry["revision"] for entry in files.values()), None)


def record(path: Path, pin: Pin) -> bool:
    """Write `pin` into the lock if it is new and return whether it was; `UserError` where the lock says otherwise."""
    with _alone(path.parent):
        known = read(path)
        entry = known.setdefault(pin.repository, {}).get(pin.file)
        if entry is not None:
            if entry["sha256"] != pin.sha256:
                raise UserError(
                    f"{path}: {pin.file} of '{pin.repository}' has sha256 {pin.sha256}, recorded is "
                    f"{entry['sha256']}; fetch it again, or remove the entry to take the new file on purpose"
                )
            return False
        known[pin.repository][pin.file] = {"revision": pin.revision, "sha256": pin.sha256}
        write_text(path, HEAD + yaml.safe_dump(known, sort_keys=True, width=200))
        return True


def pinned(row: Mapping[str, Any], pin: str | Path | None) -> dict[str, Any]:
    """Return the row with the revision and checksum in the file `pin` that the fetch wrote; as it is without one."""
    if not pin:
        return dict(row)
    found = read_json(pin)
    return {**row, "revision": found["revision"], "sha256": found["sha256"]}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes of this machine out of the block: two downloads may end at once."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
