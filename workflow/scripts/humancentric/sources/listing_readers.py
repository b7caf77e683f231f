"""Read the listing of a source, and check its published files or, for a user's own data, the listing as a whole."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.core.files import file_digest
from humancentric.core.hashing import TEST, TRAIN, check_names, split_name, split_names
from humancentric.sources.kinds import kind_of
from humancentric.sources.source_kind import with_facts

log = logging.getLogger("humancentric")

MIN_DISTINCT_IDS = 0.5  # the share of rows below which the column of ids itself must be wrong


def stream(source: dict, columns: dict[str, str], splits: Sequence[str] | None = ()) -> Iterator[pa.Table]:
    """Yield the listing of a source in batches: LISTING's columns plus the text columns in ``columns.values()``.

    Unusable rows stay in the listing, with the reason in ``source_problem``. `splits` are the further splits that the
    data may name, None if the names of splits do not matter. The files of a published source are in the table's
    metadata under ``files``, with size and checksums. Raises `UserError` if a file of the source is missing, has
    another layout or differs from what was published, or if the listing as a whole is unusable.
    """
    kind = kind_of(source)
    name = display_name(source)
    if kind.published is None:
        names: dict[str, str] = {}
        batches = composed(kind.read(source, columns), name, names)
        yield from checked(batches, source, name, splits, names)
        return
    files = published_files(source)
    yield from composed([with_facts(kind.read(source, columns), files=files)], name, {})


def composed(batches: Iterable[pa.Table], name: str, splits: dict[str, str]) -> Iterator[pa.Table]:
    """Yield `batches` with ids, labels and splits in Unicode's composed form (NFC), and splits as `split_name`.

    The splits are added to `splits` (name in the data: `split_name`). Raises `UserError`, which begins with `name`, if
    two of them collide.
    """
    for batch in batches:
        frame = pl.DataFrame(batch.select(["id", "labels", "source_split"]))
        frame = frame.with_columns(
            pl.col("id", "source_split").str.normalize("NFC"),
            pl.col("labels").list.eval(pl.element().str.normalize("NFC").unique(maintain_order=True)),
        )
        found = frame["source_split"].drop_nulls().unique(maintain_order=True)
        splits |= split_names([*splits, *found], name)
        frame = frame.with_columns(pl.col("source_split").replace(splits))
        for column in frame.columns:
            position = batch.schema.get_field_index(column)
            values = frame[column].to_arrow().cast(batch.schema.field(position).type)
            batch = batch.set_column(position, batch.schema.field(position), values)
        yield batch


def read(source: dict, columns: dict[str, str], splits: Sequence[str] | None = ()) -> pa.Table:
    """Return the listing of a source as one table; see `stream`."""
    return pa.concat_tables(stream(source, columns, splits))


def display_name(source: dict) -> str:
    """Return the name of a source in error messages: its file, folder or name."""
    path = source.get("path", source.get("root", source.get("name", "source")))
    return ", ".join(path.values()) if isinstance(path, dict) else path


def how_to_get(source: dict) -> str:
    """Return instructions for obtaining the files of a published source by hand."""
    return (
        kind_of(source).download
        or f"download it from {source.get('download', 'its publisher')} and put it there"
    )


def published_files(source: dict) -> dict[str, dict[str, Any]]:
    """Return ``{name: {bytes, sha256, published}}`` of the files of a published source.

    ``published`` is the checksum in the row's ``checksums`` (``{name: "md5:..." or "sha256:..."}``), null if the row
    has none. Raises `UserError` if a file is missing or its checksum differs.
    """
    kind, facts = kind_of(source), {}
    names = kind.published(source) if kind.published else []
    hint = how_to_get(source)
    for name in names:
        path = Path(source["root"]) / name
        if not path.is_file():
            raise UserError(f"{path}: file is missing; {hint} (or run `snakemake fetch_data`)")
        published = source.get("checksums", {}).get(name)
        if published:
            algorithm, _, expected = published.partition(":")
            if (found := file_digest(path, algorithm)) != expected:
                raise UserError(
                    f"{path}: {algorithm} is {found}, expected {expected}; fetch it again, "
                    "or take its line out of source.checksums"
                )
        sha256 = file_digest(path, "sha256")
        facts[name] = {"bytes": path.stat().st_size, "sha256": sha256, "published": published}
        log.info("%s: %s", name, "as published" if published else f"sha256 {sha256}")
    return facts


def checked(
    batches: Iterable[pa.Table],
    source: dict,
    name: str,
    declared: Sequence[str] | None,
    names: dict[str, str],
) -> Iterator[pa.Table]:
    """Yield `batches` unchanged, then raise `UserError` if they are unusable as a whole; see `DatasetChecks`.

    `names` are the splits in the data: ``{their name there: split_name}``.
    """
    checks = DatasetChecks(source, name)
    for batch in batches:
        checks.add(pl.DataFrame(batch))
        yield batch
    checks.check(declared, names)


class DatasetChecks:
    """Count rows, ids, splits and labels of a listing, to find mistakes that would make every result meaningless."""

    def __init__(self, source: dict, name: str) -> None:
        """Start with no rows; errors begin with `name`."""
        self.source, self.name = source, name
        self.rows = self.unusable = self.urls = 0
        self.first_problem = ""
        self.splits: Counter[str] = Counter()
        self.labels: Counter[tuple[str, str]] = Counter()
        self._id_hashes: list[np.ndarray] = []  # eight bytes per row

    def add(self, batch: pl.DataFrame) -> None:
        """Count the rows of a batch."""
        usable = batch.filter(pl.col("source_problem").is_null())
        self.rows += len(batch)
        self.unusable += len(batch) - len(usable)
        if not self.first_problem and len(usable) < len(batch):
            self.first_problem = batch["source_problem"].drop_nulls()[0]
        self._id_hashes.append(batch["id"].hash().to_numpy())
        self.urls += int(batch["image_source"].str.contains("^(?i)https?://").sum() or 0)
        rows = usable.select(pl.col("source_split").fill_null(TRAIN).alias("split"), "labels")
        self.splits.update(dict(rows["split"].value_counts().iter_rows()))
        pairs = (
            rows.filter(pl.col("labels").list.len() > 0).explode("labels").group_by("split", "labels").len()
        )
        self.labels.update({(split, label): count for split, label, count in pairs.iter_rows()})

    def check(self, declared: Sequence[str] | None, names: dict[str, str]) -> None:
        """Raise `UserError` for the first mistake; `declared` are the further splits, None if the row makes its own."""
        if not self.rows:
            raise UserError(f"{self.name}: holds no rows; put the data there or correct the source")
        if self.unusable == self.rows:
            raise UserError(
                f"{self.name}: none of {self.rows} rows can be used, the first: {self.first_problem}"
            )
        if not self.labels:
            raise UserError(f"{self.name}: no row has a label; check source.labels")
        distinct = len(np.unique(np.concatenate(self._id_hashes)))
        merges = self.source.get("repeated") == "merge-labels"
        if distinct < MIN_DISTINCT_IDS * self.rows and not merges:
            raise UserError(
                f"{self.name}: {self.rows} rows have only {distinct} different ids; name a column in source.id "
                "that is different in every row"
            )
        if self.urls and "url" not in self.source:
            raise UserError(
                f"{self.name}: {self.urls} of {self.rows} pictures are addresses; "
                "name their column in source.url, not source.image"
            )
        if declared is not None:
            in_data = {plain: name for name, plain in names.items()}
            counts = {in_data.get(split, split): count for split, count in self.splits.items()}
            check_names(counts, declared, self.name)
            self._check_declared(declared, counts)
            self._check_test()

    def _check_declared(self, declared: Sequence[str], counts: dict[str, int]) -> None:
        empty = next((name for name in declared if not self.splits[split_name(name)]), None)
        if empty is not None:
            shown = ", ".join(map(repr, sorted(counts)[:2]))
            raise UserError(
                f"{self.name}: no row is of split {empty!r}, which the dataset's row names in `splits`; the data have "
                f"{shown}{' and others' if len(counts) > 2 else ''}; correct the data or take {empty!r} out"
            )

    def _check_test(self) -> None:
        names = {part: {label for split, label in self.labels if split == part} for part in (TRAIN, TEST)}
        if self.splits[TEST] and not names[TEST]:
            raise UserError(
                f"{self.name}: none of {self.splits[TEST]} rows of split test has a label; give them labels, "
                "or make a test split of the others with `split: {test: share}`"
            )
        unseen = sorted(names[TEST] - names[TRAIN])
        if names[TRAIN] and unseen and not self.source.get("unseen_classes", False):
            count = self.labels[TEST, unseen[0]]
            raise UserError(
                f"{self.name}: class {unseen[0]!r} ({count} rows) is in split test only"
                f"{nearest(unseen[0], names[TRAIN])}; correct the labels, or set source.unseen_classes to true"
            )
