"""A population of test items, drawn again and again, alike for every cell that was scored on it.

Items are drawn with replacement, whole clusters where items belong together, and inside every draw each cell's seeds
(the same heads draw the same seeds wherever they are scored). Deviations from the mean are stretched by
sqrt(n / (n - 1)), as a bootstrap of n units is too narrow by that factor (Hesterberg 2015).

What is best among several cells is chosen on four fifths of the clusters and scored on the other fifth, in turn, once
for the estimate and again inside every draw: no item has a say in the choice that it is scored with.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from humancentric.core.hashing import generator
from humancentric.evaluation.estimates import Estimate

FOLDS = 5
BLOCK = 100  # draws whose weights are in memory at one time


@dataclass(frozen=True)
class Drawn:
    """What one cell scores: sums over clusters and folds, as they are and in every draw."""

    heads: tuple
    clusters: np.ndarray  # (clusters,) sum of the scores of a cluster, mean over seeds
    seeds: np.ndarray  # (seeds, folds) sums
    draws: np.ndarray  # (resamples, folds) sums


class Population:
    """The items of one test split with all cells that were scored on them."""

    def __init__(
        self,
        name: str,
        scores: Mapping[tuple, np.ndarray],
        clusters: Sequence[str],
        *,
        resamples: int,
        seed: int = 0,
    ) -> None:
        """Draw from scores (items, seeds) by heads; `clusters` names the cluster of every item.

        The order of the items has no part in any draw, nor has which other cells there are.
        """
        self.name = name
        names, places = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
        self.sizes = np.bincount(places, minlength=len(names)).astype(float)
        order = np.argsort([zlib.crc32(text.encode()) for text in names], kind="stable")
        self.folds = np.empty(len(names), int)
        self.folds[order] = np.arange(len(names)) % FOLDS
        ends = np.cumsum([0, *(values.shape[1] for values in scores.values())])
        columns = np.concatenate(list(scores.values()), axis=1)
        sums = np.stack([np.bincount(places, column, len(names)) for column in columns.T], axis=1)
        weights = self._draw(np.column_stack([self.sizes, sums]), resamples, seed)
        self.counts = weights[:, :, 0]
        self.totals = np.bincount(self.folds, self.sizes, FOLDS)
        self.cells: dict[tuple, Drawn] = {}
        for heads, begin, end in zip(scores, ends[:-1], ends[1:], strict=True):
            own = sums[:, begin:end]
            folds = np.stack([np.bincount(self.folds, column, FOLDS) for column in own.T])
            shares = _seed_shares(heads, end - begin, resamples, seed)
            drawn = np.einsum("dfs,ds->df", weights[:, :, 1 + begin : 1 + end], shares)
            self.cells[heads] = Drawn(heads, own.mean(axis=1), folds, drawn)

    def _draw(self, columns: np.ndarray, resamples: int, seed: int) -> np.ndarray:
        """Return the sum of every column over the clusters of each fold in every draw (resamples, folds, columns)."""
        size = len(columns)
        rng = generator(seed, self.name)
        stretch = np.sqrt(size / (size - 1)) if size > 1 else 1.0
        rows = [np.flatnonzero(self.folds == fold) for fold in range(FOLDS)]
        blocks = [columns[chosen].astype(np.float32) for chosen in rows]
        found = np.empty((resamples, FOLDS, columns.shape[1]), np.float32)
        for begin in range(0, resamples, BLOCK):
            end = min(begin + BLOCK, resamples)
            counts = np.stack(
                [np.bincount(rng.integers(size, size=size), minlength=size) for _ in range(begin, end)]
            )
            counts = (1 + stretch * (counts - 1)).astype(np.float32)
            for fold, chosen in enumerate(rows):
                found[begin:end, fold] = counts[:, chosen] @ blocks[fold]
        return found

    @property
    def items(self) -> int:
        """Return the number of items."""
        return int(self.sizes.sum())

    def mean(self, heads: tuple) -> Estimate:
        """Return the mean score of a cell."""
        return self._mixture([self.cells[heads]], np.zeros(FOLDS, int), None)

    def best(self, rivals: Sequence[tuple]) -> Estimate:
        """Return the mean score of the best of several cells, chosen without the items that it is scored on."""
        cells = [self.cells[heads] for heads in rivals]
        points = np.stack([cell.seeds.mean(axis=0) for cell in cells])
        chosen = _best_elsewhere(points, self.totals)
        drawn = _best_elsewhere(np.stack([cell.draws for cell in cells]), self.counts)
        return self._mixture(cells, chosen, drawn)

    def _mixture(self, cells: Sequence[Drawn], chosen: np.ndarray, drawn: np.ndarray | None) -> Estimate:
        """Return the mean where each fold is scored by the cell `chosen` for it, in the draws by those of `drawn`."""
        sums = np.stack([cell.clusters for cell in cells])[chosen[self.folds], np.arange(len(self.folds))]
        total, size = sums.sum(), self.sizes.sum()
        value = float(total / size)
        if drawn is None:
            draws = cells[0].draws.sum(axis=1)
        else:
            stacked = np.stack([cell.draws for cell in cells])
            draws = np.take_along_axis(stacked, drawn[None], axis=0)[0].sum(axis=1)
        seeds = {}
        for place, cell in enumerate(cells):
            own = cell.seeds[:, chosen == place].sum(axis=1)
            if len(own) > 1 and (chosen == place).any():
                seeds[cell.heads] = (own - own.mean()) / size
        influence = {self.name: (sums - self.sizes * value) / size}
        return Estimate(value, draws / self.counts.sum(axis=1), influence, seeds)

    def paired(self, difference: Estimate) -> np.ndarray:
        """Return the part of every cluster in a difference of this population's means (clusters,); it sums to it."""
        return difference.items[self.name] + self.sizes / self.sizes.sum() * difference.value


def _best_elsewhere(sums: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return which cell (first axis) has the highest mean over all folds (last axis) but each one."""
    others = sizes.sum(axis=-1, keepdims=True) - sizes
    return np.argmax((sums.sum(axis=-1, keepdims=True) - sums) / np.maximum(others, 1e-9), axis=0)


def _seed_shares(heads: tuple, seeds: int, resamples: int, seed: int) -> np.ndarray:
    """Return the weight of every seed in every draw (resamples, seeds), the same for the same heads."""
    if seeds < 2:
        return np.ones((resamples, seeds))
    rng = generator(seed, "\n".join(map(str, heads)))
    drawn = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples) / seeds
    return 1 / seeds + np.sqrt(seeds / (seeds - 1)) * (drawn - 1 / seeds)
