"""Find and remove files with content of TMDb that is older than its terms allow.

The terms limit for how long information from the API may be stored. That covers the records and posters themselves,
and everything that shows or encodes them: listing, samples and rejects, masked pictures, boxes and hashes of pictures,
embeddings, contact sheets, and the report with them. Results about them are not covered and stay: ids, splits and
checksums, scores, predictions, trained heads, counts. A folder holds content of TMDb if its records have the time at
which they were fetched. Data of a user or of the demo have no such time and are never touched.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from humancentric.core.download_cache import MARKERS
from humancentric.core.tables import read_metadata
from humancentric.sources.tmdb.discover import FETCHED_AT

FETCHED = ("crawl", "images/standard")  # folders of tables with the time of arrival
CACHES = "spool/*/*"
RESULTS = (
    *("ids.parquet", "resolved.parquet", "card.*", "croissant.json", "comparison.*", "leakage.json"),
    *("transfer*", "fewshot*", "zeroshot*", "chance.json"),
)


@dataclass(frozen=True)
class Expired:
    """A file or folder with outdated content: the number of its records, and the time of the oldest."""

    path: Path
    records: int = 0
    oldest: str = ""  # empty for a file derived from such records

    def __str__(self) -> str:
        """Return one line for people."""
        reason = (
            f"{self.records} records, fetched from {self.oldest} on" if self.oldest else "made from these"
        )
        return f"{self.path}: {reason}"


def expired(results: Path, before: datetime) -> list[Expired]:
    """Return the files under `results` that were fetched earlier than `before`, and those derived from them."""
    found = []
    for dataset in sorted(path for path in results.glob("*") if path.is_dir()):
        if not _is_crawled(dataset):
            continue
        tables, made = _tables(dataset, before)
        old = [*tables, *_caches(dataset, before)]
        found += [*old, *made, *_pages(results, dataset.name)] if old else []
    return found


def remove(found: list[Expired]) -> None:
    """Remove the files and folders that `expired` returned."""
    for item in found:
        if item.path.is_dir():
            shutil.rmtree(item.path)
        else:
            item.path.unlink(missing_ok=True)


def _tables(dataset: Path, before: datetime) -> tuple[list[Expired], list[Expired]]:
    """Return the tables with records from earlier than `before`, and the derived files, which have no times."""
    old, made = [], []
    for path in sorted(path for path in dataset.rglob("*") if path.is_file()):
        name = path.relative_to(dataset)
        if name.parts[0] == "spool" or any(fnmatch(name.parts[0], pattern) for pattern in RESULTS):
            continue
        fetched = str(name.parent) in FETCHED or str(name) == "listing.parquet"
        stamps = _stamps(path) if fetched else []
        outdated = [stamp for stamp in stamps if datetime.fromisoformat(stamp) < before]
        if outdated:
            counted = len(outdated) if _has_times(path) else pq.read_metadata(path).num_rows
            old.append(Expired(path, counted, min(outdated)))
        elif str(name.parent) not in FETCHED or not stamps:
            made.append(Expired(path))
    return old, made


def _caches(dataset: Path, before: datetime) -> Iterator[Expired]:
    for folder in sorted(dataset.glob(CACHES)):
        files = [path for path in folder.iterdir() if path.is_file() and path.name not in MARKERS]
        stamps = [datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat() for path in files]
        stamps += [stamp for path in files if path.suffix == ".parquet" for stamp in _stamps(path)]
        if stamps and datetime.fromisoformat(min(stamps)) < before:
            yield Expired(folder, len(files), min(stamps)[:19])


def _pages(results: Path, dataset: str) -> Iterator[Expired]:
    """Yield the files that show pictures of the dataset."""
    pages = [*sorted(results.glob(f"figures/masking-{dataset}.*")), results / "report.html"]
    yield from (Expired(path) for path in pages if path.is_file())


def _is_crawled(dataset: Path) -> bool:
    tables = [*dataset.glob("crawl/*.parquet"), *dataset.glob("listing.parquet")]
    pages = dataset.glob("spool/crawl/*/[!.]*.json")  # of a crawl that never finished
    return any(map(_stamps, tables)) or any(json.loads(page.read_bytes()).get("fetched_at") for page in pages)


def _has_times(path: Path) -> bool:
    return FETCHED_AT in pq.read_schema(path).names


def _stamps(path: Path) -> list[str]:
    """Return the times at which a table's records were fetched: of each, or of the first and last; [] if unknown."""
    if _has_times(path):
        return pc.drop_null(pq.read_table(path, columns=[FETCHED_AT])[FETCHED_AT]).to_pylist()
    return read_metadata(path).get("fetched", [])
