"""Book Covers, Task 1 of the uchidalab book-dataset: listings and label files as published (PROTOCOL section 4.2)."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from humancentric.errors import UserError
from humancentric.sources.layouts import BOOK_COVERS
from humancentric.sources.rows import listing_table

CLASSES = Path(__file__).parents[4] / "resources" / "book_covers_classes.json"
COLUMNS = 7  # ASIN, filename, image URL, title, author, category id, category
HINT = "download Task 1 of the book-dataset of uchidalab and put its listings, label files and images/ there"


def class_names(classes: int) -> dict[int, str | None]:
    """Return ``{published id: class name}`` for the 30 published classes or the 28 of Lucieri et al. 2020.

    In the 28-class version "Reference" is removed (None) and "Christian Books & Bibles" is part of "Religion &
    Spirituality".
    """
    facts = json.loads(CLASSES.read_text(encoding="utf-8"))
    if classes == len(facts["classes"]):
        return dict(enumerate(facts["classes"]))
    names = (None if name in facts["removed"] else name for name in facts["classes"])
    return dict(enumerate(facts["merged"].get(name, name) for name in names))


def read_text(path: Path) -> str:
    """Return a published text file; its few damaged bytes become U+FFFD. Raises `UserError` if it is missing."""
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; {HINT}") from error


def labels_of(path: Path) -> dict[str, int]:
    """Return ``{file name: published class id}`` of a label file."""
    lines = (line.rsplit(maxsplit=1) for line in read_text(path).splitlines() if line.strip())
    return {name: int(number) for name, number in lines}


def listed(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (file name, title, author) of a listing. The ASIN column is not used: it lost its leading zeros."""
    for number, row in enumerate(csv.reader(io.StringIO(read_text(path), newline="")), start=1):
        if len(row) != COLUMNS:
            raise UserError(f"{path}: line {number} has {len(row)} columns instead of {COLUMNS}; {HINT}")
        yield row[1], " ".join(row[3].split()), row[4].strip()


def read(source: dict, columns: dict[str, str]) -> pa.Table:
    """Return the listing: one row a line of the two published listings, with ``title`` and ``source_author``."""
    root = Path(source["root"])
    names = class_names(source["classes"])
    train_listing, test_listing, train_labels, test_labels = (root / name for name in BOOK_COVERS)

    def rows() -> Iterator[dict]:
        for split, listing, labels in (
            ("train", train_listing, labels_of(train_labels)),
            ("test", test_listing, labels_of(test_labels)),
        ):
            for filename, title, author in listed(listing):
                row = {"id": Path(filename).stem, "labels": [], "title": title, "source_author": author}
                row |= {"image_source": f"images/{filename}", "source_split": split}
                if filename not in labels:
                    row["source_problem"] = "not in the label file"
                elif names.get(labels[filename]) is None:
                    row["source_problem"] = (
                        f"class {labels[filename]} is not in the {source['classes']}-class version"
                    )
                else:
                    row["labels"] = [names[labels[filename]]]
                yield row

    return listing_table(rows(), [*columns.values(), "title", "source_author"])
