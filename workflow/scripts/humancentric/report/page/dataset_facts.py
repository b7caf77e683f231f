"""Count the used and rejected samples of a dataset, and summarise its card for the report page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from humancentric.core import files, tables
from humancentric.core.schemas import REJECTS, SAMPLES
from humancentric.dataset import card_text
from humancentric.dataset.card_text import number
from humancentric.dataset.labels import in_bins

EXAMPLES = 3


@dataclass(frozen=True)
class Rejected:
    """Samples rejected at one stage for one reason, with a few examples."""

    stage: str
    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class SampleCounts:
    """Sample counts: by split, by label (most frequent first), and rejected."""

    splits: dict[str, int]
    labels: dict[str, int]
    rejected: tuple[Rejected, ...]
    per_sample: float  # mean number of labels per sample

    @property
    def used(self) -> int:
        """Return the number of samples in use."""
        return sum(self.splits.values())

    @property
    def rejected_count(self) -> int:
        """Return the number of samples rejected."""
        return sum(row.count for row in self.rejected)


def sample_counts(
    samples: str | Path, rejects: str | Path, published: bool = True, rated: bool = False
) -> SampleCounts:
    """Count the used and rejected samples of a dataset from its two tables; `rated` samples are counted in bins.

    Without `published`, rejected samples are named by id only, because details may contain private content.
    """
    used = tables.read(samples, SAMPLES, ["split", "labels"])
    listed = used["labels"].to_pylist()
    bins = sorted(listed, key=lambda row: float(row[0])) if rated else []
    labels = Counter(
        in_bins([float(row[0]) for row in bins]) or (name for row in listed for name in row or ())
    )
    splits = Counter(used["split"].to_pylist())
    groups: dict[tuple[str, str], list[str]] = {}
    for row in tables.read(rejects, REJECTS).to_pylist():
        text = f"{row['id']}: {row['detail']}" if row["detail"] and published else row["id"]
        groups.setdefault((row["stage"], row["reason"]), []).append(text)
    rejected = (Rejected(*key, len(rows), tuple(rows[:EXAMPLES])) for key, rows in sorted(groups.items()))
    return SampleCounts(
        dict(sorted(splits.items(), reverse=True)),
        dict(labels if rated else sorted(labels.items(), key=lambda item: (-item[1], item[0]))),
        tuple(rejected),
        labels.total() / max(len(used), 1),
    )


def by_dataset(paths: Iterable[str | Path], names: Iterable[str]) -> dict[str, Path]:
    """Map each file to its dataset, which a folder or the end of the file name gives."""
    known, found = sorted(names, key=len, reverse=True), dict[str, Path]()
    for path in map(Path, paths):
        own = [name for name in known if path.stem == name or path.stem.endswith(f"-{name}")]
        folders = [part for part in reversed(path.parts[:-1]) if part in known]
        for name in (own or folders)[:1]:
            found.setdefault(name, path)
    return found


FILES = ("card.md", "croissant.json", "ids.parquet")  # files next to the card that the page links to


@dataclass(frozen=True)
class DatasetCard:
    """Content of a dataset's card: (name, value) lines, (figure, here, paper) rows, and rows of shared content."""

    lines: list[tuple[str, str]]
    paper: Sequence[tuple[str, ...]]
    # view, samples that share content, those outside training that share it with a training sample
    repeated: Sequence[tuple[str, ...]]
    # dataset compared with, kind of match, pairs, samples outside training
    leakage: Sequence[tuple[str, ...]]
    links: list[tuple[str, str]]  # file name, path relative to the page
    ids_sha256: str  # hash of the sorted ids


def cards(paths: Iterable[str | Path], names: Iterable[str]) -> dict[str, DatasetCard]:
    """Read the cards (card.json) and return their content by dataset; datasets without a card are left out."""
    return {name: _card(files.read_json(path), path) for name, path in by_dataset(paths, names).items()}


def _card(facts: dict[str, Any], path: Path) -> DatasetCard:
    pictures = facts["pictures"]
    lines = [("Licence", facts["licence"])]
    lines += [
        (view.capitalize(), f"{number(text['characters'])} characters on average")
        for view, text in facts["texts"].items()
    ]
    if pictures:
        size = f"{pictures['width']['median']} x {pictures['height']['median']} pixels (median)"
        lines.append(("Pictures", f"{size}, {number(pictures['bytes'] / 1e6)} MB"))
    if facts["released"]:
        lines.append(("Released", "{first} to {last}".format(**facts["released"])))
    if facts["fetched"]:
        lines.append(("Fetched", "{first} to {last}".format(**facts["fetched"])))
    lines.append(("Sorted ids", f"sha256 {facts['ids_sha256'][:16]}\N{HORIZONTAL ELLIPSIS}"))
    found = {"picture": pictures} if pictures else {}
    repeated = [
        (name, number(counts["repeated"]), number(counts["across"]))
        for name, counts in {**found, **facts["texts"]}.items()
    ]
    links = [(name, f"{path.parent.name}/{name}") for name in FILES]
    return DatasetCard(
        lines,
        card_text.paper(facts),
        repeated,
        card_text.leakage(facts),
        links,
        facts["ids_sha256"],
    )
