"""Pin conda environments to the lock file: each environment's direct packages, then their transitive dependencies.

`python tests/support/environments.py` rewrites the second part of every file in envs/. Run it after `make lock` or
after a change of the first part.
"""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import yaml
from packaging.requirements import Requirement

from project import ROOT

FOLDER = ROOT / "envs"
TRANSITIVE = "      # what these bring along, as locked\n"
POST_DEPLOY = ".post-deploy.sh"  # commands for packages that are installed without their dependencies
PYTHON = "3.11"  # of the environments
LOCKED = re.compile(r"^[A-Za-z0-9._-]+==[^\\\n]+", re.MULTILINE)
RULE = re.compile(r'envs/([a-z]+)\.yaml"(?:(?!\nrule ).)*?scripts/([a-z_]+)\.py"', re.DOTALL)
NO_DEPS = re.compile(r"--no-deps (\S+)==(\S+)")


def canonical(name: str) -> str:
    """Return a package's name in the normalised form of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def scripts() -> set[tuple[str, str]]:
    """Return the pair (environment, script) of every rule."""
    rules = (ROOT / "workflow" / "rules").rglob("*.smk")
    return {pair for path in rules for pair in RULE.findall(path.read_text(encoding="utf-8"))}


def lock() -> dict[str, Requirement]:
    """Return {package: its line in requirements.txt that applies to the environments' Python}."""
    lines = map(Requirement, LOCKED.findall(_locked_text()))
    return {canonical(line.name): line for line in lines if _applies(line, python_full_version=f"{PYTHON}.0")}


def own(environment: Path) -> list[str]:
    """Return the names of the packages that an environment lists directly."""
    rows = yaml.safe_load(environment.read_text(encoding="utf-8").partition(TRANSITIVE)[0])["dependencies"]
    return [canonical(Requirement(pin).name) for row in rows if isinstance(row, dict) for pin in row["pip"]]


def alone(environment: Path) -> dict[str, str]:
    """Return {package: version} for the packages installed last, without their dependencies."""
    script = environment.with_suffix(POST_DEPLOY)
    found = NO_DEPS.findall(script.read_text(encoding="utf-8")) if script.is_file() else []
    return {canonical(name): version for name, version in found}


def brought(names: list[str]) -> list[str]:
    """Return the transitive dependencies of `names`, without `names`."""
    pending, found = [(name, "") for name in names], set()
    while pending:
        name, extra = pending.pop()
        for requirement in map(Requirement, _requirements(name)):
            if not _applies(requirement, extra=extra):
                continue
            new = {(canonical(requirement.name), extra) for extra in ("", *requirement.extras)} - found
            found |= new
            pending += new
    return sorted({name for name, _ in found} - set(names))


def written(environment: Path) -> str:
    """Return the expected content of an environment's file."""
    begin = environment.read_text(encoding="utf-8").partition(TRANSITIVE)[0]
    pins = lock()
    lines = [str(pins[name]) for name in brought(own(environment))]
    quoted = [f"'{line}'" if ";" in line else line for line in lines]
    return begin + TRANSITIVE + "".join(f"      - {line}\n" for line in quoted)


def _locked_text() -> str:
    return (ROOT / "requirements.txt").read_text(encoding="utf-8")


def _requirements(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # excluded from the lock on purpose
        return []


def _applies(requirement: Requirement, **environment: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment)


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.yaml")):
        path.write_text(written(path), encoding="utf-8")
