"""Ridge regression between two sets of embeddings, from each to the other, for several penalties at once.

Vectors have length one and are centred by their training means. scikit-learn's `Ridge` would recompute the products
of all training samples for every penalty and direction. For 20,000 samples of 1,024 numbers, 7 penalties and both
directions it takes 37 CPU seconds, this class 6.2 (`bench/retrieval.py`), with the same maps.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from humancentric.embedding.feature_vectors import l2_normalize

# relative to the mean variance of the numbers of a source vector
PENALTIES = (1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1000.0)
BLOCK = 8192  # samples in memory as float64 at once


class LinearMap:
    """Ridge regressions between two sets of embeddings of the same training samples, in both directions."""

    def __init__(self, sides: Sequence[np.ndarray]) -> None:
        """Compute means and covariances of two `sides`, vectors (n, width) each, n at least 1."""
        number = len(sides[0])
        self._means = [
            sum((l2_normalize(block).sum(axis=0, dtype=float) for block in _blocks(side)), 0.0) / number
            for side in sides
        ]
        squares = [np.zeros((side.shape[1], side.shape[1])) for side in sides]
        products = np.zeros((sides[0].shape[1], sides[1].shape[1]))
        for blocks in zip(*map(_blocks, sides), strict=True):
            left, right = (self.centred(side, block) for side, block in enumerate(blocks))
            squares[0] += left.T @ left / number
            squares[1] += right.T @ right / number
            products += left.T @ right / number
        self._products = (products, products.T)
        self._eigen = [np.linalg.eigh(square) for square in squares]

    def centred(self, side: int, vectors: np.ndarray) -> np.ndarray:
        """Return vectors (n, width) of a side at length one, minus its training mean (float64)."""
        return l2_normalize(vectors) - self._means[side]

    def mapped(self, side: int, vectors: np.ndarray, penalty: float) -> np.ndarray:
        """Map vectors (n, width) of a side into the centred space of the other side (n, its width; float64)."""
        values, directions = self._eigen[side]
        shrunk = np.maximum(values, 0) + max(penalty * values.mean(), np.finfo(float).tiny)
        solution = directions @ ((directions.T @ self._products[side]) / shrunk[:, None])
        return self.centred(side, vectors) @ solution


def _blocks(vectors: np.ndarray) -> Iterator[np.ndarray]:
    return (vectors[begin : begin + BLOCK] for begin in range(0, len(vectors), BLOCK))
