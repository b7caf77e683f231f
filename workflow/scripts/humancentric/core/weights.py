"""Find the weights of a frozen model on this machine: a path, or a file inside an installed package."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from humancentric.core.errors import UserError
from humancentric.core.files import sha256_of

PACKAGE = "package:"
AGAIN = "fetch the file again"
SUFFIXES = (".safetensors", ".bin", ".pth", ".pt", ".onnx", ".pb")


def locate(
    spec: str, sha256: str | None = None, config_path: str = "weights", remedy: str | None = None
) -> Path:
    """Return the file or folder that `spec` names: ``package:NAME``, ``package:NAME/inner/file`` or a path.

    With `sha256`, the file (in a folder: its weights file) must have that checksum. A package is found without being
    imported. Raises `UserError`, which begins with `config_path`, e.g. ``detectors.east.weights``, and ends with the
    `remedy` if one is given.
    """
    path = _in_package(spec, config_path) if spec.startswith(PACKAGE) else Path(spec)
    if not path.exists():
        expected = f", expected sha256 {sha256}" if sha256 else ""
        raise UserError(f"{config_path}: {path} is missing{expected}; {remedy or _remedy(spec)}")
    if sha256 is not None:
        found = checksum(weights_file(path, config_path))
        if found != sha256.lower():
            raise UserError(f"{config_path}: {path} has sha256 {found}, expected {sha256}; {remedy or AGAIN}")
    return path


def weights_file(path: Path, config_path: str = "weights") -> Path:
    """Return `path` itself, or the one weights file in the folder `path` (`UserError` unless exactly one)."""
    if not path.is_dir():
        return path
    for suffix in SUFFIXES:  # a folder may hold the same weights in several formats: the first one is used
        found = sorted(path.glob(f"*{suffix}"))
        if len(found) > 1:
            names = ", ".join(file.name for file in found)
            raise UserError(f"{config_path}: {path} holds several weights files ({names}); name one of them")
        if found:
            return found[0]
    raise UserError(f"{config_path}: {path} holds no weights ({', '.join(SUFFIXES)}); put the file there")


def checksum(path: Path) -> str:
    """Return the sha256 of a file; within a process, an unchanged file is read once."""
    state = path.stat()
    return _checksum(path, state.st_size, state.st_mtime_ns)


def reject_code(config: Path | str | None, config_path: str) -> None:
    """Raise `UserError` if a model's ``config.json`` names Python code, which transformers offers to run."""
    if isinstance(config, str | Path) and Path(config).is_file():
        names = json.loads(Path(config).read_text(encoding="utf-8")).get("auto_map")
        if names:
            raise UserError(
                f"{config_path}: {Path(config).parent} holds Python code for {', '.join(sorted(names))}, which is "
                "never run; use a model that transformers itself has"
            )


def on_hub(row: Mapping[str, Any]) -> bool:
    """Return whether an encoder's row has a ``model`` whose weights are on the model hub, not on this machine."""
    weights = row.get("weights")
    return "model" in row and not (weights and is_local(weights))


def is_local(weights: str) -> bool:
    """Return whether `weights` is a path or package on this machine rather than a tag of a model family."""
    return "/" in weights or weights.startswith(PACKAGE) or Path(weights).exists()


@cache
def _checksum(path: Path, size: int, changed: int) -> str:
    return sha256_of(path)


def _in_package(spec: str, config_path: str) -> Path:
    name, _, inner = spec.removeprefix(PACKAGE).partition("/")
    found = find_spec(name) if name.isidentifier() else None
    if found is None or not found.submodule_search_locations:
        raise UserError(
            f"{config_path}: Python package '{name}' is not installed; run `make` or install it with pip"
        )
    return Path(next(iter(found.submodule_search_locations))) / inner


def _remedy(spec: str) -> str:
    if spec.startswith(PACKAGE):
        return "the installed version of the package has no such file, install the locked one with `make`"
    return "put the file there (README: what must be fetched) or change the path in the row"
