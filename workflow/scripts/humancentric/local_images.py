"""Pictures that lie in a folder: read, judged and put into tables."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from humancentric import logs
from humancentric.errors import UserError
from humancentric.images import MAX_PIXELS, MISSING, ImageError, picture
from humancentric.schemas import IMAGES, REJECTS

STAGE = "image"
OUTSIDE = "outside-root"


def read_shard(
    samples: Iterable[tuple[str, str | None]],
    root: str | Path,
    *,
    min_side: int = 1,
    max_pixels: int = MAX_PIXELS,
) -> tuple[pa.Table, pa.Table]:
    """Return the IMAGES and the REJECTS table of `samples`: pairs of an id and a path relative to `root`.

    Each id is in exactly one of the two. Reasons: ``missing``, ``outside-root``, ``unreadable``, ``too-small``,
    ``too-large``. Raises `UserError` if there is no folder `root`.
    """
    root = Path(root)
    if not root.is_dir():
        raise UserError(f"source.root: there is no folder {root}; put the data there or change the path")
    first: dict[
        str, str | None
    ] = {}  # an id that is offered twice is a reject of the listing, not of its picture
    for sample, path in samples:
        first.setdefault(sample, path)
    images, rejects = [], []
    for sample, path in logs.progress(first.items(), "read images", total=len(first), unit="image"):
        try:
            data, width, height = picture(_content(path, root), min_side=min_side, max_pixels=max_pixels)
        except ImageError as error:
            rejects.append({"id": sample, "stage": STAGE, "reason": error.reason, "detail": error.detail})
        else:
            images.append({"id": sample, "image": data, "width": width, "height": height})
    return (
        pa.Table.from_pylist(images, schema=pa.schema(list(IMAGES.columns.items()))),
        pa.Table.from_pylist(rejects, schema=pa.schema(list(REJECTS.columns.items()))),
    )


def _content(path: str | None, root: Path) -> bytes | None:
    """Return the bytes of the file `path` below `root`; links may not lead out of it."""
    if not path:
        return None
    if "\0" in path or Path(path).is_absolute() or ".." in Path(path).parts:
        raise ImageError(OUTSIDE, f"{path!r} is not a path below the dataset's folder")
    try:
        file = (root / path).resolve()
        if not file.is_relative_to(root.resolve()):
            raise ImageError(OUTSIDE, f"{path!r} is a link that leaves the dataset's folder")
        if not file.is_file():
            raise ImageError(MISSING, f"{path!r} is no file")
        return file.read_bytes()
    except (OSError, RuntimeError) as error:  # no permission, a name too long, links in a circle
        raise ImageError(MISSING, f"{path!r}: {type(error).__name__}") from error
