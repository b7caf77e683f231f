"""Run the workflow as a user does, and parse the plans of dry runs."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from functools import lru_cache
from pathlib import Path

from humancentric.core.files import sha256_of
from project import ROOT

SNAKEMAKE = [str(Path(sys.executable).with_name("snakemake"))]
NOT_COPIED = {".git", ".venv", ".pytest_cache", ".hypothesis", ".ruff_cache"}


def snakemake(
    folder: Path, *args: str, check: bool = True, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run Snakemake in `folder`; with `check`, a failure raises AssertionError with its output."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("TMDB_")} | environ
    run = subprocess.run([*SNAKEMAKE, *args], cwd=folder, env=env, capture_output=True, text=True)
    if check and run.returncode:
        raise AssertionError(
            f"snakemake {' '.join(args)} failed:\n{run.stdout[-2000:]}\n{run.stderr[-6000:]}"
        )
    return run


@lru_cache(maxsize=1)
def planner() -> subprocess.Popen[str]:
    """Start the process that forks for every dry run (`planner.py`); it ends with the tests."""
    command = [sys.executable, str(Path(__file__).with_name("planner.py"))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


def dry_run(folder: Path, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run `snakemake --dry-run` in `folder`; it starts a quarter faster than the command."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TMDB_")}
    command = ["--dry-run", "--cores", "2", *args]
    with tempfile.NamedTemporaryFile("r") as output:
        request = {"folder": str(folder), "args": command, "environ": environ, "output": output.name}
        planner().stdin.write(json.dumps(request) + "\n")
        run = subprocess.CompletedProcess(command, int(planner().stdout.readline()), output.read(), "")
    if check and run.returncode:
        raise AssertionError(f"snakemake {' '.join(command)} failed:\n{run.stdout[-8000:]}")
    return run


def plan(folder: Path, *args: str) -> Counter[str]:
    """Return the number of jobs by rule that Snakemake would run now; empty if there is nothing to do."""
    return planned_jobs(dry_run(folder, *args).stdout)


def planned_jobs(text: str) -> Counter[str]:
    """Return the number of jobs by rule in the output of a dry run."""
    stats = re.search(r"^job +count\n-+ +-+\n((?:\S+ +\d+\n)+)", text, re.MULTILINE)
    if stats is None:
        assert "Nothing to be done" in text, text[-3000:]
        return Counter()
    jobs = Counter({name: int(count) for name, count in re.findall(r"(\S+) +(\d+)\n", stats[1])})
    del jobs["total"], jobs["all"]
    return jobs


def copy_project(target: Path, results: bool) -> Path:
    """Copy the project to `target`, with or without the workflow's results; return `target`."""
    skip = NOT_COPIED if results else NOT_COPIED | {"results", "logs", "benchmarks", ".snakemake"}
    shutil.copytree(
        ROOT, target, ignore=lambda folder, names: skip & set(names) if folder == str(ROOT) else set()
    )
    return target


def digests(folder: Path) -> dict[str, str]:
    """Return the checksums of all tables; scores.json is excluded, because it contains wall times."""
    results = folder / "results"
    paths = [*sorted(results.rglob("[!.]*.parquet")), *sorted((results / "tables").glob("*.*"))]
    return {str(path.relative_to(results)): sha256_of(path) for path in paths}
