"""A conda that downloads nothing: it answers what the engine asks of conda, and its environments run this Python.

It refuses an environment whose pins are not what is installed here. Every environment notes which scripts ran in it.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ACTIVATE = 'export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n'
CONDA = """#!{python}
import sys

sys.path.insert(0, {tests!r})
import conda_stand_in

conda_stand_in.main(sys.argv[1:])
"""
# What a post-deploy script installs is installed here already.
PYTHON = """#!/bin/sh
[ "$1 $2" = "-m pip" ] && exit
case "$1" in *.py) basename "$1" >> {ran} ;; esac
exec {python} "$@"
"""


def install(folder: Path) -> Path:
    """Write the commands to `folder`, which conda gives out as its own; return the folder for PATH."""
    commands = folder / "bin"
    commands.mkdir(parents=True)
    (commands / "activate").write_text(ACTIVATE)
    (commands / "conda").write_text(CONDA.format(python=sys.executable, tests=str(Path(__file__).parent)))
    (commands / "conda").chmod(0o755)
    return commands


@contextmanager
def on_path(folder: Path) -> Iterator[None]:
    """Have a conda, installed in `folder`, on PATH."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{install(folder)}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def ran(environments: Path) -> dict[str, set[str]]:
    """Return {environment's file: names of the scripts that ran in it} of the folder with all environments."""
    found = {}
    for noted in environments.glob("*/ran.txt"):
        content = noted.parent.with_suffix(".yaml").read_text()
        found[content] = {line.split(".")[1] for line in noted.read_text().splitlines()}
    return found


def main(asked: list[str]) -> None:
    """Answer one call of the engine; what it never asks is an error."""
    match asked:
        case ["--version"]:
            print("conda 24.7.1")
        case ["info", "--json"]:
            print(json.dumps({"conda_prefix": str(Path(sys.argv[0]).parents[1]), "platform": "linux-64"}))
        case ["config", "--get", "channel_priority", "--json"]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["env", "create", "--quiet", "--no-default-packages", "--file", file, "--prefix", prefix]:
            create(Path(file), Path(prefix))
        case ["clean", "-y", "--tarballs"]:
            pass  # there are none
        case _:
            sys.exit(f"this conda knows no {' '.join(asked)}")


def create(file: Path, prefix: Path) -> None:
    """Make an environment in `prefix`; exit where a pin in its file is not the version that is installed here."""
    rows = yaml.safe_load(file.read_text())["dependencies"]
    for pin in (Requirement(pin) for row in rows if isinstance(row, dict) for pin in row["pip"]):
        if (pin.marker is None or pin.marker.evaluate()) and version(pin.name) not in pin.specifier:
            sys.exit(f"{file}: {pin} is not what is installed here, {version(pin.name)}")
    python = prefix / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON.format(python=sys.executable, ran=prefix / "ran.txt"))
    python.chmod(0o755)
