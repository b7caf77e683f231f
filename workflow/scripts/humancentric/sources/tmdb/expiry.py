"""Find and remove files with content of TMDb that is older than its terms allow.

The terms limit how long information from the API may be stored. This covers the records and posters themselves, and
everything that shows or encodes them: each file of the dataset except those of `KEPT`, its gallery and figures, the
page, and Snakemake's own reports. Ids, checksums, scores, predictions and counts are kept, but not heads: those of some
probes are the vectors of the training samples.

A folder holds content of TMDb if its records have the time at which they were fetched, if its card says that they had,
or if the study says so. Data of a user or of the demo have no such time and are never touched. Content of unknown age,
because its listing is damaged or gone, counts as too old.
"""

import json
import os
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc

from humancentric.core import tables
from humancentric.core.download_cache import CHECKSUMS, ORIGIN
from humancentric.core.errors import UserError
from humancentric.core.files import read_json
from humancentric.sources.tmdb.discover import FETCHED_AT

LISTING = "listing.parquet"
FETCHED = ("crawl", "images/standard")  # folders of tables with the time of arrival
CACHES = ("spool/crawl/[!.]*", "spool/posters/[!.]*")  # other folders are derived from these
UNKNOWN = "damaged, so that its age is unknown"
KEPT = re.compile(
    r"(ids|resolved|comparison)\.parquet|(card|croissant|comparison|leakage|chance|differences)\.json|card\.md"
    r"|(transfer|fewshot|zeroshot|retrieval)[^/]*/([^./][^/]*/)*[^./][^/]*\.(json|parquet)"
)
DAMAGE = (OSError, ValueError, KeyError, TypeError, UserError)  # raised when a damaged table or page is read
SNAKEMAKE_REPORT = b"<title>Snakemake Report</title>"
SKIPPED = {"workflow", "tests", "docs", "node_modules"}  # folders without reports, as are hidden ones
HEAD = 4096  # first bytes of a report, which contain its title


@dataclass(frozen=True)
class Expired:
    """A file or folder with outdated content, the number of its records and the time of the oldest one."""

    path: Path
    records: int = 0
    oldest: str = ""  # empty for a file derived from such records
    reason: str = "made from these"

    def __str__(self) -> str:
        """Return one line for people."""
        reason = f"{self.records} records, fetched from {self.oldest} on" if self.oldest else self.reason
        return f"{self.path}: {reason}"


@dataclass
class _Content:
    """The outdated contents of a dataset's folder, without caches."""

    made: list[Expired] = field(default_factory=list)  # derived files
    tables: list[Expired] = field(default_factory=list)
    remains: list[Path] = field(default_factory=list)  # temporary files of killed jobs
    dated: bool = False  # whether a table says when its records were fetched


def expired(results: Path, before: datetime, of_study: Collection[str] = ()) -> list[Expired]:
    """Return the files under `results` that were fetched earlier than `before`, and those derived from them.

    `of_study` are the datasets that hold content of TMDb according to the study, even if their files do not say so.
    Files are in the order in which to remove them, so that an interrupted removal finds the rest when it is repeated.
    """
    names = {path.name for path in results.glob("*") if path.is_dir()} | set(of_study)
    found = []
    for name in sorted(names):
        found += _of_dataset(results, name, before, name in of_study)
    if not found:
        return []
    shown = [results / name for name in ("report.html", "paper.pdf")]
    pages = dict.fromkeys([*shown, *_reports(results.parent)])
    return [*(Expired(path) for path in pages if path.is_file()), *found]


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below `folder`, sorted, including those behind links to folders, which are entered once."""
    seen = set()
    for root, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        yield from (Path(root) / name for name in sorted(names))


def remove(found: Iterable[Expired]) -> tuple[list[Expired], list[tuple[Path, str]]]:
    """Remove the files and folders that `expired` returned, in its order, and the targets of links among them.

    Returns the removed items, and (path, reason) of files that could not be removed.
    """
    removed, left = [], []
    for item in found:
        is_folder = item.path.is_dir()
        files = list(files_below(item.path)) if is_folder else [item.path]
        walk = os.walk(item.path, topdown=False) if is_folder else ()
        folders = [Path(root) for root, _, _ in walk] or [item.path.parent]  # the deepest first
        failed = [(path, reason) for path in files if (reason := remove_file(path))]
        left += failed
        if not failed:
            removed.append(item)
        for folder in folders:
            # a folder stays if it is not empty, or if its own folder cannot be written
            with suppress(OSError):
                folder.rmdir()
    return removed, left


def require_removed(left: list[tuple[Path, str]]) -> None:
    """Raise `UserError` if anything is `left`."""
    if left:
        path, reason = left[0]
        raise UserError(
            f"{path}: not removed ({reason}), nor {len(left) - 1} others; "
            "make their folders writable or remove them by hand, then run tmdb_purge again"
        )


def remove_file(path: Path) -> str | None:
    """Remove a file, and the file that it is a link to; return the reason if it is still there."""
    try:
        if path.is_symlink():
            Path(os.path.realpath(path)).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    except OSError as error:
        return os.strerror(error.errno) if error.errno else type(error).__name__
    return None


def _of_dataset(results: Path, name: str, before: datetime, is_known: bool) -> list[Expired]:
    dataset = results / name
    content = _content(dataset, before)
    recorded = _recorded(dataset)
    if not (is_known or content.dated or recorded or _has_pages(dataset)):
        return []
    shown = [Expired(path) for path in _pages(results, name)]
    caches = list(_caches(dataset, before))
    stale = [path for path in content.remains if _modified(path) < before]
    is_old = bool(content.tables or any(cache.oldest for cache in caches) or stale)
    if not is_old and not content.dated:  # only files derived from records
        is_old = bool(content.made or shown) and not (recorded and recorded >= before)
    if not is_old:
        return []
    remains = [Expired(path, reason="left by a killed job") for path in content.remains]
    return [*shown, *content.made, *remains, *caches, *content.tables]  # evidence of the age is removed last


def _content(dataset: Path, before: datetime) -> _Content:
    """Return the outdated tables of `dataset` and the derived files, which have no times; caches are left out."""
    content = _Content()
    for path in files_below(dataset):
        name = path.relative_to(dataset).as_posix()
        folder = name.rpartition("/")[0]
        if any(Path(name).parent.match(pattern) for pattern in CACHES) or KEPT.fullmatch(name):
            continue
        if (path.name[0] == "." and path.suffix == ".tmp") or path.parent.suffix == ".leaving":
            content.remains.append(path)
            continue
        fetched = folder in FETCHED or name == LISTING
        try:
            stamps = _stamps(path) if fetched else []
            outdated = [stamp for stamp in stamps if datetime.fromisoformat(stamp) < before]
            counted = len(outdated) if not outdated or _has_times(path) else tables.length(path)
        except DAMAGE:
            content.tables.append(Expired(path, reason=UNKNOWN))
            continue
        content.dated |= bool(stamps)
        if outdated:
            content.tables.append(Expired(path, counted, min(outdated)))
        elif folder not in FETCHED or not stamps:
            content.made.append(Expired(path))
    content.tables.sort(key=lambda item: (item.path.name == LISTING, str(item.path)))
    return content


def _caches(dataset: Path, before: datetime) -> Iterator[Expired]:
    for folder in sorted({found for pattern in CACHES for found in dataset.glob(pattern)}):
        if not folder.is_dir():
            continue
        files = [path for path in folder.iterdir() if path.is_file() and path.name not in (ORIGIN, CHECKSUMS)]
        stamps, damaged = [_modified(path).isoformat() for path in files], False
        for path in files:
            if path.suffix == ".parquet":
                try:
                    stamps += _stamps(path)
                except DAMAGE:
                    damaged = True
        if stamps and datetime.fromisoformat(min(stamps)) < before:
            yield Expired(folder, len(files), min(stamps)[:19])
        elif damaged:
            yield Expired(folder, reason=UNKNOWN)


def _pages(results: Path, dataset: str) -> Iterator[Path]:
    """Yield the files that show pictures or texts of the dataset."""
    yield from files_below(results / "galleries" / dataset)
    yield from sorted(results.glob(f"figures/masking-{dataset}.*"))


def _reports(project: Path) -> Iterator[Path]:
    """Yield Snakemake's own reports in the project, which embed pictures, under any name."""
    for root, folders, names in os.walk(project):
        folders[:] = sorted(name for name in folders if name[0] != "." and name not in SKIPPED)
        for path in (Path(root) / name for name in sorted(names) if name.endswith((".html", ".zip"))):
            try:
                if path.suffix == ".zip":
                    with zipfile.ZipFile(path) as archive:
                        entries = [entry for entry in archive.namelist() if entry.endswith("report.html")]
                        begins = [archive.open(entry).read(HEAD) for entry in entries]
                else:
                    begins = [path.open("rb").read(HEAD)]
            except (OSError, zipfile.BadZipFile, RuntimeError):  # not a report
                continue
            if any(SNAKEMAKE_REPORT in begin for begin in begins):
                yield path


def _recorded(dataset: Path) -> datetime | None:
    """Return when the oldest record was fetched according to the dataset's card, or None."""
    try:
        times = read_json(dataset / "card.json")["fetched"]
        return datetime.fromisoformat(times["first"]) if times else None
    except DAMAGE:
        return None


def _has_pages(dataset: Path) -> bool:
    """Return whether a crawl that never finished left pages with the time at which they were fetched."""
    for page in dataset.glob("spool/crawl/*/[!.]*.json"):
        try:
            if json.loads(page.read_bytes()).get("fetched_at"):
                return True
        except (*DAMAGE, AttributeError):
            continue
    return False


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _has_times(path: Path) -> bool:
    return FETCHED_AT in tables.schema_of(path).names


def _stamps(path: Path) -> list[str]:
    """Return the times at which a table's records were fetched: of all, or of the first and last; [] if unknown."""
    if _has_times(path):
        with tables.TableFile(path) as file:
            return pc.drop_null(file.read([FETCHED_AT])[FETCHED_AT]).to_pylist()
    return tables.read_metadata(path).get("fetched", [])
