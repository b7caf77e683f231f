"""What is wrong with a user's data as a whole: mistakes that would make every number of a study meaningless."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from humancentric.core.errors import UserError, nearest
from humancentric.core.shards import TEST, TRAIN, check_names

MOST = 0.5  # the share of rows whose ids may be wrong before the column of ids is


class DatasetChecks:
    """Counts of a listing that passes by in batches, and the checks once it has passed."""

    def __init__(self, source: dict, place: str) -> None:
        """Count nothing yet; `place` is what the errors begin with."""
        self.source, self.place = source, place
        self.rows = self.unusable = self.addresses = 0
        self.first_problem = ""
        self.splits: Counter[str] = Counter()
        self.labelled: Counter[str] = Counter()
        self.labels: Counter[tuple[str, str]] = Counter()
        self._hashes: list[np.ndarray] = []  # of ids: eight bytes a row

    def add(self, batch: pl.DataFrame) -> None:
        """Count the rows of a batch."""
        usable = batch.filter(pl.col("source_problem").is_null())
        self.rows += len(batch)
        self.unusable += len(batch) - len(usable)
        if not self.first_problem and len(usable) < len(batch):
            self.first_problem = batch["source_problem"].drop_nulls()[0]
        self._hashes.append(batch["id"].hash().to_numpy())
        pictures = batch["image_source"].str.contains("^(?i)https?://")
        self.addresses += int(pictures.sum() or 0)
        rows = usable.select(pl.col("source_split").fill_null(TRAIN).alias("split"), "labels")
        self.splits.update(dict(rows["split"].value_counts().iter_rows()))
        with_labels = rows.filter(pl.col("labels").list.len() > 0)
        self.labelled.update(dict(with_labels["split"].value_counts().iter_rows()))
        pairs = with_labels.explode("labels").group_by("split", "labels").len()
        self.labels.update({(split, label): count for split, label, count in pairs.iter_rows()})

    def check(self, declared: Sequence[str] | None) -> None:
        """Raise `UserError` at the first mistake; `declared` are the further splits, None where splits are made."""
        if not self.rows:
            raise UserError(f"{self.place}: holds no rows; put the data there or mend the source")
        if self.unusable == self.rows:
            raise UserError(
                f"{self.place}: none of {self.rows} rows can be used, the first: {self.first_problem}"
            )
        if not self.labels:
            raise UserError(f"{self.place}: no row has a label; check source.labels")
        self._check_ids()
        if self.addresses and "url" not in self.source:
            raise UserError(
                f"{self.place}: {self.addresses} of {self.rows} pictures are addresses; "
                "name their column in source.url, not source.image"
            )
        if declared is not None:
            check_names(self.splits, declared, self.place)
            self._check_test()

    def _check_ids(self) -> None:
        distinct = len(np.unique(np.concatenate(self._hashes)))
        if distinct < MOST * self.rows:
            raise UserError(
                f"{self.place}: {self.rows} rows have only {distinct} different ids; name a column in source.id "
                "that is different in every row"
            )

    def _check_test(self) -> None:
        if self.splits[TEST] and not self.labelled[TEST]:
            raise UserError(
                f"{self.place}: none of {self.splits[TEST]} rows of split test has a label; give them labels, "
                "or make a test split of the others with `split: {test: share}`"
            )
        known = {label for split, label in self.labels if split == TRAIN}
        alone = sorted(label for split, label in self.labels if split == TEST and label not in known)
        if known and alone and not self.source.get("unseen_classes", False):
            count = self.labels[TEST, alone[0]]
            raise UserError(
                f"{self.place}: class {alone[0]!r} ({count} rows) is in split test only{nearest(alone[0], known)}; "
                "mend the labels, or set source.unseen_classes to true"
            )


def checked(
    batches: Iterable[pa.Table], source: dict, place: str, declared: Sequence[str] | None
) -> Iterator[pa.Table]:
    """Yield `batches` as they come; raise `UserError` behind the last one if they are no usable data as a whole."""
    tally = DatasetChecks(source, place)
    for batch in batches:
        tally.add(pl.from_arrow(batch))
        yield batch
    tally.check(declared)
