"""Find pairs of perceptual hashes within a Hamming distance, and groups of the samples that they link."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

BITS = 64
BLOCK = 1024  # hashes on either side of one comparison, which bounds the memory


def bands(distance: int) -> list[tuple[int, int]]:
    """Return (shift, width) in bits of the ``distance + 1`` bands that cover a hash."""
    edges = np.linspace(0, BITS, distance + 2).round().astype(int).tolist()
    return [(low, high - low) for low, high in pairwise(edges)]


def pairs(hashes: np.ndarray, distance: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (i, j, distance) of all pairs i < j of different `hashes` (n, uint64, no value twice) within `distance`.

    Sorted by i, then j; the three arrays are int64.
    """
    found = [np.empty((0, 3), np.int64)]
    if distance:
        for shift, width in bands(distance):
            keys = (hashes >> np.uint64(shift)) & np.uint64(2**width - 1)
            order = np.argsort(keys, kind="stable")
            found += [_within(hashes, run, distance) for run in _runs(keys, order)]
    whole = np.unique(np.concatenate(found), axis=0)
    return whole[:, 0], whole[:, 1], whole[:, 2]


def _runs(keys: np.ndarray, order: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the positions of every group of at least two equal keys; `order` sorts the keys."""
    starts = np.flatnonzero(np.diff(keys[order], prepend=keys[order][:1] - np.uint64(1)))
    for run in np.split(order, starts[1:]) if len(starts) else []:
        if len(run) > 1:
            yield run


def _within(hashes: np.ndarray, run: np.ndarray, distance: int) -> np.ndarray:
    """Return (m, 3) rows i, j, distance of the close pairs among the positions `run`."""
    found = []
    for begin in range(0, len(run), BLOCK):
        left = run[begin : begin + BLOCK]
        for other in range(begin, len(run), BLOCK):
            right = run[other : other + BLOCK]
            apart = np.bitwise_count(hashes[left][:, None] ^ hashes[right][None, :])
            a, b = np.nonzero(apart <= distance)
            rows = np.stack([left[a], right[b], apart[a, b].astype(np.int64)], axis=1)
            rows[:, :2].sort(axis=1)
            found.append(rows[rows[:, 0] != rows[:, 1]])
    return np.concatenate(found)


def groups(samples: pl.DataFrame, distance: int = 0) -> pl.DataFrame:
    """Return the ``id`` of all samples, sorted, and their ``group``: the smallest id of it, whatever their order.

    Two samples are linked if a column other than ``id`` has the same value, not null, or if their perceptual hashes, in
    the column ``phash`` (UInt64), are within `distance` bits. A group is a connected component of the links.
    """
    names = samples["id"].unique().sort()
    numbers = samples.select(number=pl.col("id").rank("dense").cast(pl.Int64) - 1)
    links = [np.empty((0, 2), np.int64)]
    for column in samples.drop("id"):
        known = numbers.with_columns(column.alias("value")).drop_nulls("value")
        links.append(known.select("number", pl.col("number").first().over("value").alias("first")).to_numpy())
        if column.name == "phash":
            values, first = np.unique(known["value"].to_numpy(), return_index=True)
            left, right, _ = pairs(values, distance)
            heads = known["number"].to_numpy()[first]
            links.append(np.stack([heads[left], heads[right]], axis=1))
    rows, columns = np.concatenate(links).T
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(names), len(names)))
    _, component = connected_components(graph, directed=False)
    smallest = np.unique(component, return_index=True)[1]  # names are sorted
    return pl.DataFrame({"id": names, "group": names.gather(smallest[component])})
