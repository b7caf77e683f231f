"""What a script's result depends on: the script and every library module its imports reach, by content.

A comment or a docstring changes nothing that a job computes, so the syntax tree without docstrings is hashed, not the
text. Modules that only word messages (`QUIET`) are left out: editing a log line must not train a head again.
"""

import ast
import hashlib
import json
from functools import cache
from pathlib import Path

from humancentric.files import write_text

PACKAGE = "humancentric"
QUIET = frozenset({f"{PACKAGE}.logs", f"{PACKAGE}.errors"})


def module_file(module: str, root: Path) -> Path | None:
    """Return the file of a module of the library below `root`, or None if there is no such module."""
    path = root.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def imports(tree: ast.AST, module: str, is_package: bool) -> set[str]:
    """Return the dotted names that a module's import statements may mean, at any depth of its code."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: -node.level + is_package or None] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    ours = {name for name in names if name.split(".")[0] == PACKAGE}
    # importing a.b.c runs a and a.b as well
    return {".".join(name.split(".")[:end]) for name in ours for end in range(1, name.count(".") + 2)}


def fingerprint(tree: ast.Module) -> str:
    """Return the sha256 of a syntax tree without its docstrings; comments and layout are not in it anyway."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


@cache
def _read(path: Path, module: str) -> tuple[str, frozenset[str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    reached = frozenset(imports(tree, module, is_package=path.name == "__init__.py"))
    return fingerprint(tree), reached


def closure(script: Path, without: str | None = None) -> dict[str, str]:
    """Return ``{module: sha256}`` for a script and all library modules it reaches, however late they are imported.

    The package `without`, and what is reached through it alone, is left out.
    """
    found: dict[str, str] = {}
    waiting = [(script.stem, script)]
    while waiting:
        module, path = waiting.pop()
        if module in found or module in QUIET or (without and f"{module}.".startswith(f"{without}.")):
            continue
        found[module], reached = _read(path, module)
        files = ((name, module_file(name, script.parent)) for name in reached)
        waiting += [(name, file) for name, file in files if file is not None]
    return dict(sorted(found.items()))


def write_closure(script: Path, folder: Path, without: str | None = None) -> Path:
    """Return the small JSON file in `folder` that holds the closure of `script`; it is rewritten only on change."""
    target = folder / f"{script.stem}{f'.without.{without}' if without else ''}.json"
    text = json.dumps(closure(script, without), indent=1) + "\n"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        write_text(target, text)
    return target
