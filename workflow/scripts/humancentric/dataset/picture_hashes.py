"""Hash and measure the stored pictures of a dataset."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from humancentric.core import tables
from humancentric.core.schemas import HASHES, IMAGES

PLAIN = 16  # a picture with fewer bits set has hardly any structure, so its hash means nothing


def perceptual(rgb: np.ndarray) -> int | None:
    """Return the 64-bit perceptual hash (DCT) of (height, width, 3) uint8; None for a plain picture.

    Its bits are set for those of the 64 lowest frequencies that are above their median, so about half of them are set
    and distances between hashes are mostly even. All plain pictures would share one hash whatever they show.
    """
    import imagehash  # late, since cards use the other functions only
    from PIL import Image

    bits = imagehash.phash(Image.fromarray(rgb), hash_size=8).hash.reshape(-1)
    if bits.sum() < PLAIN:
        return None
    return int(np.packbits(bits).view(">u8")[0])


def fingerprints(path: str | Path) -> pa.Table:
    """Return id, sha256 of the bytes and perceptual hash (HASHES) of every picture in an image file."""
    from humancentric.core.images import decode

    rows = []
    for batch in tables.batches(path, IMAGES):
        for sample, data in zip(batch["id"].to_pylist(), batch["image"].to_pylist(), strict=True):
            sha256 = hashlib.sha256(data).hexdigest()
            rows.append({"id": sample, "sha256": sha256, "phash": perceptual(decode(data))})
    return pa.Table.from_pylist(rows, schema=HASHES.empty().schema)


@dataclass
class Pictures:
    """The pictures of a dataset: sha256 by sample id, counts of (width, height), and bytes in total."""

    sha256: dict[str, str] = field(default_factory=dict)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    bytes: int = 0


def survey(shards: Iterable[str | Path]) -> Pictures:
    """Return the pictures in the image files at `shards`; a few hundred are in memory at a time."""
    found = Pictures()
    for path in shards:
        for batch in tables.batches(path, IMAGES):
            for sample, data, width, height in zip(*(column.to_pylist() for column in batch), strict=True):
                found.sha256[sample] = hashlib.sha256(data).hexdigest()
                found.sizes[width, height] += 1
                found.bytes += len(data)
    return found
