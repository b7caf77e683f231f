"""Collect the facts of a dataset as one JSON value, for its card, Croissant and the report.

Counts exact duplicates, fingerprints every stored image without decoding pixels, and lists ids without content.
"""

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
from humancentric.core.schemas import IDS, IMAGES
from humancentric.dataset.cards.field_reference import Facts


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


def identities(samples: pa.Table, pictures: Mapping[str, str]) -> pa.Table:
    """Return id, split and sha256 of the picture (null where there is none) of all samples."""
    hashes = [pictures.get(sample) for sample in samples["id"].to_pylist()]
    columns = {"id": samples["id"], "split": samples["split"], "sha256": pa.array(hashes, pa.string())}
    return pa.table(columns, schema=IDS.empty().schema)


def digest(ids: Iterable[str]) -> str:
    """Return the sha256 of the sorted ids, each followed by a line feed: equal where two labs have the same samples."""
    return hashlib.sha256("".join(f"{sample}\n" for sample in sorted(ids)).encode()).hexdigest()


@dataclass
class Pictures:
    """The pictures of a dataset: sha256 by sample id, how many have which (width, height), bytes in all."""

    sha256: dict[str, str] = field(default_factory=dict)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    bytes: int = 0


def survey(shards: Iterable[str | Path]) -> Pictures:
    """Return what the image files at `shards` hold; memory stays that of some hundred pictures."""
    found = Pictures()
    for path in shards:
        for batch in tables.batches(path, IMAGES):
            for sample, data, width, height in zip(*(column.to_pylist() for column in batch), strict=True):
                found.sha256[sample] = hashlib.sha256(data).hexdigest()
                found.sizes[width, height] += 1
                found.bytes += len(data)
    return found


SHOWN_SIZES = 5
FETCHED = "source_fetched_at"
TOLD = ("released", "fetched")  # among the counts, but told as ranges of dates


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

    `about` is what its row says of it (with ``dataset`` and ``texts``, its text columns by view), `counts` what was
    counted when it was listed, `reference` the paper's numbers.
    """
    frame = pl.from_arrow(samples)
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
        "rejects": _rejects(pl.from_arrow(rejects)),
        "labels": _by_split(frame.explode("labels").rename({"labels": "key"}), splits),
        "labels_per_sample": _mean(sizes),
        "texts": {view: _text(frame[column], known) for view, column in about["texts"].items()},
        "years": _by_split(frame.with_columns(key=pl.col("release_date").dt.year()), splits, ordered=True),
        "released": _ends(frame["release_date"].dt.strftime("%Y-%m-%d")),
        "fetched": _ends(pl.from_arrow(listing)[FETCHED]) if FETCHED in listing.column_names else None,
        "counts": flat({name: value for name, value in counts.items() if name not in TOLD}),
        "pictures": _pictures(pictures, frame["id"].to_list(), known),
        "ids_sha256": digest(frame["id"].to_list()),
        "paper": paper_figures(reference, about["dataset"]),
    }


def paper_figures(reference: Mapping[str, Any], dataset: str) -> dict[str, Any]:
    """Return the paper's figures of a dataset (of a control or a subset: its number of films); empty if none."""
    sizes = reference.get("sizes", {}).get(dataset, {})
    control = reference.get("controls", {}).get(dataset, {})
    subset = reference.get("subset", {})
    if dataset == subset.get("dataset"):
        return {"offered": subset["films"], "samples": subset["found_in_plotster"]}
    return dict(sizes) or ({"samples": control["films"]} if "films" in control else {})


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
    mean = values.mean()
    return None if mean is None else round(float(mean), 4)


def _by_split(frame: pl.DataFrame, splits: list[str], ordered: bool = False) -> dict[str, dict[str, int]]:
    """Return ``{key: {split: samples}}`` by the column ``key``: by its value, or the most frequent first."""
    counts = frame.drop_nulls("key").group_by("key", "split").len().rows()
    found: dict[str, dict[str, int]] = {}
    for key, split, number in counts:
        found.setdefault(str(key), dict.fromkeys(splits, 0))[split] = number
    if ordered:
        return dict(sorted(found.items(), key=lambda item: int(item[0])))
    return dict(sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0])))


def _text(texts: pl.Series, splits: list[str]) -> dict[str, Any]:
    """Return the lengths of a text column in characters, and its exact repetitions."""
    lengths = texts.str.len_chars()
    ends = {"shortest": lengths.min(), "longest": lengths.max()} if len(lengths) else {}
    return {"characters": _mean(lengths), **ends, **repetitions(texts.to_list(), splits)}


def _ends(values: pl.Series) -> dict[str, str] | None:
    known = values.drop_nulls()
    return {"first": known.min(), "last": known.max()} if len(known) else None


def _rejects(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.group_by("stage", "reason").len("samples").sort("stage", "reason").to_dicts()


def _pictures(pictures: Pictures, ids: list[str], splits: list[str]) -> dict[str, Any] | None:
    """Return sizes, bytes and exact repetitions of the pictures; None for a dataset without."""
    if not pictures.sizes:
        return None
    sides = {}
    for place, name in enumerate(("width", "height")):
        values = sorted(size[place] for size in pictures.sizes.elements())
        sides[name] = {"least": values[0], "median": median_low(values), "most": values[-1]}
    common = sorted(pictures.sizes.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_SIZES]
    return {
        "number": pictures.sizes.total(),
        "bytes": pictures.bytes,
        **sides,
        "sizes": [{"width": size[0], "height": size[1], "number": number} for size, number in common],
        **repetitions([pictures.sha256.get(sample) for sample in ids], splits),
    }
