"""Frozen encoders: each module of this package implements the `kind` of the same name.

A module has ``load(row, config_path, threads)``, which returns the `Encoder` of a row. If the weights may come
from the model hub, it also has ``hub_files(row, config_path)``, which returns the files to download.
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
    """Return the module that implements the kind of `row`."""
    return kind_module(__name__, row["kind"], config_path)


def pinned(row: Mapping[str, Any], pin: str | Path | None) -> dict[str, Any]:
    """Return the row with the revision and checksum from `pin`, the file that `fetch_encoder` writes, if given."""
    if not pin:
        return dict(row)
    found = read_json(pin)
    return {**row, "revision": found["revision"], "sha256": found["sha256"]}
