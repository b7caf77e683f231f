"""The samples of one dataset as a search for leakage sees them: ids, splits and fingerprints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from humancentric import tables
from humancentric.leakage.texts import fingerprints
from humancentric.schemas import HASHES, SAMPLES

PICTURE = "same-picture"


def kind_of(view: str) -> str:
    """Return the kind of pair that an equal text makes, e.g. ``same-plot``."""
    return f"same-{view}"


@dataclass(frozen=True)
class Side:
    """A dataset's samples in the order of their ids; `keys` holds for every kind of pair one value a sample."""

    name: str
    ids: list[str]
    splits: list[str]
    keys: dict[str, list[str | None]]  # kind of pair: equal values make one
    phashes: dict[str, int] = field(default_factory=dict)  # by id, without plain pictures
    plain: int = 0  # pictures too plain to have a perceptual hash


def read(name: str, samples: str | Path, hashes: Iterable[str | Path], texts: Mapping[str, str]) -> Side:
    """Return the dataset `name` from its samples table, its files of picture hashes and ``{text view: column}``."""
    table = tables.read(samples, SAMPLES, ["id", "split", *dict.fromkeys(texts.values())]).sort_by("id")
    ids = table["id"].to_pylist()
    sha256, phashes, plain = pictures(hashes, set(ids))
    keys: dict[str, list[str | None]] = {PICTURE: [sha256.get(sample) for sample in ids]} if sha256 else {}
    keys |= {kind_of(view): fingerprints(table[column].to_pylist()) for view, column in texts.items()}
    return Side(name, ids, table["split"].to_pylist(), keys, phashes, plain)


def pictures(paths: Iterable[str | Path], wanted: set[str]) -> tuple[dict[str, str], dict[str, int], int]:
    """Return sha256 by id, perceptual hash by id, and how many have none, of the `wanted` ids in files of hashes."""
    table = tables.read_many(paths, HASHES)
    rows = [row for row in table.to_pylist() if row["id"] in wanted]
    phashes = {row["id"]: row["phash"] for row in rows if row["phash"] is not None}
    return {row["id"]: row["sha256"] for row in rows}, phashes, len(rows) - len(phashes)
