"""Pictures that lie on disk: read, judged and put into tables."""

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from humancentric.core import logs, table_streams
from humancentric.core.images import MAX_PIXELS, MISSING, ImageError, picture
from humancentric.core.schemas import IMAGES, LISTING, REJECTS
from humancentric.core.shards import shard_of

STAGE = "image"
# of some paths, those that are there, in any order: each with its bytes or why it has none
Contents = Callable[[Collection[str]], Iterator[tuple[str, bytes | ImageError]]]


def in_shard(listing: str | Path, shard: str, shards: int) -> list[tuple[str, str | None]]:
    """Return (id, where its picture is) of the samples in the file `listing` that belong to one of `shards` shards."""
    return [
        (sample, source)
        for batch in table_streams.read(listing, LISTING, ["id", "image_source"])
        for sample, source in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        if shard_of(sample, shards) == shard
    ]


def read_shard(
    samples: Iterable[tuple[str, str | None]],
    contents: Contents,
    *,
    min_side: int = 1,
    max_pixels: int = MAX_PIXELS,
) -> tuple[pa.Table, pa.Table]:
    """Return the IMAGES and the REJECTS table of `samples`: pairs of an id and where its picture lies.

    `contents` is called once with all that is wanted, so that a source of many pictures is opened once. Each id is
    in exactly one of the two tables. Reasons: those of `contents`, ``missing``, ``unreadable``, ``too-small``,
    ``too-large``.
    """
    wanted: dict[str, list[str]] = {}  # several samples may share a picture
    seen: set[str] = set()  # an id that is offered twice is a reject of the listing, not of its picture
    images, rejects = [], []

    def reject(sample: str, error: ImageError) -> None:
        rejects.append({"id": sample, "stage": STAGE, "reason": error.reason, "detail": error.detail})

    for sample, path in samples:
        if sample not in seen and path:
            wanted.setdefault(path, []).append(sample)
        elif sample not in seen:
            reject(sample, ImageError(MISSING, "no picture"))
        seen.add(sample)
    found = logs.progress(contents(list(wanted)), "read images", total=len(wanted), unit="image")
    for path, content in found:
        for sample in wanted.pop(path):
            try:
                if isinstance(content, ImageError):
                    raise content
                data, width, height = picture(content, min_side=min_side, max_pixels=max_pixels)
            except ImageError as error:
                reject(sample, error)
            else:
                images.append({"id": sample, "image": data, "width": width, "height": height})
    for path, names in wanted.items():
        for sample in names:
            reject(sample, ImageError(MISSING, f"{path!r} is not there"))
    return (
        pa.Table.from_pylist(images, schema=pa.schema(list(IMAGES.columns.items()))),
        pa.Table.from_pylist(rejects, schema=pa.schema(list(REJECTS.columns.items()))),
    )
