"""Merge a study's own config with its defaults: the catalogue and the default study that come with the workflow."""

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from humancentric.core.errors import UserError
from humancentric.study.validation import LOADER

Config = dict[str, Any]

# keys whose values are paths, or mappings to paths
PATHS = ("path", "root", "ids", "replica", "catalogue", "posters", "compare", "weights", "own")
FILES = ("datasets", "encoders", "detectors", "protocols", "prompts", "claims", "config")


def completed(given: Mapping[str, Any], shipped_folder: Path, own_folder: Path) -> Config:
    """Return the full config of a study; later sources win, mappings are merged and lists replaced.

    The order is: the files in `shipped_folder`, the files of the same names in `own_folder` (where it is another
    folder and they exist), and `given`, which holds what the command line or an importing workflow sets.

    Raises `UserError` where a file is no YAML mapping.
    """
    merged: Config = {}
    folders = [shipped_folder]
    if own_folder.is_dir() and not own_folder.samefile(shipped_folder):
        folders.append(own_folder)
    for folder in folders:
        for name in FILES:
            path = folder / f"{name}.yaml"
            if folder == shipped_folder or path.is_file():
                merge(merged, _read(path))
    merge(merged, given)
    return merged


def merge(target: Config, source: Mapping[str, Any]) -> None:
    """Update `target` in place with `source`: mappings key by key, everything else replaced."""
    for key, value in source.items():
        if isinstance(value, Mapping):
            inner = target.get(key)
            target[key] = dict(inner) if isinstance(inner, Mapping) else {}
            merge(target[key], value)
        else:
            target[key] = value


def shipped(path: str, root: Path) -> str:
    """Return `path` unless only the workflow's own checkout, `root`, has such a file; then its absolute path.

    In the checkout paths stay relative, so that parameters of rules do not depend on where it lies.
    """
    if Path(path).exists() or not (root / path).exists():
        return path
    return str(root / path)


def as_on_disk(path: str) -> str:
    """Return `path` in the Unicode normal form in which it exists, else as it is."""
    forms = (unicodedata.normalize(form, path) for form in ("NFC", "NFD"))
    return path if path.isascii() else next(filter(os.path.exists, (path, *forms)), path)


def _with_paths_as_on_disk(value: Any, is_path: bool = False) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_paths_as_on_disk(item, is_path or key in PATHS) for key, item in value.items()}
    return as_on_disk(value) if is_path and isinstance(value, str) else value


def with_files_as_on_disk(config: Mapping[str, Any], root: Path) -> Config:
    """Return the config with its paths in the Unicode normal form that the files have, and all `weights` found.

    The `weights` of encoders and detectors may be where the workflow, whose folder is `root`, ships them.
    """
    found = dict(config)
    for section in ("datasets", "encoders", "detectors", "audit"):
        found[section] = _with_paths_as_on_disk(config[section])
    for section in ("encoders", "detectors"):
        found[section] = {
            name: row | {"weights": shipped(row["weights"], root)} if "weights" in row else row
            for name, row in found[section].items()
        }
    return found


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "invalid YAML"
        raise UserError(f"{path}{line}: {problem}; correct the YAML") from None
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise UserError(f"{path}: holds {type(content).__name__}; write `key: value` lines")
    return content
