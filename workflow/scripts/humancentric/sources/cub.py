"""CUB-200-2011: four lists of numbers and names beside a folder of pictures, in their archive or unpacked."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa

from humancentric.core import archives
from humancentric.core.errors import UserError
from humancentric.core.images import ImageError
from humancentric.sources.layouts import CUB, CUB_ARCHIVE
from humancentric.sources.picture_files import in_folder
from humancentric.sources.rows import listing_table

FOLDER = "CUB_200_2011/images"


def _lists(root: Path) -> list[dict[str, str]]:
    """Return the four lists as ``{number: rest of the line}``, in the order of `CUB`."""
    packed = root / CUB_ARCHIVE
    if packed.is_file():
        found = dict(archives.members(packed, lambda name: name in CUB))
    else:
        found = {name: (root / name).read_bytes() for name in CUB if (root / name).is_file()}
    if missing := [name for name in CUB if name not in found]:
        raise UserError(
            f"{root / missing[0]}: file is missing, packed or unpacked; fetch {CUB_ARCHIVE} again"
        )
    return [_pairs(found[name], root / name) for name in CUB]


def _pairs(data: bytes, place: Path) -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in data.decode("utf-8", "replace").splitlines() if line.strip()]
    broken = next((number for number, line in enumerate(lines, start=1) if len(line) != 2), None)
    if broken is not None:
        raise UserError(f"{place}: line {broken} has one column instead of two; fetch it again")
    return {number: rest.strip() for number, rest in lines}


def read(source: dict, columns: dict[str, str]) -> pa.Table:
    """Return the listing of the official split; ids are the published numbers, a class is the bird's name."""
    pictures, classes, labels, in_train = _lists(Path(source["root"]))
    names = {number: name.partition(".")[2].replace("_", " ") for number, name in classes.items()}

    def rows() -> Iterator[dict]:
        for number, path in pictures.items():
            row = {"id": number, "labels": [], "image_source": f"{FOLDER}/{path}"}
            if number in in_train:
                row["source_split"] = "train" if in_train[number] == "1" else "test"
            if number not in in_train:
                row["source_problem"] = "not in the list of splits"
            elif labels.get(number) in names:
                row["labels"] = [names[labels[number]]]
            else:
                row["source_problem"] = f"class {labels.get(number)} has no name"
            yield row

    return listing_table(rows(), columns.values())


def pictures(root: str, paths: Collection[str]) -> Iterator[tuple[str, bytes | ImageError]]:
    """Yield the pictures at `paths`: from their folder, or from the archive in one pass where there is no folder."""
    if (Path(root) / FOLDER).is_dir():
        return in_folder(root, paths)
    wanted = set(paths)
    return archives.members(Path(root) / CUB_ARCHIVE, wanted.__contains__)
