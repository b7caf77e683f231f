"""The library's packages: which may import which, and that every module is in one."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from project import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"
LIBRARY = SCRIPTS / "humancentric"
# A package imports from itself and from earlier ones. Probes select options by metrics, so evaluation comes first.
PACKAGES = (
    "core",
    "study",
    "sources",
    "dataset",
    "masking",
    "embedding",
    "evaluation",
    "probing",
    "report",
    "runtime",
)
MODULES = sorted(path for path in LIBRARY.rglob("*.py") if path.parent != LIBRARY)


def imported(path: Path) -> set[str]:
    """Return the dotted names that a module imports, at any depth of its code."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import; write it from the top"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def later_packages(path: Path) -> set[str]:
    """Return the packages after a module's own that it imports from."""
    own = PACKAGES.index(path.relative_to(LIBRARY).parts[0])
    packages = {name.split(".")[1] for name in imported(path) if name.startswith("humancentric.")}
    return packages & set(PACKAGES[own + 1 :])


def test_every_module_is_in_a_package():
    assert sorted(path.name for path in LIBRARY.glob("*.py")) == ["__init__.py"]
    assert {path.relative_to(LIBRARY).parts[0] for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_from_itself_and_earlier_packages_only(package):
    found = {str(path): later_packages(path) for path in MODULES if path.is_relative_to(LIBRARY / package)}
    assert {path: packages for path, packages in found.items() if packages} == {}


def test_the_library_never_imports_the_demo_data():
    assert [
        path for path in MODULES if any(name.split(".")[0] == "demo_data" for name in imported(path))
    ] == []


def test_only_runtime_imports_snakemake():
    found = [
        path for path in MODULES if any(name.split(".")[0].startswith("snakemake") for name in imported(path))
    ]
    assert [path for path in found if not path.is_relative_to(LIBRARY / "runtime")] == []


def test_a_file_name_occurs_once():
    counts = Counter(path.name for path in MODULES if path.name != "__init__.py")
    assert [name for name, count in counts.items() if count > 1] == []


def test_imports_are_found_at_any_depth_of_the_code(tmp_path):
    module = tmp_path / "late.py"
    module.write_text("def f():\n    from humancentric.report import numbers\n")
    assert imported(module) == {"humancentric.report.numbers"}
