"""All pairs of 64-bit hashes within a Hamming distance, without comparing every hash to every other.

Two hashes that differ in at most d bits agree on at least one of d + 1 bands of bits, so only hashes that share a band
are compared (multi-index hashing, Norouzi et al. 2012).
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

BITS = 64
BLOCK = 1024  # hashes on either side of one comparison: bounds the memory, whatever the bands look like


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
