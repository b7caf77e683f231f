"""Find near duplicates: pairs of perceptual hashes within a Hamming distance, and groups of linked samples."""

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

BITS = 64
AGREEING = (
    2  # bands in which two close hashes must agree; more bands give fewer pairs to compare but more sorts
)


def bands(number: int) -> list[tuple[int, int]]:
    """Return (shift, width) in bits of `number` bands that cover a hash."""
    edges = np.linspace(0, BITS, number + 1).round().astype(int).tolist()
    return [(low, high - low) for low, high in pairwise(edges)]


def pairs(hashes: np.ndarray, distance: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (i, j, distance) of all pairs i < j of different `hashes` (n, uint64, no value twice) within `distance`.

    Sorted by i, then j; the three arrays are int64. Two close hashes differ in at most `distance` of
    ``distance + AGREEING`` bands, so only hashes that agree in `AGREEING` bands are compared.
    """
    found = [np.empty((0, 3), np.int64)]
    for chosen in combinations(bands(distance + AGREEING), AGREEING) if distance else ():
        keys = np.zeros(len(hashes), np.uint64)
        for shift, width in chosen:
            keys = (keys << np.uint64(width)) | ((hashes >> np.uint64(shift)) & np.uint64(2**width - 1))
        found += _close(hashes, keys, distance)
    whole = np.unique(np.concatenate(found), axis=0)
    return whole[:, 0], whole[:, 1], whole[:, 2]


def _close(hashes: np.ndarray, keys: np.ndarray, distance: int) -> Iterator[np.ndarray]:
    """Yield rows i, j, distance (m, 3) of the close pairs with equal keys: neighbours in their order, then others."""
    order = np.argsort(keys, kind="stable")
    hashes, keys = hashes[order], keys[order]
    first, step = np.arange(len(order)), 0
    while len(first):
        step += 1
        first = first[first < len(order) - step]
        first = first[keys[first] == keys[first + step]]
        apart = np.bitwise_count(hashes[first] ^ hashes[first + step])
        near = apart <= distance
        ends = np.sort(np.stack([order[first[near]], order[first[near] + step]], axis=1), axis=1)
        yield np.column_stack([ends, apart[near].astype(np.int64)])


def groups(samples: pl.DataFrame, distance: int = 0) -> pl.DataFrame:
    """Return the ``id`` of all samples, sorted, and their ``group``, named by its smallest id.

    Two samples are linked if they have the same value (not null) in a column other than ``id``, or if their perceptual
    hashes, in the column ``phash`` (UInt64), are within `distance` bits. Groups are connected components of the links.
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
