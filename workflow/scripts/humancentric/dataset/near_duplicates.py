"""Find pairs of perceptual hashes within a Hamming distance, and groups of the samples that they link."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
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


def groups(
    ids: Sequence[str],
    keys: Iterable[Sequence[str | None]],
    phashes: Mapping[str, int] | None = None,
    distance: int = 0,
) -> dict[str, str]:
    """Return ``{id: smallest id of its group}``, which does not depend on the order of `ids`.

    Two samples are linked if one of the `keys` (each one value a sample; None: no value) is the same, or if their
    perceptual hashes are within `distance` bits. A group is a connected component of the links.
    """
    names = sorted(set(ids))
    index = {name: number for number, name in enumerate(names)}
    links: list[tuple[int, int]] = []
    for column in keys:
        links += _equal([index[name] for name in ids], column)
    known = {name: value for name, value in (phashes or {}).items() if name in index}
    values, first = np.unique(np.array(list(known.values()), np.uint64), return_index=True)
    owners = [index[name] for name in known]
    links += _equal(owners, list(known.values()))
    left, right, _ = pairs(values, distance)
    heads = np.array(owners, np.int64)[first]
    links += zip(heads[left].tolist(), heads[right].tolist(), strict=True)
    rows, columns = np.array(links, np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(names), len(names)))
    _, component = connected_components(graph, directed=False)
    smallest: dict[int, str] = {}
    for name, number in zip(names, component.tolist(), strict=True):
        smallest.setdefault(number, name)
    return {name: smallest[number] for name, number in zip(names, component.tolist(), strict=True)}


def _equal(samples: Sequence[int], values: Sequence[object | None]) -> list[tuple[int, int]]:
    """Return a link from every sample to the first one with the same value."""
    first: dict[object, int] = {}
    return [
        (first.setdefault(value, sample), sample)
        for sample, value in zip(samples, values, strict=True)
        if value is not None
    ]
