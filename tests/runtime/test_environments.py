"""Conda's environments hold what the scripts of their rules import, wherever in the library, in the lock's versions."""

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

import environments
from environments import canonical
from humancentric.runtime.code_fingerprint import closure, read
from project import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"
# Looked for and done without where absent, or part of what runs the script.
OPTIONAL = {"snakemake"}
ENCODERS = "humancentric.embedding.encoders"
LIBRARY = read(SCRIPTS)


def module_path(module: str) -> Path:
    path = SCRIPTS.joinpath(*module.split("."))
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"


def imported(path: Path) -> set[str]:
    """Return the top-level packages that a module imports, at any depth of its code; not those it tries to."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tried = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.Try) and any("Import" in ast.dump(handler) for handler in block.handlers)
        for node in ast.walk(block)
    }
    found = set()
    for node in (node for node in ast.walk(tree) if node not in tried):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
    return found - {"humancentric", "demo_data", *sys.stdlib_module_names} - OPTIONAL


@pytest.mark.parametrize(("environment", "script"), sorted(environments.scripts()))
def test_an_environment_has_all_that_its_scripts_reach(environment, script):
    file = environments.FOLDER / f"{environment}.yaml"
    given = {*environments.own(file), *environments.alone(file)}
    providers = packages_distributions()
    # What a table of kinds would import is imported for those who ask it for one: the jobs of `embeddings`.
    unasked = None if environment == "embeddings" else (ENCODERS, None)
    modules = [
        *closure(SCRIPTS / f"{script}.py", kind=unasked, library=LIBRARY),
        "humancentric.core.logs",
        "humancentric.core.errors",
    ]
    for module in modules:
        for package in imported(module_path(module)):
            names = {canonical(name) for name in providers.get(package, [package])}
            assert names & given, (
                f"{environment}.yaml: {module} imports {package}: add one of {sorted(names)}"
            )


FILES = sorted(environments.FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_environment_is_pinned_to_the_lock_with_all_that_its_packages_need(file):
    assert file.read_text() == environments.written(file), "run `python tests/support/environments.py`"
    pins, locked = yaml.safe_load(file.read_text())["dependencies"][-1]["pip"], environments.lock()
    assert len(pins) == len(set(pins)) > 3
    for name, version in [pin.partition(";")[0].split("==") for pin in pins]:
        assert str(locked[canonical(name)].specifier) == f"=={version}", name
    for name, version in environments.alone(file).items():
        assert str(locked[name].specifier) == f"=={version}", name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_package_of_an_environment_asks_for_a_second_opencv(file):
    names = {*environments.own(file), *environments.brought(environments.own(file))}
    assert [name for name in names if name.startswith("opencv")] in ([], ["opencv-python-headless"])


def test_a_package_that_would_bring_a_second_opencv_is_seen():
    assert "opencv-python" in environments.brought(["rapidocr-onnxruntime"])
