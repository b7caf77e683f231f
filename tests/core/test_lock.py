import re
import tomllib

import pytest

from project import ROOT

# Where newer Pythons have a version of their own, that of 3.11 counts, which the environments have.
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)(?=\s)(?! ; python_full_version >=)", re.MULTILINE)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def locked() -> dict[str, str]:
    return {
        canonical(name): version for name, version in PIN.findall((ROOT / "requirements.txt").read_text())
    }


def test_every_direct_dependency_is_locked_at_its_pin(locked):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for wanted in [*project["project"]["dependencies"], *project["dependency-groups"]["test"]]:
        name, _, version = wanted.partition("==")
        assert canonical(name) in locked, wanted
        assert not version or locked[canonical(name)] == version, wanted


def test_every_locked_package_has_a_hash_and_no_index_is_named():
    text = (ROOT / "requirements.txt").read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index-url" not in text


def test_one_opencv_only(locked):
    assert [name for name in locked if name.startswith("opencv")] == ["opencv-python-headless"]


def test_every_rule_names_an_environment_that_exists():
    named = set()
    for rules in (ROOT / "workflow" / "rules").rglob("*.smk"):
        named |= set(re.findall(r'"\.\./\.\./envs/([a-z]+)\.yaml"', rules.read_text()))
    assert named == {path.stem for path in (ROOT / "envs").glob("*.yaml")}
