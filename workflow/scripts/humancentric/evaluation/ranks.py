"""Retrieval metrics (recall at k, mean reciprocal rank, median rank) and their exact chance level."""

import numpy as np

CUTS = (1, 5, 10)
RECALLS = tuple(f"recall_{cut}" for cut in CUTS)
MEASURES = (*RECALLS, "mrr", "median_rank")


def item_scores(ranks: np.ndarray) -> dict[str, np.ndarray]:
    """Return scores per query (n) whose means are the recalls and the mean reciprocal rank."""
    return {f"recall_{cut}": (ranks <= cut).astype(float) for cut in CUTS} | {"mrr": 1 / ranks}


def evaluate(ranks: np.ndarray) -> dict[str, float]:
    """Return recall at 1, 5 and 10, the mean reciprocal rank and the median rank of ranks (n), n at least 1."""
    means = {name: float(values.mean()) for name, values in item_scores(ranks).items()}
    return {**means, "median_rank": float(np.median(ranks))}


def chance_curve(hits: np.ndarray) -> np.ndarray:
    """Return the probability (n) that the first hit of a query ranks at most 1, 2, ..., n in a random order.

    `hits` (n) are the numbers of relevant candidates of each query, among n candidates. The number of candidates
    before the first hit has a negative hypergeometric distribution.
    """
    # imported here because planning imports this module, and scipy.stats takes a second
    from scipy.stats import nhypergeom

    number, found = len(hits), np.zeros(len(hits))
    for size, queries in zip(*np.unique(hits, return_counts=True), strict=True):
        before = np.arange(number - size + 1)
        exact = nhypergeom(number, number - size, 1).pmf(before) if number > size else 1.0
        found[before] += queries / number * exact
    return np.minimum(np.cumsum(found), 1)


def chance(hits: np.ndarray) -> dict[str, float]:
    """Return the expected metrics of a random order; the median is the first rank that half of the queries reach."""
    reached = chance_curve(hits)
    recalls = {f"recall_{cut}": float(reached[min(cut, len(reached)) - 1]) for cut in CUTS}
    mrr = np.diff(reached, prepend=0) @ (1 / np.arange(1, len(reached) + 1))
    return {**recalls, "mrr": float(mrr), "median_rank": float(np.argmax(reached >= 0.5 - 1e-9) + 1)}
