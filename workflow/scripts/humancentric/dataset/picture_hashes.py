"""Hash pictures: the sha256 of their bytes, and a DCT perceptual hash."""

import hashlib
from pathlib import Path

import imagehash
import numpy as np
import pyarrow as pa
from PIL import Image

from humancentric.core import tables
from humancentric.core.images import decode
from humancentric.core.schemas import HASHES, IMAGES

PLAIN = 16  # a picture with fewer bits set has too little structure for a meaningful hash


def perceptual(rgb: np.ndarray) -> int | None:
    """Return the 64-bit perceptual hash (DCT) of (height, width, 3) uint8; None for a plain picture.

    A bit is set if its coefficient, among the 64 lowest frequencies, is above their median, so about half of the bits
    are set and distances between hashes are mostly even. All plain pictures would share one hash.
    """
    bits = imagehash.phash(Image.fromarray(rgb), hash_size=8).hash.reshape(-1)
    if bits.sum() < PLAIN:
        return None
    return int(np.packbits(bits).view(">u8")[0])


def fingerprints(path: str | Path) -> pa.Table:
    """Return id, sha256 of the bytes and perceptual hash (HASHES) of every picture in an image file."""
    rows = []
    for batch in tables.batches(path, IMAGES):
        for sample, data in zip(batch["id"].to_pylist(), batch["image"].to_pylist(), strict=True):
            sha256 = hashlib.sha256(data).hexdigest()
            rows.append({"id": sample, "sha256": sha256, "phash": perceptual(decode(data))})
    return pa.Table.from_pylist(rows, schema=HASHES.empty().schema)
