"""What became of a dataset's samples: used, by split and label, and rejected, by stage and reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from humancentric import tables
from humancentric.schemas import REJECTS, SAMPLES

EXAMPLES = 3


@dataclass(frozen=True)
class Rejected:
    """Samples turned away at one stage for one reason, and a few of them."""

    stage: str
    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Population:
    """Numbers of samples: by split, by label (most frequent first), and those rejected."""

    splits: dict[str, int]
    labels: dict[str, int]
    rejected: tuple[Rejected, ...]
    per_sample: float  # labels a sample

    @property
    def used(self) -> int:
        """Return the number of samples in use."""
        return sum(self.splits.values())

    @property
    def turned_away(self) -> int:
        """Return the number of samples rejected."""
        return sum(row.count for row in self.rejected)


def population(samples: str | Path, rejects: str | Path, published: bool = True) -> Population:
    """Return what became of the samples of the dataset with these two tables.

    Where a dataset is not `published`, rejected samples are named by id alone: details may hold what may not be shown.
    """
    used = tables.read(samples, SAMPLES, ["split", "labels"])
    labels = Counter(label for labels in used["labels"].to_pylist() for label in labels or ())
    splits = Counter(used["split"].to_pylist())
    groups: dict[tuple[str, str], list[str]] = {}
    for row in tables.read(rejects, REJECTS).to_pylist():
        text = f"{row['id']}: {row['detail']}" if row["detail"] and published else row["id"]
        groups.setdefault((row["stage"], row["reason"]), []).append(text)
    rejected = (Rejected(*key, len(rows), tuple(rows[:EXAMPLES])) for key, rows in sorted(groups.items()))
    return Population(
        dict(sorted(splits.items(), reverse=True)),
        dict(sorted(labels.items(), key=lambda item: (-item[1], item[0]))),
        tuple(rejected),
        labels.total() / max(len(used), 1),
    )


def by_dataset(paths: Iterable[str | Path], names: Iterable[str]) -> dict[str, Path]:
    """Return each file under its dataset: which a folder names, or the end of its own name."""
    known, found = sorted(names, key=len, reverse=True), {}
    for path in map(Path, paths):
        own = [name for name in known if path.stem == name or path.stem.endswith(f"-{name}")]
        folders = [part for part in reversed(path.parts[:-1]) if part in known]
        for name in (own or folders)[:1]:
            found.setdefault(name, path)
    return found
