"""Guess the config of a user's table or folder, and count its rows, ids, labels and splits."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError
from humancentric.core.hashing import TEST, TRAIN, split_name
from humancentric.core.images import ImageError, picture
from humancentric.core.schemas import stored_column
from humancentric.sources import delimited, guessed_columns, listing_readers, table_formats
from humancentric.sources.guessed_columns import Roles
from humancentric.sources.kinds import picture_reader, picture_source
from humancentric.sources.kinds.folder import SPLITS
from humancentric.sources.kinds.table import table_format
from humancentric.sources.picture_files import inside
from humancentric.sources.source_kind import holds_pictures
from humancentric.study.study import MIN_SIDE, REGRESSION

ROWS = 20_000  # rows, spread over the table, that a guess is based on
TRIED = 200  # paths of pictures that are looked up in each candidate folder
OPENED = 20  # pictures whose size is read
PER_SHARD = 2_000
MOST_SHARDS = 64
MADE = {"test": 0.2, "validation": 0.1}

Row = dict[str, Any]


@dataclass(frozen=True)
class Counts:
    """Counts of a source's listing."""

    rows: int
    ids: int  # distinct ones
    problems: int  # unusable rows
    labels: Counter[str]
    most_labels: int  # of one row
    splits: Counter[str]
    pictures: list[str]


def dataset_row(data: str, images: str | None) -> tuple[Row, Counts, list[str]]:
    """Return the config row guessed for the table or folder `data`, its counts, and notes on the guess.

    `images` is the folder of the pictures that a table names, if the user gives it. Raises `UserError` if the data have
    neither labels nor ratings, have no ids, or cannot be read.
    """
    path = Path(data)
    if not path.exists():
        raise UserError(f"data={data}: no such file or folder; name a table or a folder of class folders")
    tables = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if path.is_dir() and not tables:
        source, views, rated, notes = _folder(path), {"standard": {"modality": "image"}}, False, list[str]()
    else:
        source, views, rated, notes = _table(data, tables[0], images)
    columns = {view: stored_column(row["column"]) for view, row in views.items() if "column" in row}
    counts = _counts(source, columns)
    if counts.problems == counts.rows:
        listing_readers.read(source, columns, None)  # raises, with the first problem
    several = counts.most_labels > 1
    row: Row = {
        "source": source,
        "task": REGRESSION if rated else "multi-label" if several else "single-label",
    }
    row |= {"human_centric": True, "views": views}
    names = {split_name(name): name for name in counts.splits}
    if {TRAIN, TEST} <= names.keys():
        row["splits"] = [name for plain, name in names.items() if plain not in (TRAIN, TEST)]
    else:
        source.pop("split", None)
        row["split"] = {**MADE, "kind": "iterative" if several else "stratified"}
    try:
        for _ in listing_readers.stream(source, columns, None if "split" in row else row["splits"]):
            pass
    except UserError as error:
        notes.append(f"the study will stop with: {error}")
    notes += _pictures(row, counts)
    row["shards"] = min(MOST_SHARDS, 1 + counts.rows // PER_SHARD)
    return {key: value for key, value in row.items() if value != []}, counts, notes


def _folder(path: Path) -> Row:
    inner = {entry.name for entry in os.scandir(path) if entry.is_dir()}
    if not inner:
        raise UserError(
            f"data={path}: has no folders; put the pictures of each class into a folder with its name"
        )
    return {"kind": "folder", "root": str(path), "layout": "split/class" if inner & SPLITS else "class"}


def _table(data: str, file: Path, images: str | None) -> tuple[Row, Row, bool, list[str]]:
    """Return the source and the views of a table, whether its labels are ratings, and notes on them."""
    detected = {} if file.suffix == ".parquet" else delimited.options_of(file)
    header, read = table_format(file)
    source: Row = {"kind": "table", "path": data, **detected}
    columns, embedded = header(file, source), None
    value = guessed_columns.without_header(columns) if file.suffix in (".csv", ".tsv") else None
    if value is not None:
        raise UserError(
            f"data={data}: the first line holds {value!r}; add a line with the names of the columns"
        )
    if file.suffix == ".parquet":
        with table_formats.open_parquet(file) as opened:
            types = {field.name: field.type for field in opened.schema_arrow}
        embedded = next((name for name in columns if holds_pictures(types[name])), None)
        columns = [
            name for name in columns if not (pa.types.is_struct(types[name]) or _is_bytes(types[name]))
        ]
    frame = _spread(read(file, columns, source={**source, "labels": None}))
    roles = guessed_columns.guess(frame, columns)
    if roles.labels is None and roles.ratings is None:
        raise UserError(
            f"data={data}: no column looks like labels (at least two classes that come again) or ratings; columns: "
            f"{', '.join(columns)}; rename the column of labels to 'label' or of numbers to 'rating', or write "
            "the dataset's row yourself (config/README.md)"
        )
    if embedded or Path(data).is_dir() or (roles.id is None and file.suffix == ".parquet"):
        source["kind"] = "parquet"
    elif roles.id is None:
        raise UserError(f"data={data}: no column tells the rows apart; add a column of ids, e.g. row numbers")
    notes = [f"text column {name!r} is left out; add a view for it to use it" for name in roles.left_out]
    source |= {"id": roles.id} if roles.id else {}
    views: Row = {}
    if embedded:
        source["image"] = embedded
    elif roles.image or roles.url or images:
        notes += _add_pictures(source, roles, frame, file, images)
    if "image" in source or "url" in source:
        views["standard"] = {"modality": "image"}
    source["labels"] = roles.labels or roles.ratings
    optional = {"separator": roles.separator, "split": roles.split}
    source |= {key: value for key, value in optional.items() if value}
    for name in roles.texts:
        views[_view_name(name, views)] = {"modality": "text", "column": name}
    if not views:
        raise UserError(
            f"data={data}: has neither pictures nor texts; add a column of paths, addresses or texts"
        )
    return source, views, roles.labels is None, notes


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _spread(frames: Iterator[pl.DataFrame]) -> pl.DataFrame:
    """Return at most twice `ROWS` rows, evenly spread over all frames."""
    kept, step = pl.DataFrame(), 1
    for frame in frames:
        kept = pl.concat([kept, frame.gather_every(step)], how="diagonal_relaxed")
        while len(kept) > 2 * ROWS:
            kept, step = kept.gather_every(2), 2 * step
    if not len(kept):
        raise UserError("data: the table holds no rows; put the data there")
    return kept


def _add_pictures(
    source: Row, roles: Roles, frame: pl.DataFrame, file: Path, images: str | None
) -> list[str]:
    """Add the picture column to a source, of paths (and the folder that has most of them) or URLs; return notes."""
    paths: list[str] = []
    if roles.image:
        column = frame[guessed_columns.cell(roles.image)].cast(pl.String).drop_nulls()
        paths = column.unique(maintain_order=True)[:TRIED].to_list()
    nearby = [file.parent, Path(), *sorted(path for path in file.parent.iterdir() if path.is_dir())]
    folders = [Path(images), Path(images).parent] if images else nearby
    found = {str(folder): sum(_exists(path, folder) for path in paths) for folder in folders}
    best = max(found, key=lambda folder: found[folder])
    if found[best]:
        source |= {"root": best, "image": roles.image}
        return []
    absolute = "; a path that starts with a slash is absolute" if paths and paths[0].startswith("/") else ""
    note = f"no picture is in {images or f'{file.parent} or the folders in it'}"
    note += f", e.g. {paths[0]!r}{absolute}" if paths else ""
    if images and not paths:
        names = [entry.name for entry in os.scandir(images)] if Path(images).is_dir() else []
        example = next((name for name in names if re.search(guessed_columns.PICTURE, name)), "1.jpg")
        note = f"no column of {file} names the files there; add a column with their names, e.g. {example!r}"
    if images:
        raise UserError(
            f"images={images}: {note}; correct the paths, or name the folder that they start from"
        )
    if roles.url:
        source["url"] = roles.url
        return ["pictures are addresses: they are downloaded when the study runs"]
    return [f"pictures are left out: {note}; add images=FOLDER, the folder that the paths start from"]


def _exists(path: str, root: Path) -> bool:
    file = inside(path, root)
    return isinstance(file, Path) and file.is_file()


def _view_name(column: str, taken: Mapping[str, Any]) -> str:
    """Return a column's name in lower-case letters, digits and hyphens, different from the views `taken`."""
    name = split_name(column) if not split_name(column).startswith("split-") else "text"
    name = name if name not in ("standard", "masked") else f"{name}-text"
    return next(n for n in (name, *(f"{name}-{k}" for k in range(2, 99))) if n not in taken)


def _counts(source: Row, columns: dict[str, str]) -> Counts:
    """Return the counts of a listing, which is read in batches."""
    rows = problems = most = 0
    ids, labels, splits, pictures = set(), Counter[str](), Counter[str](), []
    kind = listing_readers.kind_of(source)
    for batch in listing_readers.composed(kind.read(source, columns), str(source), {}):
        frame = pl.DataFrame(batch.select(["id", "labels", "image_source", "source_split", "source_problem"]))
        rows += len(frame)
        usable = frame.filter(pl.col("source_problem").is_null())
        problems += len(frame) - len(usable)
        ids.update(frame["id"].hash().to_list())
        labels.update(usable["labels"].explode().drop_nulls().to_list())
        most = max([most, *usable["labels"].list.len()])
        splits.update(usable["source_split"].drop_nulls().to_list())
        pictures += usable["image_source"].drop_nulls().to_list()
    return Counts(rows, len(ids), problems, labels, most, splits, pictures)


def _pictures(row: Row, counts: Counts) -> list[str]:
    """Return notes on missing and small pictures, and lower the row's `min_side` if some of the first are small."""
    if "standard" not in row["views"] or "url" in row["source"]:
        return []
    location = picture_source(row["source"])
    notes = []
    if row["source"]["kind"] == "table":
        missing = [path for path in counts.pictures if not _exists(path, Path(location["root"]))]
        shown = f", the first: {missing[0]!r}" if missing else ""
        notes = [f"{len(missing)} of {len(counts.pictures)} pictures are missing{shown}"]
    sides = []
    for _, content in islice(picture_reader(location)(counts.pictures[:OPENED]), OPENED):
        try:
            sides.append(min(picture(content)[1:]) if isinstance(content, bytes) else MIN_SIDE)
        except ImageError:
            continue
    if min(sides, default=MIN_SIDE) < MIN_SIDE:
        row["min_side"] = 1
        notes.append(f"pictures of fewer than {MIN_SIDE} pixels are kept (min_side: 1)")
    return notes
