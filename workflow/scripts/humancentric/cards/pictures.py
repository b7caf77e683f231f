"""A look at every stored picture of a dataset: its fingerprint, its size, its weight; no pixel is decoded."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from humancentric import tables
from humancentric.schemas import IMAGES


@dataclass
class Pictures:
    """The pictures of a dataset: sha256 by sample id, how many have which (width, height), bytes in all."""

    sha256: dict[str, str] = field(default_factory=dict)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    bytes: int = 0


def survey(shards: Iterable[str | Path]) -> Pictures:
    """Return what the image files at `shards` hold; memory stays that of some hundred pictures."""
    found = Pictures()
    for path in shards:
        for batch in tables.batches(path, IMAGES):
            for sample, data, width, height in zip(*(column.to_pylist() for column in batch), strict=True):
                found.sha256[sample] = hashlib.sha256(data).hexdigest()
                found.sizes[width, height] += 1
                found.bytes += len(data)
    return found
