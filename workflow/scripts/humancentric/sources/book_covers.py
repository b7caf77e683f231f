"""Book Covers, Task 1 of the uchidalab book-dataset: listings and label files as published (PROTOCOL section 4.2)."""

import csv
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.sources.layouts import BOOK_COVERS
from humancentric.sources.rows import listing_table

CLASSES = Path(__file__).parents[4] / "resources" / "book_covers_classes.json"
log = logging.getLogger("humancentric")

COLUMNS = 7  # ASIN, filename, image URL, title, author, category id, category
AGAIN = "fetch the file again: Task 1 of the book-dataset of uchidalab"


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


def labels_of(path: Path) -> dict[str, int]:
    """Return ``{file name: published class id}`` of a label file. Raises `UserError` where a line is no such pair."""
    labels = {}
    for number, line in enumerate(read_lines(path), start=1):
        name, _, label = line.rpartition(" ")
        if not name or not label.isdecimal():
            raise UserError(f"{path}: line {number} is {line[:40]!r}, no file name and class; {AGAIN}")
        labels[name.strip()] = int(label)
    return labels


def read_lines(path: Path) -> list[str]:
    """Return the lines of a published file that are not blank; damaged bytes become U+FFFD."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    return [line for line in (line.rstrip("\r") for line in text.split("\n")) if line.strip()]


def _cells(record: str) -> list[str]:
    return next(csv.reader(io.StringIO(record, newline="")))


def records(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, cells) of the records in `lines`.

    A quoted cell may hold a line break; a lost quotation mark ends where the next line is a record by itself.
    """
    first, begun = 1, ""
    for number, line in enumerate(lines, start=1):
        whole = line.count('"') % 2 == 0
        if begun and whole and len(_cells(line)) == COLUMNS:
            yield first, _cells(begun)
            begun = ""
        first, begun = (first, f"{begun}\n{line}") if begun else (number, line)
        if begun.count('"') % 2 == 0:
            yield first, _cells(begun)
            begun = ""
    if begun:
        yield first, _cells(begun)


def listed(path: Path) -> Iterator[dict[str, str]]:
    """Yield {filename, url, title, author} of every record of a listing, or {line, problem} of one with other columns.

    The ASIN is not used: it lost its leading zeros. Raises `UserError` where already the first record is no record.
    """
    for number, row in records(read_lines(path)):
        if len(row) == COLUMNS and row[1].strip():
            title, author = (" ".join(cell.split()) for cell in row[3:5])
            yield {"filename": row[1].strip(), "url": row[2].strip(), "title": title, "author": author}
        elif number == 1:
            raise UserError(f"{path}: line 1 has {len(row)} columns instead of {COLUMNS}; {AGAIN}")
        else:
            yield {"line": str(number), "problem": f"{len(row)} columns instead of {COLUMNS}"}


def read(source: dict, columns: dict[str, str]) -> pa.Table:
    """Return the listing: one row a line of the two published listings, with ``title`` and ``source_author``.

    Pictures are files below ``images/``, or with ``images: urls`` the addresses that the listing gives; a book that
    cannot be used has none, so that nobody fetches or masks it.
    """
    root, urls = Path(source["root"]), source.get("images") == "urls"
    names = class_names(source["classes"])
    train_listing, test_listing, train_labels, test_labels = (root / name for name in BOOK_COVERS)

    def problem(labels: dict[str, int], filename: str) -> str | None:
        if filename not in labels:
            return "not in the label file"
        if labels[filename] not in names:
            return f"class {labels[filename]} is unknown"
        if names[labels[filename]] is None:
            return f"class {labels[filename]} is not in the {source['classes']}-class version"
        return None

    def rows() -> Iterator[dict]:
        for split, listing, labels in (
            ("train", train_listing, labels_of(train_labels)),
            ("test", test_listing, labels_of(test_labels)),
        ):
            seen = set()
            for book in listed(listing):
                row = {"labels": [], "source_split": split}
                if "problem" in book:
                    yield row | {"id": f"{split}-line-{book['line']}", "source_problem": book["problem"]}
                    continue
                seen.add(name := book["filename"])
                row |= {"id": Path(name).stem, "title": book["title"], "source_author": book["author"]}
                if why := problem(labels, name):
                    yield row | {"source_problem": why}
                    continue
                picture = book["url"] if urls else f"images/{name}"
                yield row | {"labels": [names[labels[name]]], "image_source": picture}
            if unlisted := labels.keys() - seen:
                log.warning("%s: %d books are not listed, e.g. %s", split, len(unlisted), min(unlisted))

    return listing_table(rows(), [*columns.values(), "title", "source_author"])
