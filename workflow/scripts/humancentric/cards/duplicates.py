"""Exact repetitions inside a dataset, counted."""

from collections import Counter
from collections.abc import Sequence

from humancentric.shards import TRAIN


def repetitions(values: Sequence[str | None], splits: Sequence[str]) -> dict[str, int]:
    """Return how many samples share their value with another one, and how many outside training do with one inside.

    Keys: ``distinct`` (values), ``repeated`` (samples), ``across`` (samples outside the training split). Samples
    without a value count nowhere.
    """
    counts = Counter(value for value in values if value is not None)
    trained = {value for value, split in zip(values, splits, strict=True) if split == TRAIN}
    outside = (value for value, split in zip(values, splits, strict=True) if split != TRAIN)
    return {
        "distinct": len(counts),
        "repeated": sum(count for count in counts.values() if count > 1),
        "across": sum(value is not None and value in trained for value in outside),
    }
