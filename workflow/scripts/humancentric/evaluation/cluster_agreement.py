"""Agreement of clusters with classes: adjusted mutual information, adjusted Rand index, V-measure and purity.

The first three are functions of the contingency table. Their jackknife over samples has one value per cell of the
table, because samples of the same class and cluster have the same influence. The mean of these values is the metric, so
`humancentric.evaluation.bootstrap` can resample them like scores. The assignment of samples to clusters is fixed.
"""

from collections.abc import Sequence

import numpy as np

METRICS = ("ami", "ari", "v_measure", "purity")


def agreement(truth: np.ndarray, assigned: np.ndarray) -> dict[str, float]:
    """Return all metrics except purity for class indices (n) and cluster indices (n), by scikit-learn."""
    from sklearn import (
        metrics,
    )  # imported here because planning imports this module, and scikit-learn takes two seconds

    return {
        "ami": float(metrics.adjusted_mutual_info_score(truth, assigned)),
        "ari": float(metrics.adjusted_rand_score(truth, assigned)),
        "v_measure": float(metrics.v_measure_score(truth, assigned)),
    }


def majority(indicators: np.ndarray, assigned: np.ndarray) -> np.ndarray:
    """Return which samples (n; 0 or 1) carry the most frequent label of their cluster.

    `indicators` (n, n_classes) are 0 or 1, with one or more labels per sample. The mean is the purity (Manning,
    Raghavan and Schütze 2008), here also for several labels. Among equally frequent labels the first one is taken.
    """
    counts = np.zeros((assigned.max() + 1, indicators.shape[1]), np.int64)
    np.add.at(counts, assigned, indicators)
    return indicators[np.arange(len(assigned)), counts.argmax(axis=1)[assigned]].astype(float)


def of_tables(tables: np.ndarray, expected: float) -> dict[str, np.ndarray]:
    """Return the metrics (k) of contingency tables (k, classes, clusters), given the expected mutual information.

    scikit-learn's functions take the labels of all samples: 4 ms for 10,000 samples, against 0.02 ms for a table of
    18 x 18 here. The jackknife needs up to one table per sample.
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
    in_both, in_rows, in_columns, total = pairs(tables), pairs(rows), pairs(columns), size * (size - 1) / 2
    by_chance = in_rows * in_columns / np.maximum(total, 1)
    parts = {
        "ami": (mutual - expected, mean - expected),
        "ari": (in_both - by_chance, (in_rows + in_columns) / 2 - by_chance),
        "v_measure": (mutual, mean),
    }
    # As in scikit-learn, a single class in a single cluster scores 1, and so does one cluster and class per sample.
    return {
        name: np.divide(above, below, out=np.ones_like(mean), where=np.abs(below) > 1e-12)
        for name, (above, below) in parts.items()
    }


def values(
    truth: np.ndarray, assigned: np.ndarray, found: dict[str, float], block: int = 256
) -> dict[str, np.ndarray]:
    """Return jackknife values (n) of the samples whose mean is the metric, for every metric `found` by `agreement`.

    The expected mutual information is held fixed, since it hardly depends on a single sample (with 200 samples in
    4 x 4 cells the values differ by less than 1 % of their spread).
    """
    from sklearn.metrics.cluster import contingency_matrix, expected_mutual_information

    table = contingency_matrix(truth, assigned)
    size = len(truth)
    # The rows and columns of the table are the sorted values that occur.
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
    own = {name: cell_values[row, column] for name, cell_values in left_out.items()}
    return {name: found[name] + (size - 1) * (own[name].mean() - own[name]) for name in found}


def first_labels(labels_of: Sequence[Sequence[str]], classes: Sequence[str]) -> np.ndarray:
    """Return the class index (n) of the first label of every sample."""
    position = {name: number for number, name in enumerate(classes)}
    return np.array([position[names[0]] for names in labels_of], np.int64)
