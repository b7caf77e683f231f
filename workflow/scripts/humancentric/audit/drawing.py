"""The pictures that are read before and after masking: the same seeded ones for every detector and view."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from humancentric import detectors, logs, tables
from humancentric.audit.ink import Once, variants
from humancentric.images import decode, encode_jpeg
from humancentric.masking import mask_image
from humancentric.schemas import IMAGES, MASKS, TableSchema

Paths = Sequence[str | Path]


def rank(sample: str, seed: int) -> bytes:
    """Return by what samples are ranked: the first of them are drawn, whatever shards they lie in."""
    return hashlib.sha256(f"{seed}:{sample}".encode()).digest()


def drawn(paths: Paths, schema: TableSchema, number: int, seed: int) -> list[str]:
    """Return the ids of `number` seeded samples of the tables at `paths`, in the order of their draw."""
    ids = tables.read_many(paths, schema, ["id"])["id"].to_pylist()
    return sorted(ids, key=lambda sample: rank(sample, seed))[:number]


def taken(paths: Paths, schema: TableSchema, wanted: Sequence[str]) -> pa.Table:
    """Return the rows of the `wanted` ids, one table in memory at a time."""
    chosen = pa.array(wanted, pa.string())
    found = [schema.empty()]
    for path in paths:
        table = tables.read(path, schema)
        found.append(table.filter(pc.is_in(table["id"], value_set=chosen)))
    return pa.concat_tables(found)


def masked(
    images: pa.Table, row: Mapping[str, Any], place: str = "detector"
) -> dict[bool, tuple[pa.Table, pa.Table]]:
    """Return {with white text or without: (IMAGES, MASKS)} of pictures masked by the detector of `row`."""
    detector = Once(detectors.load(row, place))
    options = variants(row)
    pictures: dict[bool, list] = {white: [] for white in options}
    masks: dict[bool, list] = {white: [] for white in options}
    rows = zip(images["id"].to_pylist(), images["image"].to_pylist(), strict=True)
    for sample, data in logs.progress(rows, "mask", total=len(images), unit="picture"):
        rgb = decode(data)
        for white, option in options.items():
            result = mask_image(rgb, detector, option)
            size = {"width": rgb.shape[1], "height": rgb.shape[0]}
            pictures[white].append({"id": sample, "image": encode_jpeg(result.rgb), **size})
            shares = {"white_fraction": result.white_fraction, "masked_fraction": result.masked_fraction}
            masks[white].append({"id": sample, "boxes": [box._asdict() for box in result.boxes], **shares})
    return {
        white: (
            pa.Table.from_pylist(pictures[white], schema=IMAGES.empty().schema),
            pa.Table.from_pylist(masks[white], schema=MASKS.empty().schema),
        )
        for white in options
    }
