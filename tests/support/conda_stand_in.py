"""A stand-in for conda that downloads nothing: its environments run the current Python.

It answers the calls that Snakemake makes. It rejects an environment whose pins differ from the installed versions, and
every environment records the scripts that ran in it.
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
# Packages that a post-deploy script would install are installed here already.
PYTHON = """#!/bin/sh
[ "$1 $2" = "-m pip" ] && exit
case "$1" in *.py) basename "$1" >> {ran} ;; esac
exec {python} "$@"
"""


def install(folder: Path) -> Path:
    """Write the commands below `folder`, which conda reports as its prefix; return the folder for PATH."""
    commands = folder / "bin"
    commands.mkdir(parents=True)
    (commands / "activate").write_text(ACTIVATE)
    (commands / "conda").write_text(CONDA.format(python=sys.executable, tests=str(Path(__file__).parent)))
    (commands / "conda").chmod(0o755)
    return commands


@contextmanager
def on_path(folder: Path) -> Iterator[None]:
    """Install the stand-in in `folder` and put it on PATH."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{install(folder)}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def ran(environments: Path) -> dict[str, set[str]]:
    """Return {content of the environment file: scripts that ran in it} for all environments in a folder."""
    found = {}
    for record in environments.glob("*/ran.txt"):
        content = record.parent.with_suffix(".yaml").read_text()
        found[content] = {line.split(".")[1] for line in record.read_text().splitlines()}
    return found


def main(arguments: list[str]) -> None:
    """Answer one call of Snakemake; any unexpected call is an error."""
    match arguments:
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
            sys.exit(f"this conda knows no {' '.join(arguments)}")


def create(file: Path, prefix: Path) -> None:
    """Create an environment in `prefix`; exit if a pin in its file differs from the installed version."""
    rows = yaml.safe_load(file.read_text())["dependencies"]
    for pin in (Requirement(pin) for row in rows if isinstance(row, dict) for pin in row["pip"]):
        if (pin.marker is None or pin.marker.evaluate()) and version(pin.name) not in pin.specifier:
            sys.exit(f"{file}: {pin} is not what is installed here, {version(pin.name)}")
    python = prefix / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON.format(python=sys.executable, ran=prefix / "ran.txt"))
    python.chmod(0o755)
