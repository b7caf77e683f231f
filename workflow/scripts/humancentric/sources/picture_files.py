"""Read images from files below a root, from archives, or from rows of arrays.

A row of an array is named ``file#row`` and becomes a lossless PNG.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from humancentric.core import archives
from humancentric.core.errors import UserError
from humancentric.core.images import MISSING, ImageError, encode_png

Load = Callable[[str], np.ndarray]  # a file's name -> (n, height, width) or (n, height, width, 3) uint8


def rows(
    file: str, split: str, labels: Iterable[int], names: Sequence[str], first: int = 0
) -> Iterator[dict]:
    """Yield the listing's rows of one file; ids are the split and a number that starts at `first`."""
    for number, label in enumerate(map(int, labels)):
        row = {"id": f"{split}-{first + number:05d}", "labels": [], "source_split": split}
        row["image_source"] = f"{file}#{number}"
        if 0 <= label < len(names):
            row["labels"] = [names[label]]
        else:
            row["source_problem"] = f"class {label} is none of the {len(names)}"
        yield row


def contents(paths: Collection[str], load: Load) -> Iterator[tuple[str, bytes | ImageError]]:
    """Yield each of `paths` (``file#row``) with its picture as PNG; every file is loaded once, and let go again."""
    wanted: dict[str, dict[int, str]] = {}
    for path in paths:
        file, _, number = path.rpartition("#")
        wanted.setdefault(file, {})[int(number)] = path
    for file, places in wanted.items():
        pictures = load(file)
        for number, path in places.items():
            if number < len(pictures):
                yield path, encode_png(pictures[number])
            else:
                yield path, ImageError(MISSING, f"{file} has {len(pictures)} pictures")
        del pictures


OUTSIDE = "outside-root"
Content = bytes | ImageError


def in_folder(root: str | Path, paths: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Yield each of `paths` below `root` with its bytes, or with why there are none; links may not lead out.

    Reasons: ``missing``, ``outside-root``. Raises `UserError` if there is no folder `root`.
    """
    root = Path(root)
    if not root.is_dir():
        raise UserError(f"source.root: there is no folder {root}; put the data there or change the path")
    for path in paths:
        yield path, content(path, root)


def in_folder_or_archive(root: str | Path, paths: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Yield the same; where the folder that `paths` begin with is not there, from the only archive below `root`.

    The files in the archive may lie in any folder: their names tell which is which. Raises `UserError` where there is
    neither folder nor archive, or several archives to choose from.
    """
    root = Path(root)
    folders = sorted({PurePosixPath(path).parts[0] for path in paths if path})
    if not root.is_dir() or all((root / folder).is_dir() for folder in folders):
        yield from in_folder(root, paths)
        return
    found = archives.found_in(root)
    if len(found) != 1:
        have = ", ".join(path.name for path in found) or "no archive either"
        raise UserError(
            f"{root / folders[0]}: folder is missing ({have}); unpack the pictures there, "
            "or put their archive, and no other, beside it"
        )
    wanted = {PurePosixPath(path).name: path for path in paths if path}
    for name, data in archives.members(found[0], lambda name: PurePosixPath(name).name in wanted):
        if path := wanted.pop(PurePosixPath(name).name, None):
            yield path, data


def content(path: str, root: Path) -> Content:
    """Return the bytes of the file `path` below `root`, or why there are none; links may not lead out of `root`."""
    if "\0" in path or Path(path).is_absolute() or ".." in Path(path).parts:
        return ImageError(OUTSIDE, f"{path!r} is not a path below the dataset's folder")
    try:
        file = (root / path).resolve()
        if not file.is_relative_to(root.resolve()):
            return ImageError(OUTSIDE, f"{path!r} is a link that leaves the dataset's folder")
        if not file.is_file():
            return ImageError(MISSING, f"{path!r} is no file")
        return file.read_bytes()
    except (OSError, RuntimeError) as error:  # no permission, a name too long, links in a circle
        return ImageError(MISSING, f"{path!r}: {type(error).__name__}")
