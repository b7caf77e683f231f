"""Read CUB-200-2011: four lists of numbers and names with a folder of pictures, in their archive or unpacked."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa

from humancentric.core import archives
from humancentric.core.errors import UserError
from humancentric.sources.picture_files import Content, in_folder
from humancentric.sources.source_kind import (
    Source,
    SourceKind,
    first_present,
    listing_table,
    packed_or_unpacked,
)

ARCHIVE = "CUB_200_2011.tgz"
FILES = tuple(
    f"CUB_200_2011/{name}.txt" for name in ("images", "classes", "image_class_labels", "train_test_split")
)
FOLDER = "CUB_200_2011/images"


def _lists(root: Path) -> list[dict[str, str]]:
    """Return the four lists as ``{number: rest of the line}``, in the order of `FILES`."""
    found = dict(packed_or_unpacked(root, ARCHIVE, FILES))
    if missing := [name for name in FILES if name not in found]:
        raise UserError(f"{root / missing[0]}: file is missing, packed or unpacked; fetch {ARCHIVE} again")
    return [_pairs(found[name], root / name) for name in FILES]


def _pairs(data: bytes, path: Path) -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in data.decode("utf-8", "replace").splitlines() if line.strip()]
    broken = next((number for number, line in enumerate(lines, start=1) if len(line) != 2), None)
    if broken is not None:
        raise UserError(f"{path}: line {broken} has one column instead of two; fetch it again")
    return {number: rest.strip() for number, rest in lines}


def read(source: Source, columns: dict[str, str]) -> pa.Table:
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


def pictures(root: str, paths: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Yield the pictures at `paths`: from their folder, or from the archive in one pass if there is no folder."""
    if (Path(root) / FOLDER).is_dir():
        return in_folder(root, paths)
    wanted = set(paths)
    return archives.members(Path(root) / ARCHIVE, wanted.__contains__)


SOURCE = SourceKind(
    read=read,
    published=lambda source: first_present(source["root"], (ARCHIVE,), FILES),
    pictures=pictures,
)
