"""Where a page comes from: code revision, versions, machine, day."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from humancentric import __version__

PACKAGES = (
    *("snakemake", "torch", "open_clip_torch", "timm", "sentence-transformers"),
    *("onnxruntime", "opencv-python-headless", "scikit-learn", "numpy", "pyarrow", "pillow"),
)


def revision(folder: str | Path = ".") -> str | None:
    """Return the short git revision of a folder, marked where files differ from it; None outside git."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()

    try:
        short = git("rev-parse", "--short=12", "HEAD")
        return (
            f"{short} with local changes" if git("status", "--porcelain", "--untracked-files=no") else short
        )
    except (OSError, subprocess.SubprocessError):
        return None


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
    """Return the machine in words: system, processor kind, cores, memory."""
    words = [f"{platform.system()} {platform.machine()}", f"{os.cpu_count()} cores"]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        words.append(f"{size:.0f} GiB memory")
    return ", ".join(words)


def today() -> str:
    """Return the day and the time in UTC, to the minute."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
