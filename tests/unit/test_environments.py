"""What a rule's script imports, wherever in the library, is in the conda environment that the rule names."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

from humancentric.closure import closure, read
from humancentric.kinds import other_kinds
from project import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"
RULE = re.compile(r'envs/([a-z]+)\.yaml"(?:(?!\nrule ).)*?scripts/([a-z_]+)\.py"', re.DOTALL)
# Looked for and done without where absent, or part of what runs the script.
OPTIONAL = {"snakemake"}
ENCODERS = "humancentric.encoders"
LIBRARY = read(SCRIPTS)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


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
    return found - {"humancentric", *sys.stdlib_module_names} - OPTIONAL


PAIRS = sorted(
    {pair for path in (ROOT / "workflow/rules").glob("*.smk") for pair in RULE.findall(path.read_text())}
)


@pytest.mark.parametrize(("environment", "script"), PAIRS)
def test_an_environment_has_all_that_its_scripts_reach(environment, script):
    rows = yaml.safe_load((ROOT / "envs" / f"{environment}.yaml").read_text())["dependencies"]
    pins = next(row["pip"] for row in rows if isinstance(row, dict))
    given = {canonical(pin.partition("==")[0]) for pin in pins}
    providers = packages_distributions()
    # What a table of kinds would import is imported for those who ask it for one: the jobs of `embeddings`.
    unasked = {} if environment == "embeddings" else {ENCODERS: other_kinds(ENCODERS, "")}
    modules = [
        *closure(SCRIPTS / f"{script}.py", elsewhere=unasked, library=LIBRARY),
        "humancentric.logs",
        "humancentric.errors",
    ]
    for module in modules:
        for package in imported(module_path(module)):
            names = {canonical(name) for name in providers.get(package, [package])}
            assert names & given, (
                f"{environment}.yaml: {module} imports {package}: add one of {sorted(names)}"
            )
