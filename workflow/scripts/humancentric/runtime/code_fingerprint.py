"""Fingerprint the code that a script's result depends on: the script and every library module it imports.

Comments and docstrings do not change the result of a job, so the syntax tree without docstrings is hashed rather than
the text. The TOML file with a module's name holds its data and is hashed as a whole. The modules that only
log and define errors (`QUIET`) are left out, so that a change in them does not retrain a head.
"""

import ast
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from humancentric.core.errors import UserError
from humancentric.core.files import read_json, write_json, write_text

PACKAGES = ("humancentric", "demo_data")
LONG_AGO = 946_684_800  # 2000-01-01
QUIET = frozenset({"humancentric.core.logs", "humancentric.core.errors"})
REGISTRY = "humancentric.core.registry.kind_module"  # a package that imports it dispatches to its own modules
# A stored fingerprint also depends on the method and on the syntax trees of this Python version.
SCHEME = repr(sys.version_info[:2]).encode() + Path(__file__).read_bytes()

Library = dict[str, tuple[str, list[str]]]  # module -> (fingerprint, names its imports may refer to)


def imports(tree: ast.AST, module: str, is_package: bool) -> set[str]:
    """Return the dotted names that a module's import statements may refer to, at any depth of its code."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: -node.level + is_package or None] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    ours = {name for name in names if name.split(".")[0] in PACKAGES}
    # importing a.b.c runs a and a.b as well
    return {".".join(name.split(".")[:end]) for name in ours for end in range(1, name.count(".") + 2)}


def fingerprint(tree: ast.Module) -> str:
    """Return the sha256 of a syntax tree without docstrings; it never holds comments or layout."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def read(root: Path, store: Path | None = None) -> Library:
    """Read every script in `root` and every module of the library below it; return them by name.

    Parsing takes most of the time of planning, so with a `store` the results for known contents are read from it.
    """
    known = _stored(store) if store else {}
    files = {path.stem: path for path in root.glob("*.py")}
    for path in (path for package in PACKAGES for path in (root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    library, used = {}, {}
    for name, path in files.items():
        content, data = path.read_bytes(), path.with_suffix(".toml")
        contents = [content, *([data.read_bytes()] if data.is_file() else [])]
        key = hashlib.sha256(b"\0".join([SCHEME, name.encode(), *contents])).hexdigest()
        used[key] = known[key] if key in known else _parsed(contents, name, path)
        library[name] = used[key]
    if store and used.keys() != known.keys():
        write_json(store, used)
    return library


def closure(
    script: Path,
    without: str | None = None,
    kind: tuple[str, str | None] | None = None,
    library: Library | None = None,
) -> dict[str, str]:
    """Return ``{module: sha256}`` for a script and all library modules it reaches, including late imports.

    The package `without`, and modules reached only through it, are left out. A package of kinds reaches all its
    modules; with `kind`, a (package, kind), this package reaches only the module of that kind (None: no module), since
    a job uses only one.
    """
    library = read(script.parent) if library is None else library
    found: dict[str, str] = {}
    waiting = [script.stem]
    while waiting:
        module = waiting.pop()
        if module in found or module in QUIET or module not in library:
            continue
        if without and f"{module}.".startswith(f"{without}."):
            continue
        found[module], reached = library[module]
        waiting += reached
        if REGISTRY in reached:
            modules = {name for name in library if name.rpartition(".")[0] == module}
            if kind and kind[0] == module:
                modules &= {f"{module}.{(kind[1] or '').replace('-', '_')}"}
            waiting += modules
    return dict(sorted(found.items()))


def write_closure(
    script: Path,
    folder: Path,
    without: str | None = None,
    kind: tuple[str, str | None] | None = None,
    library: Library | None = None,
    first: bool = False,
) -> Path:
    """Write the closure of `script` to a small JSON file in `folder` if it changed, and return the path.

    `without` and `kind` are those of `closure`. If `first` is set, a new file is dated long before any result, so that
    results copied into a fresh clone without their provenance records do not count as older than the code.
    """
    suffix = f".without.{without}" if without else ""
    target = folder / f"{script.stem}{f'.{kind[1]}' if kind else suffix}.json"
    text = json.dumps(closure(script, without, kind, library), indent=1) + "\n"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        first = first and not target.is_file()
        write_text(target, text)
        if first:
            os.utime(target, (LONG_AGO, LONG_AGO))
    return target


def _parsed(parts: list[bytes], name: str, path: Path) -> tuple[str, list[str]]:
    """Return the fingerprint of a module and the names that it imports; `parts` are its code and its data."""
    tree = ast.parse(parts[0], filename=str(path))
    reached = sorted(imports(tree, name, is_package=path.name == "__init__.py"))
    return ":".join([fingerprint(tree), *(hashlib.sha256(part).hexdigest() for part in parts[1:])]), reached


def _stored(store: Path) -> dict[str, tuple[str, list[str]]]:
    try:
        known = read_json(store)
    except UserError:
        return {}
    return known if isinstance(known, dict) and all(map(_is_parsed, known.values())) else {}


def _is_parsed(value: Any) -> bool:
    """Return whether a stored value has the form of a result of `_parsed`."""
    match value:
        case [str(), [*names]]:
            return all(isinstance(name, str) for name in names)
    return False
