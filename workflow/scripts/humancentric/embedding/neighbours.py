"""Find exact nearest neighbours: search in float32, resolve ties in float64, then by the lowest row.

A matrix product in float32 is fast and exact to about seven digits. Points that are as near as the nearest one within
rounding are compared again in float64, pair by pair. The result therefore depends neither on the number of rows in a
product nor on the library that computes it. For 8,192 queries of 1,024 numbers and 20 sets of 300 samples it takes
1.1 CPU seconds, `sklearn.metrics.pairwise_distances_argmin` in float64 3.4 (euclidean) to 5.5 (cosine).
"""

from collections.abc import Callable, Sequence

import numpy as np

from humancentric.embedding.feature_vectors import l2_normalize

BLOCK = 4096  # queries or pairs compared at once; limits the memory
SLACK = 8 * np.finfo(np.float32).eps  # times the root of the width: rounding error of a dot product

# (features, centre) -> features for the matrix product
Prepare = Callable[[np.ndarray, np.ndarray], np.ndarray]
# (prepared queries, prepared points) -> nearness (n, m) and its rounding error (n)
Approximate = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
# n queries and n points in float64 -> the nearness of each pair (n)
Exact = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _lengths(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(np.einsum("nd,nd->n", vectors, vectors))


def _unchanged(features: np.ndarray, centre: np.ndarray) -> np.ndarray:
    return features


def _cosines(queries: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return cosines times the queries' lengths, which do not change the order of neighbours."""
    return queries @ l2_normalize(points).T, SLACK * queries.shape[1] ** 0.5 * _lengths(queries)


def _exact_cosines(queries: np.ndarray, points: np.ndarray) -> np.ndarray:
    lengths = _lengths(points)
    return np.einsum("nd,nd->n", queries, points) / np.where(lengths > 0, lengths, 1)


def _centred(features: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Subtract the centre, since far from the origin the squares in float32 lose the differences."""
    moved = np.empty(features.shape, np.float32)
    for begin in range(0, len(features), BLOCK):
        moved[begin : begin + BLOCK] = features[begin : begin + BLOCK] - centre
    return moved


def _closeness(queries: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lengths = _lengths(points)
    longest = lengths.max()
    rounding = SLACK * queries.shape[1] ** 0.5 * longest * (_lengths(queries) + longest)
    return queries @ points.T - lengths**2 / 2, rounding


def _exact_closeness(queries: np.ndarray, points: np.ndarray) -> np.ndarray:
    apart = queries - points
    return -np.einsum("nd,nd->n", apart, apart)


KINDS: dict[str, tuple[Prepare, Approximate, Exact]] = {
    "cosine": (_unchanged, _cosines, _exact_cosines),
    "euclidean": (_centred, _closeness, _exact_closeness),
}


class Space:
    """Nearest-neighbour search of the same queries in many subsets of the same samples."""

    def __init__(self, queries: np.ndarray, samples: np.ndarray, distance: str) -> None:
        """Prepare queries (n, d) for a distance of `KINDS`; samples (m, d) are prepared when they are searched."""
        self._prepare, self._approximate, self._exact = KINDS[distance]
        self._centre = queries.mean(axis=0, dtype=np.float64) if len(queries) else np.zeros(queries.shape[1])
        self._queries, self._samples = queries, samples
        self._prepared = self._prepare(queries, self._centre)

    def nearest(self, sets: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the row nearest to each query (n) for each set of samples (ascending rows, not empty).

        Sets that share rows take little more time than their union.
        """
        rows = np.unique(np.concatenate(sets))
        columns = [np.searchsorted(rows, chosen) for chosen in sets]
        points = self._prepare(self._samples[rows], self._centre)
        found = [np.empty(len(self._queries), np.int64) for _ in sets]
        for begin in range(0, len(self._queries), BLOCK):
            block = slice(begin, begin + BLOCK)
            nearness, rounding = self._approximate(self._prepared[block], points)
            for answer, chosen in zip(found, columns, strict=True):
                own = nearness if len(chosen) == len(rows) else nearness[:, chosen]
                answer[block] = rows[chosen[self._decide(own, rounding, begin, rows[chosen])]]
        return found

    def _decide(self, nearness: np.ndarray, rounding: np.ndarray, begin: int, rows: np.ndarray) -> np.ndarray:
        """Return the column of the nearest point (n), the first one in case of a tie in float64."""
        best = nearness.argmax(axis=1)
        close = nearness >= (nearness[np.arange(len(best)), best] - rounding)[:, None]
        doubtful = np.flatnonzero(close.sum(axis=1) > 1)
        if not len(doubtful):
            return best
        which, column = np.nonzero(close[doubtful])
        exact = np.empty(len(which))
        for i in range(0, len(which), BLOCK):
            part = slice(i, i + BLOCK)
            left = self._queries[begin + doubtful[which[part]]].astype(np.float64)
            exact[part] = self._exact(left, self._samples[rows[column[part]]].astype(np.float64))
        starts = np.searchsorted(which, np.arange(len(doubtful)))
        top = np.flatnonzero(exact == np.maximum.reduceat(exact, starts)[which])
        first = np.unique(which[top], return_index=True)[1]
        best[doubtful] = column[top[first]]
        return best
