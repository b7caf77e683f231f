"""Find the module that implements a kind: the modules in the folder of a package are its registered kinds.

A `kind` of a config row is implemented by the module of the same name, with underscores for hyphens:
``kind: zero-shot-gda`` by ``probing/kinds/zero_shot_gda.py``. A plan can therefore list the kinds, and tell which
module a job needs, without importing any; a new kind is one new module.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

from humancentric.core.errors import UserError, nearest

SCRIPTS = Path(__file__).parents[2]


def kinds(package: str) -> dict[str, str]:
    """Return ``{kind: dotted name of its module}`` of a package of kinds."""
    folder = SCRIPTS.joinpath(*package.split("."))
    stems = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return {stem.replace("_", "-"): f"{package}.{stem}" for stem in stems}


def kind_module(package: str, kind: str, config_path: str) -> ModuleType:
    """Import the module that implements a kind. Raises `UserError`, which names `config_path`, for an unknown kind."""
    known = kinds(package)
    if kind not in known:
        raise UserError(f"{config_path}.kind is '{kind}'{nearest(kind, known)}")
    return import_module(known[kind])
