"""Read Book Covers, Task 1 of the uchidalab book-dataset: published listings and label files (PROTOCOL 4.2)."""

import csv
import io
import json
import logging
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

import pyarrow as pa

from humancentric.core import archives
from humancentric.core.errors import UserError
from humancentric.sources.picture_files import Content, in_folder, stays_below
from humancentric.sources.source_kind import Source, SourceKind, listing_table

log = logging.getLogger("humancentric")

CLASSES = Path(__file__).parents[5] / "resources" / "book_covers_classes.json"
FILES = (
    "book30-listing-train.csv",
    "book30-listing-test.csv",
    "bookcover30-labels-train.txt",
    "bookcover30-labels-test.txt",
)
IMAGES = "images"
COLUMNS = 7  # ASIN, filename, image URL, title, author, category id, category
REMEDY = "fetch the file again: Task 1 of the book-dataset of uchidalab"


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
    """Return ``{file name: published class id}`` of a label file. Raises `UserError` for a malformed line."""
    labels = {}
    for number, line in enumerate(read_lines(path), start=1):
        name, _, label = line.rpartition(" ")
        if not name or not label.isdecimal():
            raise UserError(f"{path}: line {number} is {line[:40]!r}, no file name and class; {REMEDY}")
        labels[name.strip()] = int(label)
    return labels


def read_lines(path: Path) -> list[str]:
    """Return the lines of a published file that are not blank; damaged bytes become U+FFFD."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    return [line for line in (line.rstrip("\r") for line in text.split("\n")) if line.strip()]


def _fields(record: str) -> list[str]:
    return next(csv.reader(io.StringIO(record, newline="")))


def records(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, fields) of the records in `lines`.

    A quoted field may hold a line break. After a lost quotation mark, the next whole record begins a new one.
    """
    first, begun = 1, ""
    for number, line in enumerate(lines, start=1):
        whole = line.count('"') % 2 == 0
        if begun and whole and len(_fields(line)) == COLUMNS:
            yield first, _fields(begun)
            begun = ""
        first, begun = (first, f"{begun}\n{line}") if begun else (number, line)
        if begun.count('"') % 2 == 0:
            yield first, _fields(begun)
            begun = ""
    if begun:
        yield first, _fields(begun)


def listed(path: Path) -> Iterator[dict[str, str]]:
    """Yield {filename, url, title, author} of every record of a listing, or {line, problem} of one with other columns.

    The ASIN is not used, because it lost its leading zeros. Raises `UserError` if the first record is malformed.
    """
    for number, row in records(read_lines(path)):
        if len(row) == COLUMNS and row[1].strip():
            title, author = (" ".join(field.split()) for field in row[3:5])
            yield {"filename": row[1].strip(), "url": row[2].strip(), "title": title, "author": author}
        elif number == 1:
            raise UserError(f"{path}: line 1 has {len(row)} columns instead of {COLUMNS}; {REMEDY}")
        else:
            yield {"line": str(number), "problem": f"{len(row)} columns instead of {COLUMNS}"}


def read(source: Source, columns: dict[str, str]) -> pa.Table:
    """Return the listing: one row per line of the two published listings, with ``title`` and ``source_author``.

    Pictures are files below ``images/``, or with ``images: urls`` the URLs in the published listings. An unusable book
    has no picture, so that none is downloaded or masked.
    """
    root, urls = Path(source["root"]), source.get("images") == "urls"
    names = class_names(source["classes"])
    train_listing, test_listing, train_labels, test_labels = (root / name for name in FILES)

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
                if reason := problem(labels, name):
                    yield row | {"source_problem": reason}
                    continue
                picture = book["url"] if urls else f"{IMAGES}/{name}"
                yield row | {"labels": [names[labels[name]]], "image_source": picture}
            if unlisted := labels.keys() - seen:
                log.warning("%s: %d books are not listed, e.g. %s", split, len(unlisted), min(unlisted))

    return listing_table(rows(), [*columns.values(), "title", "source_author"])


def picture_urls(source: Source) -> dict[str, str]:
    """Return ``{path: URL}`` of the listed covers; empty if the study reads URLs, or if there is an archive."""
    root = Path(source["root"])
    if source.get("images") == "urls" or archives.found_in(root):
        return {}
    books = (book for name in FILES[:2] for book in listed(root / name) if "url" in book)
    return {f"{IMAGES}/{book['filename']}": book["url"] for book in books if stays_below(book["filename"])}


def pictures(root: str | Path, paths: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Yield the pictures at `paths` from their folder or, if it is missing, from the only archive below `root`.

    The files in the archive may be in any folder: only their names count. Raises `UserError` if there is neither
    folder nor archive, or more than one archive.
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


SOURCE = SourceKind(
    read=read,
    published=lambda source: list(FILES),
    pictures=pictures,
    picture_urls=picture_urls,
    download="download Task 1 of the book-dataset of uchidalab; put listings, label files and images there",
)
