"""The pins of conda's environments, from the lock: each environment's own packages, then all that these bring along.

`python tests/support/environments.py` writes the second part of every file in envs/ anew: after `make lock`, or where
the first part was changed.
"""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import yaml
from packaging.requirements import Requirement

from project import ROOT

FOLDER = ROOT / "envs"
BROUGHT = "      # what these bring along, as locked\n"
DEPLOYED = ".post-deploy.sh"  # commands for packages that are installed without what they ask for
PYTHON = "3.11"  # of the environments
LOCKED = re.compile(r"^[A-Za-z0-9._-]+==[^\\\n]+", re.MULTILINE)
RULE = re.compile(r'envs/([a-z]+)\.yaml"(?:(?!\nrule ).)*?scripts/([a-z_]+)\.py"', re.DOTALL)
ALONE = re.compile(r"--no-deps (\S+)==(\S+)")


def canonical(name: str) -> str:
    """Return a package's name as indexes have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def scripts() -> set[tuple[str, str]]:
    """Return (environment, script) of every rule."""
    rules = (ROOT / "workflow" / "rules").rglob("*.smk")
    return {pair for path in rules for pair in RULE.findall(path.read_text(encoding="utf-8"))}


def lock() -> dict[str, Requirement]:
    """Return {package: its line in requirements.txt that holds for the environments' Python}."""
    lines = map(Requirement, LOCKED.findall(_locked_text()))
    return {canonical(line.name): line for line in lines if _holds(line, python_full_version=f"{PYTHON}.0")}


def own(environment: Path) -> list[str]:
    """Return the names of the packages that an environment lists itself."""
    rows = yaml.safe_load(environment.read_text(encoding="utf-8").partition(BROUGHT)[0])["dependencies"]
    return [canonical(Requirement(pin).name) for row in rows if isinstance(row, dict) for pin in row["pip"]]


def alone(environment: Path) -> dict[str, str]:
    """Return {package: version} that is installed after the others, without what it asks for."""
    script = environment.with_suffix(DEPLOYED)
    found = ALONE.findall(script.read_text(encoding="utf-8")) if script.is_file() else []
    return {canonical(name): version for name, version in found}


def brought(names: list[str]) -> list[str]:
    """Return the packages that others need to be installed, at any depth, without these others."""
    waiting, found = [(name, "") for name in names], set()
    while waiting:
        name, extra = waiting.pop()
        for wanted in map(Requirement, _asked(name)):
            if not _holds(wanted, extra=extra):
                continue
            steps = {(canonical(wanted.name), extra) for extra in ("", *wanted.extras)} - found
            found |= steps
            waiting += steps
    return sorted({name for name, _ in found} - set(names))


def written(environment: Path) -> str:
    """Return what an environment's file should be."""
    begin = environment.read_text(encoding="utf-8").partition(BROUGHT)[0]
    pins = lock()
    lines = [str(pins[name]) for name in brought(own(environment))]
    quoted = [f"'{line}'" if ";" in line else line for line in lines]
    return begin + BROUGHT + "".join(f"      - {line}\n" for line in quoted)


def _locked_text() -> str:
    return (ROOT / "requirements.txt").read_text(encoding="utf-8")


def _asked(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # left out of the lock on purpose
        return []


def _holds(wanted: Requirement, **environment: str) -> bool:
    return wanted.marker is None or wanted.marker.evaluate(environment)


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.yaml")):
        path.write_text(written(path), encoding="utf-8")
