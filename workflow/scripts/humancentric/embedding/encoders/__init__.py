"""Frozen encoders: every module of this package serves the `kind` of that name.

A module has ``load(row, config_path, threads)``, which returns the `Encoder` of a row. One whose weights may come from
the model hub also has ``hub_files(row, config_path)``, which returns the files to download.
"""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from humancentric.core.files import read_json
from humancentric.core.registry import kind_module
from humancentric.embedding.encoder import Encoder


def load(row: Mapping[str, Any], name: str, threads: int = 1) -> Encoder:
    """Return the frozen encoder of the config's `row` called `name`. Raises `UserError` if it cannot be loaded.

    Nothing is downloaded: weights of the hub come from its local cache.
    """
    config_path = f"encoders.{name}"
    return module_of(row, config_path).load(row, config_path, threads)


def module_of(row: Mapping[str, Any], config_path: str) -> ModuleType:
    """Return the module that serves the kind of `row`."""
    return kind_module(__name__, row["kind"], config_path)


def pinned(row: Mapping[str, Any], pin: str | Path | None) -> dict[str, Any]:
    """Return the row with the revision and checksum in the file `pin` of `fetch_encoder`, if there is one."""
    if not pin:
        return dict(row)
    found = read_json(pin)
    return {**row, "revision": found["revision"], "sha256": found["sha256"]}
