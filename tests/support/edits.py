"""Temporary edits of a project, as context managers that restore the files."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import yaml

Edit = Callable[[Path], AbstractContextManager[object]]

LIBRARY = Path("workflow/scripts/humancentric")
OVERLAY = "overlay.yaml"


@contextmanager
def restored(*paths: Path) -> Iterator[None]:
    """Restore files on exit, including their time stamps; remove those that did not exist."""
    before = {path: (path.read_bytes(), path.stat()) if path.exists() else None for path in paths}
    try:
        yield
    finally:
        for path, saved in before.items():
            if saved is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(saved[0])
                os.utime(path, ns=(saved[1].st_atime_ns, saved[1].st_mtime_ns))


def replaced(file: str | Path, old: str, new: str) -> Edit:
    """Return the edit that replaces the first occurrence of `old` in a file of the project."""

    @contextmanager
    def edit(project: Path) -> Iterator[None]:
        path = project / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        with restored(path):
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            yield

    return edit


def appended(text: str, *files: str | Path) -> Edit:
    """Return the edit that appends `text` to files of the project."""

    @contextmanager
    def edit(project: Path) -> Iterator[None]:
        paths = [project / file for file in files]
        with restored(*paths):
            for path in paths:
                path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
            yield

    return edit


def overlaid(**config: object) -> Edit:
    """Return the edit that writes a config overlay; Snakemake's arguments must name it."""

    @contextmanager
    def edit(project: Path) -> Iterator[None]:
        with restored(project / OVERLAY):
            (project / OVERLAY).write_text(yaml.safe_dump(config), encoding="utf-8")
            yield

    return edit


@contextmanager
def touched(project: Path) -> Iterator[None]:
    """Give every source a new time stamp, as a switch of branches does."""
    for folder in ("workflow", "config", "resources", "envs", "profiles"):
        for path in (project / folder).rglob("*"):
            path.touch()
    (project / "Snakefile").touch()
    yield


@contextmanager
def cloned(project: Path) -> Iterator[None]:
    """Remove Snakemake's records and touch every source, as in a clone into which results were copied."""
    records, backup = project / ".snakemake", project / "records"
    records.rename(backup)
    try:
        with touched(project):
            yield
    finally:
        shutil.rmtree(records, ignore_errors=True)
        backup.rename(records)
