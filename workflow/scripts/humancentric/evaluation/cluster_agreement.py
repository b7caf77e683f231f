"""Agreement of clusters with classes: adjusted mutual information, adjusted Rand index, V-measure and purity.

The first three are functions of the contingency table. Their jackknife over samples has one value per cell of the
table, because samples of the same class and cluster have the same influence. The values of the samples have the metric
as their mean, so the bootstrap of `humancentric.evaluation.bootstrap` resamples them as it does scores. Which sample is
in which cluster is fixed.
"""

from collections.abc import Sequence

import numpy as np

METRICS = ("ami", "ari", "v_measure", "purity")


def agreement(truth: np.ndarray, assigned: np.ndarray) -> dict[str, float]:
    """Return all metrics but purity of class indices (n) and cluster indices (n), as scikit-learn has them."""
    from sklearn import metrics  # a plan imports this package, and scikit-learn takes two seconds

    return {
        "ami": float(metrics.adjusted_mutual_info_score(truth, assigned)),
        "ari": float(metrics.adjusted_rand_score(truth, assigned)),
        "v_measure": float(metrics.v_measure_score(truth, assigned)),
    }


def majority(indicators: np.ndarray, assigned: np.ndarray) -> np.ndarray:
    """Return which samples (n; 0 or 1) carry the label that most samples of their cluster carry.

    `indicators` (n, n_classes) are 0 or 1, with one or more labels a sample. The mean is the purity (Manning, Raghavan
    and Schütze 2008), for several labels over all of them. Of equally frequent labels the first is taken.
    """
    counts = np.zeros((assigned.max() + 1, indicators.shape[1]), np.int64)
    np.add.at(counts, assigned, indicators)
    return indicators[np.arange(len(assigned)), counts.argmax(axis=1)[assigned]].astype(float)


def of_tables(tables: np.ndarray, expected: float) -> dict[str, np.ndarray]:
    """Return the metrics (k) of contingency tables (k, classes, clusters), given the expected mutual information.

    scikit-learn's functions take the labels of all samples, 4 ms for 10,000 samples against 0.02 ms for a table of
    18 x 18 here; the jackknife needs up to one table per sample.
    """
    size = tables.sum(axis=(1, 2))
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)

    def entropy(counts: np.ndarray) -> np.ndarray:
        shares = counts.reshape(len(counts), -1) / size[:, None]
        return -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=1)

    def pairs(counts: np.ndarray) -> np.ndarray:
        return (counts * (counts - 1) / 2).reshape(len(counts), -1).sum(axis=1)

    of_rows, of_columns = entropy(rows), entropy(columns)
    mutual, mean = of_rows + of_columns - entropy(tables), (of_rows + of_columns) / 2
    both, one, other, every = pairs(tables), pairs(rows), pairs(columns), size * (size - 1) / 2
    by_chance = one * other / np.maximum(every, 1)
    parts = {
        "ami": (mutual - expected, mean - expected),
        "ari": (both - by_chance, (one + other) / 2 - by_chance),
        "v_measure": (mutual, mean),
    }
    # As in scikit-learn: one class in one cluster agrees, and so does one cluster per sample of as many classes.
    return {
        name: np.divide(above, below, out=np.ones_like(mean), where=np.abs(below) > 1e-12)
        for name, (above, below) in parts.items()
    }


def values(
    truth: np.ndarray, assigned: np.ndarray, found: dict[str, float], block: int = 256
) -> dict[str, np.ndarray]:
    """Return for every metric `found` by `agreement` values (n) of the samples with that mean: their jackknife.

    The expected mutual information counts as fixed: it hardly depends on a single sample (of 200 samples in 4 x 4 cells
    the values differ by less than 1 % of their spread).
    """
    from sklearn.metrics.cluster import contingency_matrix, expected_mutual_information

    table = contingency_matrix(truth, assigned)
    size = len(truth)
    # The table's rows and columns are the values that occur, in order.
    row, column = (np.unique(part, return_inverse=True)[1] for part in (truth, assigned))
    expected = (
        float(expected_mutual_information(table.astype(np.int64), size)) if min(table.shape) > 1 else 0.0
    )
    cells = np.argwhere(table)
    left_out = {name: np.empty(table.shape) for name in found}
    for begin in range(0, len(cells) if size > 2 else 0, block):
        chosen = cells[begin : begin + block]
        fewer = np.repeat(table[None], len(chosen), axis=0).astype(float)
        fewer[np.arange(len(chosen)), *chosen.T] -= 1
        for name, numbers in of_tables(fewer, expected).items():
            left_out[name][*chosen.T] = numbers
    if size <= 2:
        return {name: np.full(size, value) for name, value in found.items()}
    own = {name: block_[row, column] for name, block_ in left_out.items()}
    return {name: found[name] + (size - 1) * (own[name].mean() - own[name]) for name in found}


def first_labels(labels_of: Sequence[Sequence[str]], classes: Sequence[str]) -> np.ndarray:
    """Return the class index (n) of every sample's first label, in the order of its source."""
    position = {name: number for number, name in enumerate(classes)}
    return np.array([position[names[0]] for names in labels_of], np.int64)
