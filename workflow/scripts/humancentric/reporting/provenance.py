"""Where a page comes from: code revision, versions, machine, days."""

import os
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from humancentric import __version__

MINUTE = "%Y-%m-%d %H:%M UTC"
PACKAGES = (
    *("snakemake", "torch", "open_clip_torch", "timm", "sentence-transformers"),
    *("onnxruntime", "opencv-python-headless", "scikit-learn", "numpy", "pyarrow", "pillow"),
)


def revision(folder: str | Path = ".") -> str | None:
    """Return the short git revision of a folder, and whether its files differ from it; None outside git."""

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
    """Return the versions of the packages that numbers depend on, those installed."""
    found = {"humancentric": __version__, "Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def machine() -> str:
    """Return the machine in words: system, processor, cores, memory, graphics cards."""
    words = [f"{platform.system()} {platform.machine()}", processor(), f"{os.cpu_count()} cores"]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        words.append(f"{size:.0f} GiB memory")
    return ", ".join(filter(None, [*words, *cards()]))


def processor(path: str | Path = "/proc/cpuinfo") -> str:
    """Return the name of the processor; empty where the system does not tell it."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def cards() -> list[str]:
    """Return the names of the graphics cards that NVIDIA's tool lists; none where there is no such tool."""
    command = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in ran.stdout.splitlines() if line.strip()]


def span(paths: Iterable[str | Path]) -> str:
    """Return from when to when files were last written, in UTC; empty without files."""
    times = [path.stat().st_mtime for path in map(Path, paths)]
    if not times:
        return ""
    first, last = (datetime.fromtimestamp(time, UTC).strftime(MINUTE) for time in (min(times), max(times)))
    return f"{first} to {last}" if first != last else first


def today() -> str:
    """Return the day and the time in UTC, to the minute."""
    return datetime.now(UTC).strftime(MINUTE)
