"""Bootstrap of the mean scores on one test split, with the same resamples for every cell.

Scores are crossed: every test item is scored in every repetition (a head trained with another seed, or another draw of
few-shot prototypes). Clusters of items and repetitions are resampled independently, and their deviations are added, so
the variance of a mean is that of the mean over clusters plus that of the mean over repetitions. The interaction of
items and repetitions is part of both; the sum is therefore never too small (Owen 2007, the pigeonhole bootstrap, counts
it three times).

A cluster with the share h of all items deviates by sqrt((n - 1) / n) / (1 - h) times its bootstrap deviation, which
makes the variance that of the jackknife over n clusters (CV3 in MacKinnon, Nielsen and Webb 2023). With equal clusters
the factor is sqrt(n / (n - 1)), as it is for repetitions (Hesterberg 2015).

The best of several cells is selected on four fifths of the clusters and scored on the remaining fifth, in turn, in the
estimate and again in every resample. No item is used both to select and to score a cell.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from humancentric.core.hashing import generator
from humancentric.evaluation.estimates import Estimate

FOLDS = 5
BLOCK = 100  # resamples whose weights are in memory at the same time


@dataclass(frozen=True)
class CellSums:
    """Sums of the scores of one cell, over clusters or folds of clusters."""

    key: tuple  # identifies the repetitions: cells with equal keys have the same resamples of them
    clusters: np.ndarray  # (clusters,) mean over repetitions
    repetitions: np.ndarray  # (repetitions, folds)
    resampled: np.ndarray  # (resamples, folds)


class Population:
    """The items of one test split and the scores of all cells on them."""

    def __init__(
        self,
        name: str,
        scores: Mapping[tuple, np.ndarray],
        clusters: Sequence[str],
        *,
        resamples: int,
        seed: int = 0,
        shared: bool = False,
        span: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        """Resample scores (items, repetitions) of cells; `clusters` names the cluster of every item.

        Repetitions of different cells are independent unless they are `shared`, like draws of prototypes. Resamples
        depend on `name`, `seed`, the names of clusters and the key of a cell, but not on the order of items or on
        other cells. `span` is the lowest and the highest possible mean.
        """
        self.name, self.span = name, span
        names, cluster_of = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
        self.sizes = np.bincount(cluster_of, minlength=len(names)).astype(float)
        shares = self.sizes / self.sizes.sum()
        self.effective = float(1 / (shares @ shares))  # number of clusters of equal size (Kish 1965)
        count = len(names)
        self.stretch = np.sqrt((count - 1) / count) / (1 - shares) if count > 1 else np.ones(1)
        order = np.argsort([zlib.crc32(text.encode()) for text in names], kind="stable")
        self.folds = np.empty(count, int)
        self.folds[order] = np.arange(count) % FOLDS
        means = np.stack([values.mean(axis=1, dtype=float) for values in scores.values()], axis=1)
        sums = np.stack([np.bincount(cluster_of, column, count) for column in means.T], axis=1)
        weighted = self._resample(np.column_stack([self.sizes, sums]), resamples, seed)
        self.sizes_resampled = weighted[:, :, 0]
        self.fold_sizes = np.bincount(self.folds, self.sizes, FOLDS)
        self.cells: dict[tuple, CellSums] = {}
        for number, (cell, values) in enumerate(scores.items()):
            key = (name,) if shared else cell
            by_fold = np.stack([np.bincount(self.folds[cluster_of], column, FOLDS) for column in values.T])
            moved = _deviations(key, values.shape[1], resamples, seed) @ by_fold
            self.cells[cell] = CellSums(key, sums[:, number], by_fold, weighted[:, :, number + 1] + moved)

    def _resample(self, columns: np.ndarray, resamples: int, seed: int) -> np.ndarray:
        """Return the weighted sums of columns over the clusters of each fold (resamples, folds, columns)."""
        size = len(columns)
        rng = generator(seed, self.name)
        rows = [np.flatnonzero(self.folds == fold) for fold in range(FOLDS)]
        blocks = [columns[chosen].astype(np.float32) for chosen in rows]
        found = np.empty((resamples, FOLDS, columns.shape[1]), np.float32)
        for begin in range(0, resamples, BLOCK):
            end = min(begin + BLOCK, resamples)
            counts = np.stack(
                [np.bincount(rng.integers(size, size=size), minlength=size) for _ in range(begin, end)]
            )
            weights = (1 + self.stretch * (counts - 1)).astype(np.float32)
            for fold, chosen in enumerate(rows):
                found[begin:end, fold] = weights[:, chosen] @ blocks[fold]
        return found

    @property
    def items(self) -> int:
        """Return the number of items."""
        return int(self.sizes.sum())

    def mean(self, cell: tuple) -> Estimate:
        """Return the mean score of a cell."""
        return self._mixture([self.cells[cell]], np.zeros(FOLDS, int), None)

    def best(self, rivals: Sequence[tuple]) -> Estimate:
        """Return the mean score of the best of several cells, selected without the items that it is scored on."""
        cells = [self.cells[cell] for cell in rivals]
        means = np.stack([cell.repetitions.mean(axis=0) for cell in cells])
        selected = _best_on_other_folds(means, self.fold_sizes)
        resampled = np.stack([cell.resampled for cell in cells])
        return self._mixture(cells, selected, _best_on_other_folds(resampled, self.sizes_resampled))

    def _mixture(
        self, cells: Sequence[CellSums], selected: np.ndarray, resampled: np.ndarray | None
    ) -> Estimate:
        """Return the mean with each fold scored by its `selected` cell (folds), or in resamples by `resampled`."""
        sums = np.stack([cell.clusters for cell in cells])[selected[self.folds], np.arange(len(self.folds))]
        size = self.sizes.sum()
        value = float(sums.sum() / size)
        if resampled is None:
            totals = cells[0].resampled.sum(axis=1)
        else:
            stacked = np.stack([cell.resampled for cell in cells])
            totals = np.take_along_axis(stacked, resampled[None], axis=0)[0].sum(axis=1)
        # Linear in the weights: with stretched weights the number of items of a resample can come close to zero.
        draws = value + (totals - value * self.sizes_resampled.sum(axis=1)) / size
        repetitions: dict[tuple, np.ndarray] = {}
        for number, cell in enumerate(cells):
            own = cell.repetitions[:, selected == number].sum(axis=1)
            if len(own) > 1 and (selected == number).any():
                repetitions[cell.key] = repetitions.get(cell.key, 0) + (own - own.mean()) / size
        influence = {self.name: self.stretch * (sums - self.sizes * value) / size}
        return Estimate(value, draws, influence, repetitions, {self.name: self.effective}, self.span)

    def paired(self, difference: Estimate) -> np.ndarray:
        """Split a difference between means of this population into contributions of its clusters (clusters,)."""
        return difference.items[self.name] / self.stretch + self.sizes / self.sizes.sum() * difference.value


def _best_on_other_folds(sums: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return, for each fold (last axis), the cell (first axis) with the highest mean over all other folds."""
    others = sizes.sum(axis=-1, keepdims=True) - sizes
    return np.argmax((sums.sum(axis=-1, keepdims=True) - sums) / np.maximum(others, 1e-9), axis=0)


def _deviations(key: tuple, count: int, resamples: int, seed: int) -> np.ndarray:
    """Return the deviation of the weight of every repetition from 1 / count in every resample (resamples, count)."""
    if count < 2:
        return np.zeros((resamples, count))
    rng = generator(seed, "\n".join(map(str, key)))
    shares = rng.multinomial(count, np.full(count, 1 / count), size=resamples) / count
    return np.sqrt(count / (count - 1)) * (shares - 1 / count)
