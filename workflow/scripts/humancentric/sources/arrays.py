"""Sets whose pictures are rows of arrays: a picture is named ``file#row`` and becomes a lossless PNG."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import numpy as np

from humancentric.images import MISSING, ImageError, encode_png

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
