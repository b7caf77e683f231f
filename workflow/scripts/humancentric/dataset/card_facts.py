"""Collect the facts of a dataset as one JSON value, for its card, Croissant and the report."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median_low
from typing import Any

import polars as pl
import pyarrow as pa

from humancentric.core import tables
from humancentric.core.hashing import TEST, TRAIN
from humancentric.core.schemas import IMAGES
from humancentric.dataset.card_text import Facts
from humancentric.dataset.labels import REGRESSION, with_bins
from humancentric.dataset.shareable_ids import ids_digest


@dataclass
class Pictures:
    """The pictures of a dataset: sha256 by sample id, counts of (width, height), and bytes in total."""

    sha256: dict[str, str] = field(default_factory=dict)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    bytes: int = 0


def survey(shards: Iterable[str | Path]) -> Pictures:
    """Return checksums, sizes and bytes of the pictures in the image files at `shards`, in bounded memory."""
    found = Pictures()
    for path in shards:
        for batch in tables.batches(path, IMAGES):
            for sample, data, width, height in zip(*(column.to_pylist() for column in batch), strict=True):
                found.sha256[sample] = hashlib.sha256(data).hexdigest()
                found.sizes[width, height] += 1
                found.bytes += len(data)
    return found


def repetitions(values: Sequence[str | None], splits: Sequence[str]) -> dict[str, int]:
    """Count the samples that share their value with another sample, or with a training sample.

    Keys: ``distinct`` (values), ``repeated`` (samples), ``across`` (samples outside the training split that share their
    value with a training sample). Samples without a value are not counted.
    """
    counts = Counter(value for value in values if value is not None)
    trained = {value for value, split in zip(values, splits, strict=True) if split == TRAIN}
    outside = (value for value, split in zip(values, splits, strict=True) if split != TRAIN)
    return {
        "distinct": len(counts),
        "repeated": sum(count for count in counts.values() if count > 1),
        "across": sum(value is not None and value in trained for value in outside),
    }


SHOWN_SIZES = 5
FETCHED = "source_fetched_at"
DATES = ("released", "fetched")  # in the metadata of a listing, in addition to its counts


def facts(
    about: Mapping[str, Any],
    listing: pa.Table,
    counts: Mapping[str, Any],
    samples: pa.Table,
    rejects: pa.Table,
    pictures: Pictures,
    reference: Mapping[str, Any],
) -> Facts:
    """Return the facts of a dataset.

    `about` are the facts in its row (with ``dataset`` and ``texts``, its text columns by view), `counts` those of its
    listing, `reference` the paper's numbers.
    """
    frame = pl.DataFrame(samples)
    rated = about["task"] == REGRESSION
    if rated:
        frame = with_bins(frame)
    order = {TRAIN: 0, TEST: 1}
    splits = sorted(frame["split"].unique().to_list(), key=lambda name: (order.get(name, 2), name))
    sizes = frame["labels"].list.len()
    known = frame["split"].to_list()
    return {
        **{key: value for key, value in about.items() if key != "texts"},
        "samples": frame.height,
        "splits": {name: int((frame["split"] == name).sum()) for name in splits},
        "offered": listing.num_rows,
        "rejected": rejects.num_rows,
        "rejects": _rejects(pl.DataFrame(rejects)),
        "labels": _by_split(
            frame.explode("labels").rename({"labels": "key"}), splits, "" if rated else "count"
        ),
        "labels_per_sample": _mean(sizes),
        "texts": {view: _text(frame[column], known) for view, column in about["texts"].items()},
        "years": _by_split(frame.with_columns(key=pl.col("release_date").dt.year()), splits, "value"),
        "released": _ends(frame["release_date"].dt.strftime("%Y-%m-%d")),
        "fetched": _ends(pl.DataFrame(listing)[FETCHED]) if FETCHED in listing.column_names else None,
        "counts": flat({name: value for name, value in counts.items() if name not in DATES}),
        "pictures": _pictures(pictures, frame["id"].to_list(), known),
        "ids_sha256": ids_digest(frame["id"].to_list()),
        "paper": paper_figures(reference, about["dataset"]),
    }


def paper_figures(reference: Mapping[str, Any], dataset: str) -> dict[str, Any]:
    """Return the numbers that the paper gives for a dataset (for a control or subset, its films); empty if none."""
    subset, control = reference.get("subset", {}), reference.get("controls", {}).get(dataset, {})
    if dataset == subset.get("dataset"):
        return {"offered": subset["films"], "samples": subset["found_in_plotster"]}
    if "films" in control:
        return {"samples": control["films"]}
    return dict(reference.get("sizes", {}).get(dataset, {}))


def flat(counts: Mapping[str, Any], before: str = "") -> dict[str, int | str]:
    """Return nested counts in one level, e.g. ``{"ties 0.5": 11}``."""
    found: dict[str, int | str] = {}
    for name, value in counts.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{name} ")
        elif value not in (None, [], ""):
            found[f"{before}{name}"] = ", ".join(map(str, value)) if isinstance(value, list) else value
    return found


def _mean(values: pl.Series) -> float | None:
    mean: Any = values.mean()
    return None if mean is None else round(float(mean), 4)


def _by_split(frame: pl.DataFrame, splits: list[str], order: str) -> dict[str, dict[str, int]]:
    """Return ``{key: {split: samples}}`` by the column ``key``.

    Keys are sorted by their integer value (`order` "value"), by frequency ("count"), or else as in the frame.
    """
    counts = frame.drop_nulls("key").group_by("key", "split", maintain_order=not order).len().rows()
    found: dict[str, dict[str, int]] = {}
    for key, split, number in counts:
        found.setdefault(str(key), dict.fromkeys(splits, 0))[split] = number
    if not order:
        return found
    if order == "value":
        return dict(sorted(found.items(), key=lambda item: int(item[0])))
    return dict(sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0])))


def _text(texts: pl.Series, splits: list[str]) -> dict[str, Any]:
    """Return the lengths of a text column in characters, and its exact repetitions."""
    lengths = texts.str.len_chars()
    ends = {"shortest": lengths.min(), "longest": lengths.max()} if len(lengths) else {}
    return {"characters": _mean(lengths), **ends, **repetitions(texts.to_list(), splits)}


def _ends(values: pl.Series) -> dict[str, Any] | None:
    known = values.drop_nulls()
    return {"first": known.min(), "last": known.max()} if len(known) else None


def _rejects(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.group_by("stage", "reason").len("samples").sort("stage", "reason").to_dicts()


def _pictures(pictures: Pictures, ids: list[str], splits: list[str]) -> dict[str, Any] | None:
    """Return sizes, bytes and exact repetitions of the pictures; None for a dataset without pictures."""
    if not pictures.sizes:
        return None
    sides = {}
    for side, name in enumerate(("width", "height")):
        values = sorted(size[side] for size in pictures.sizes.elements())
        sides[name] = {"least": values[0], "median": median_low(values), "most": values[-1]}
    common = sorted(pictures.sizes.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_SIZES]
    return {
        "number": pictures.sizes.total(),
        "bytes": pictures.bytes,
        **sides,
        "sizes": [{"width": size[0], "height": size[1], "number": number} for size, number in common],
        **repetitions([pictures.sha256.get(sample) for sample in ids], splits),
    }
