"""Running the workflow as a user does, and reading what it plans."""

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
LEFT_BEHIND = {".git", ".venv", ".pytest_cache", ".hypothesis", ".ruff_cache"}


def snakemake(
    folder: Path, *args: str, check: bool = True, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run snakemake in `folder`; with `check`, a failure shows what it printed."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("TMDB_")} | environ
    run = subprocess.run([*SNAKEMAKE, *args], cwd=folder, env=env, capture_output=True, text=True)
    if check and run.returncode:
        raise AssertionError(
            f"snakemake {' '.join(args)} failed:\n{run.stdout[-2000:]}\n{run.stderr[-6000:]}"
        )
    return run


@lru_cache(maxsize=1)
def planner() -> subprocess.Popen[str]:
    """Return a process that has imported Snakemake and forks for every dry run; it ends with the tests."""
    command = [sys.executable, str(Path(__file__).with_name("planner.py"))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


def dry_run(folder: Path, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Return what `snakemake --dry-run` prints in `folder`; starting it takes a quarter less time than a command."""
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
    """Return how many jobs of each rule Snakemake would run now; empty where nothing is to be done."""
    return planned_jobs(dry_run(folder, *args).stdout)


def planned_jobs(text: str) -> Counter[str]:
    """Return the numbers of jobs by rule in what a dry run prints."""
    stats = re.search(r"^job +count\n-+ +-+\n((?:\S+ +\d+\n)+)", text, re.MULTILINE)
    if stats is None:
        assert "Nothing to be done" in text, text[-3000:]
        return Counter()
    jobs = Counter({name: int(count) for name, count in re.findall(r"(\S+) +(\d+)\n", stats[1])})
    del jobs["total"], jobs["all"]
    return jobs


def copy_project(target: Path, results: bool) -> Path:
    """Copy the project to `target`, with or without what the workflow has made; return `target`."""
    skip = LEFT_BEHIND if results else LEFT_BEHIND | {"results", "logs", "benchmarks", ".snakemake"}
    shutil.copytree(
        ROOT, target, ignore=lambda folder, names: skip & set(names) if folder == str(ROOT) else set()
    )
    return target


def digests(folder: Path) -> dict[str, str]:
    """Return the checksums of every table a stage leaves; scores.json is left out, for it holds wall times."""
    results = folder / "results"
    kept = [*sorted(results.rglob("[!.]*.parquet")), *sorted((results / "tables").glob("*.*"))]
    return {str(path.relative_to(results)): sha256_of(path) for path in kept}
