"""Collect the facts of a run: code revision, versions, machine, embedded encoders, costs and rule graph."""

import os
import platform
import subprocess
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from humancentric import __version__
from humancentric.core import files, tables
from humancentric.report.page import job_records
from humancentric.study.report_config import label
from humancentric.study.study import Study

MINUTE = "%Y-%m-%d %H:%M UTC"
PACKAGES = (
    *("snakemake", "torch", "open_clip_torch", "timm", "sentence-transformers"),
    *("onnxruntime", "opencv-python-headless", "scikit-learn", "numpy", "pyarrow", "pillow"),
)


def revision(folder: str | Path = ".") -> str | None:
    """Return the short git revision of a folder, marked if there are uncommitted changes; None outside git."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()

    try:
        short = git("rev-parse", "--short=12", "HEAD")
        changed = len(git("status", "--porcelain", "--untracked-files=no").splitlines())
    except (OSError, subprocess.SubprocessError):
        return None
    if not changed:
        return f"{short}, tree clean"
    return f"{short} with local changes in {changed} file{'s' if changed != 1 else ''}"


def versions() -> dict[str, str]:
    """Return the versions of installed packages that can affect the results."""
    found = {"humancentric": __version__, "Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def machine() -> str:
    """Describe the machine: system, processor, cores, memory, GPUs."""
    words = [f"{platform.system()} {platform.machine()}", processor(), f"{os.cpu_count()} cores"]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        words.append(f"{size:.0f} GiB memory")
    return ", ".join(filter(None, [*words, *cards()]))


def processor(path: str | Path = "/proc/cpuinfo") -> str:
    """Return the name of the processor; empty if unknown."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def cards() -> list[str]:
    """Return the names of the GPUs that nvidia-smi lists; empty if it is not installed."""
    command = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in ran.stdout.splitlines() if line.strip()]


def span(paths: Iterable[str | Path]) -> str:
    """Return the range of the files' modification times in UTC; empty without files."""
    times = [path.stat().st_mtime for path in map(Path, paths)]
    if not times:
        return ""
    first, last = (datetime.fromtimestamp(time, UTC).strftime(MINUTE) for time in (min(times), max(times)))
    return f"{first} to {last}" if first != last else first


def today() -> str:
    """Return the current date and time in UTC, to the minute."""
    return datetime.now(UTC).strftime(MINUTE)


def embedded(
    results: str | Path, datasets: Iterable[str], encoders: Iterable[str]
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Read the metadata of the test embeddings below `results`, by (dataset, ``view.encoder``)."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    wanted = set(encoders)
    for dataset in datasets:
        for path in sorted((Path(results) / dataset / "embeddings").glob("*/test.parquet")):
            if path.parent.name.split(".", 1)[-1] in wanted:
                found[dataset, path.parent.name] = tables.read_metadata(path)
    return found


def used(study: Study, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return every encoder that has embeddings, in the order of the catalogue, with the facts that the page shows.

    If the embeddings of an encoder differ in a fact, all values are listed.
    """
    rows = []
    for name in study.encoders:
        own = [facts for (_, part), facts in found.items() if part.split(".", 1)[1] == name]
        shown = {
            title: "; ".join(dict.fromkeys(filter(None, map(pick, own)))) for title, pick in SHOWN.items()
        }
        rows += [{"name": label(study, "encoders", name), **shown}] if own else []
    return rows


def _weights(fact: Mapping[str, Any]) -> str:
    source = fact["row"].get("weights") or (fact.get("weights") or {}).get("file") or ""
    return f"{source}, revision {fact['revision']}" if fact.get("revision") else str(source)


def _input(fact: Mapping[str, Any]) -> str:
    if fact.get("preprocessing"):
        return str(fact["preprocessing"])
    return f"at most {fact['context']} tokens" if fact.get("context") else ""


SHOWN: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "model": lambda fact: f"{fact['row'].get('kind', '')} {fact['row'].get('model', '')}".strip(),
    "weights": _weights,
    "sha256": lambda fact: (fact.get("weights") or {}).get("sha256", ""),
    "input": _input,
    "device": lambda fact: f"{fact.get('device', '')} {fact.get('dtype', '')}".strip(),
    "versions": lambda fact: ", ".join(f"{key} {value}" for key, value in fact.get("versions", {}).items()),
}


def collect(study: Study, row: Mapping[str, Any], results: Path, benchmarks: Path, graph: Path) -> dict:
    """Return the part of the template context that describes the run.

    `row` is the effective configuration, `results` and `benchmarks` are folders, and `graph` is the file of the rule
    graph. Missing records are left out; no job runs only to produce them.
    """
    names = study.dataset_names
    foreign = {path.name for path in results.glob("*/") if (path / "samples.parquet").exists()} - set(names)
    jobs = job_records.jobs(benchmarks, foreign)
    found = embedded(results, names, row["encoders"] or study.encoders)
    rules = job_records.read_graph(graph)
    return {
        "config": yaml.safe_dump(dict(row), sort_keys=False, allow_unicode=True, width=100),
        "protocols": row["protocols"],
        "versions": versions(),
        "encoders": used(study, found),
        "costs": job_records.costs(jobs, job_records.counter(results)),
        "slowest": job_records.slowest(jobs),
        "measures": [row for row in job_records.measures(benchmarks, foreign) if row["embedded"]],
        "ran": span(benchmarks.rglob("*.tsv")),
        "timings": timings(study, results),
        "graph": rules and rules.reduced(),
    }


def timings(study: Study, results: Path) -> list[dict[str, Any]]:
    """Return the time per image of every timed encoder, with its device and number of threads."""
    paths = sorted((results / "timing").glob("*.json"))
    rows = [files.read_json(path) for path in paths if path.stem in study.encoders]
    return [{**row, "name": label(study, "encoders", row["encoder"])} for row in rows]
