"""Contact sheets of an audit: pictures drawn by lot, and those on which most characters survive."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from humancentric.audit.drawing import rank
from humancentric.contact_sheets import Example
from humancentric.images import decode

GROUPS = 2  # samples side by side: letters of a poster's title can be read at that size
WORDS = 8  # surviving words that are told


def by_lot(masks: pa.Table, number: int, seed: int) -> list[str]:
    """Return the ids of `number` seeded pictures."""
    return sorted(masks["id"].to_pylist(), key=lambda sample: rank(sample, seed))[:number]


def worst(survival: pa.Table, number: int) -> list[str]:
    """Return the ids of up to `number` pictures on which characters survive, those with most of them first."""
    rows = zip(survival["id"].to_pylist(), survival["surviving"].to_pylist(), strict=True)
    found = sorted((-count, sample) for sample, count in rows if count)
    return [sample for _, sample in found[:number]]


def examples(
    before: pa.Table, after: pa.Table, masks: pa.Table, survival: pa.Table, wanted: Sequence[str]
) -> list[Example]:
    """Return the `wanted` pictures with frames around the words that survive; tables IMAGES, MASKS and SURVIVAL."""
    first, second, boxes, left = (
        {row["id"]: row for row in table.to_pylist() if row["id"] in wanted}
        for table in (before, after, masks, survival)
    )
    return [
        Example(
            decode(first[sample]["image"]),
            decode(second[sample]["image"]),
            boxes[sample],
            _surviving(left.get(sample)),
            _note(left.get(sample)),
        )
        for sample in wanted
    ]


def _surviving(row: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return [region for region in row["regions"] if region["left"]] if row else []


def _note(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not read"
    words = [region["left"] for region in _surviving(row)]
    told = f": {' '.join(words[:WORDS])}{' ...' if len(words) > WORDS else ''}" if words else ""
    return f"{row['surviving']} of {row['readable']} readable characters survive{told}"
