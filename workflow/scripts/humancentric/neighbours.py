"""Nearest neighbours: found in float32, decided in float64, the first of equal ones.

A product of two matrices in float32 is fast and good to some seven digits. Points that come out as near as the nearest
within its rounding are compared again, pair by pair in float64, so that the answer depends neither on how many rows
are multiplied at once nor on the library that does it.
"""

from collections.abc import Callable, Sequence

import numpy as np

from humancentric.vectors import normalised

BLOCK = 4096  # rows of queries, or pairs, compared at once: bounds the memory
SLACK = 8 * np.finfo(np.float32).eps  # times the root of the width: rounding of a sum of that many products

# features, their centre -> float32 rows; queries, points, prepared -> nearness and its rounding; pairs -> nearness
Prepare = Callable[[np.ndarray, np.ndarray], np.ndarray]
Approximate = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Exact = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _of_length_one(features: np.ndarray, centre: np.ndarray) -> np.ndarray:
    return normalised(features)


def _cosines(queries: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return queries @ points.T, np.full(len(queries), SLACK * queries.shape[1] ** 0.5, np.float32)


def _exact_cosines(queries: np.ndarray, points: np.ndarray) -> np.ndarray:
    lengths = np.sqrt(np.einsum("nd,nd->n", points, points))
    return np.einsum("nd,nd->n", queries, points) / np.where(lengths > 0, lengths, 1)


def _centred(features: np.ndarray, centre: np.ndarray) -> np.ndarray:
    blocks = [features[i : i + BLOCK] - centre for i in range(0, len(features), BLOCK)]
    return np.concatenate(
        [np.empty((0, features.shape[1]), np.float32), *(b.astype(np.float32) for b in blocks)]
    )


def _closeness(queries: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    squares = np.einsum("nd,nd->n", points, points)
    largest = float(squares.max())
    lengths = np.sqrt(np.einsum("nd,nd->n", queries, queries))
    rounding = SLACK * queries.shape[1] ** 0.5 * (lengths * largest**0.5 + largest)
    return queries @ points.T - squares / 2, rounding.astype(np.float32)


def _exact_closeness(queries: np.ndarray, points: np.ndarray) -> np.ndarray:
    apart = queries - points
    return -np.einsum("nd,nd->n", apart, apart)


KINDS: dict[str, tuple[Prepare, Approximate, Exact]] = {
    "cosine": (_of_length_one, _cosines, _exact_cosines),
    "euclidean": (_centred, _closeness, _exact_closeness),
}


class Space:
    """Features of all queries and of all samples that may become points, prepared once for many sets of points."""

    def __init__(self, queries: np.ndarray, samples: np.ndarray, distance: str) -> None:
        """Prepare queries (n, d) and samples (m, d) for a distance of `KINDS`."""
        prepare, self._approximate, self._exact = KINDS[distance]
        centre = samples.mean(axis=0, dtype=np.float64) if len(samples) else np.zeros(samples.shape[1])
        self._raw, self._ready = (queries, samples), (prepare(queries, centre), prepare(samples, centre))

    def nearest(self, sets: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return for each set of samples (rows, ascending, not empty) the row (n) nearest to each query.

        Sets that share rows cost little more than their union.
        """
        rows = np.unique(np.concatenate(sets))
        columns = [np.searchsorted(rows, chosen) for chosen in sets]
        points, found = self._ready[1][rows], [np.empty(len(self._raw[0]), np.int64) for _ in sets]
        for begin in range(0, len(self._raw[0]), BLOCK):
            block = slice(begin, begin + BLOCK)
            nearness, rounding = self._approximate(self._ready[0][block], points)
            for answer, chosen in zip(found, columns, strict=True):
                own = nearness if len(chosen) == len(rows) else nearness[:, chosen]
                answer[block] = rows[chosen[self._decide(own, rounding, begin, rows[chosen])]]
        return found

    def _decide(self, nearness: np.ndarray, rounding: np.ndarray, begin: int, rows: np.ndarray) -> np.ndarray:
        """Return the column of the nearest point (n), the first of those that are equally near in float64."""
        best = nearness.argmax(axis=1)
        close = nearness >= (nearness[np.arange(len(best)), best] - rounding)[:, None]
        doubtful = np.flatnonzero(close.sum(axis=1) > 1)
        if not len(doubtful):
            return best
        which, column = np.nonzero(close[doubtful])
        queries, samples = self._raw
        exact = np.empty(len(which))
        for i in range(0, len(which), BLOCK):
            part = slice(i, i + BLOCK)
            left = queries[begin + doubtful[which[part]]].astype(np.float64)
            exact[part] = self._exact(left, samples[rows[column[part]]].astype(np.float64))
        starts = np.searchsorted(which, np.arange(len(doubtful)))
        top = np.flatnonzero(exact == np.maximum.reduceat(exact, starts)[which])
        first = np.unique(which[top], return_index=True)[1]
        best[doubtful] = column[top[first]]
        return best
