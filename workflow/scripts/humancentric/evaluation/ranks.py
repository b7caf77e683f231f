"""Ranks of retrieval, what is measured of them, and its exact chance level.

The rank of a query is 1 plus the number of candidates that are no hit and at least as near as its nearest hit. Ties
therefore count against the encoder: constant embeddings get the worst rank, not the best. Products are in float64, so
that only candidates of equal vectors tie; they run on a card where PyTorch finds one. PyTorch and scipy.stats are
imported where they are used: a plan reads this module, and they would add two seconds to it.
"""

import numpy as np

from humancentric.embedding.feature_vectors import l2_normalize

CUTS = (1, 5, 10)
RECALLS = tuple(f"recall_{cut}" for cut in CUTS)
MEASURES = (*RECALLS, "mrr", "median_rank")
BLOCK = 512  # queries that are compared at once: with 18,717 candidates, their cosines take 77 MB
SLACK = 8 * np.finfo(np.float64).eps  # times the root of the width: rounding of a sum of that many products


def of_queries(queries: np.ndarray, candidates: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the rank (n, int64) of every query by the cosine between `queries` and `candidates`, both (n, width).

    Candidate j is a hit of query i if their `groups` (n, int) are equal; every query has a hit, its own candidate.
    """
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    points = torch.from_numpy(l2_normalize(candidates)).to(device, torch.float64)
    group = torch.from_numpy(groups).to(device)
    slack = SLACK * candidates.shape[1] ** 0.5
    found = np.empty(len(queries), np.int64)
    for begin in range(0, len(queries), BLOCK):
        block = slice(begin, begin + BLOCK)
        asked = torch.from_numpy(l2_normalize(queries[block])).to(device, torch.float64)
        cosines, hits = asked @ points.T, group[block, None] == group
        nearest = cosines.masked_fill(~hits, -torch.inf).amax(dim=1, keepdim=True)
        found[block] = 1 + ((cosines >= nearest - slack) & ~hits).sum(dim=1).cpu().numpy()
    return found


def item_scores(ranks: np.ndarray) -> dict[str, np.ndarray]:
    """Return the scores (n) of every query whose means are the recalls and the mean reciprocal rank."""
    return {f"recall_{cut}": (ranks <= cut).astype(float) for cut in CUTS} | {"mrr": 1 / ranks}


def evaluate(ranks: np.ndarray) -> dict[str, float]:
    """Return recall at 1, 5 and 10, the mean reciprocal rank and the median rank of ranks (n), n at least 1."""
    means = {name: float(values.mean()) for name, values in item_scores(ranks).items()}
    return {**means, "median_rank": float(np.median(ranks))}


def chance_curve(hits: np.ndarray) -> np.ndarray:
    """Return the probability (n) that a query in a random order has a rank of at most 1, 2, ..., n.

    `hits` (n) are the numbers of hits of the queries among n candidates. The number of candidates before the first hit
    has a negative hypergeometric distribution.
    """
    from scipy.stats import nhypergeom

    number, found = len(hits), np.zeros(len(hits))
    for size, queries in zip(*np.unique(hits, return_counts=True), strict=True):
        before = np.arange(number - size + 1)
        exact = nhypergeom(number, number - size, 1).pmf(before) if number > size else 1.0
        found[before] += queries / number * exact
    return np.minimum(np.cumsum(found), 1)


def chance(hits: np.ndarray) -> dict[str, float]:
    """Return the expected measures of a random order; the median is the first rank that half of the queries reach."""
    reached = chance_curve(hits)
    recalls = {f"recall_{cut}": float(reached[min(cut, len(reached)) - 1]) for cut in CUTS}
    mrr = np.diff(reached, prepend=0) @ (1 / np.arange(1, len(reached) + 1))
    return {**recalls, "mrr": float(mrr), "median_rank": float(np.argmax(reached >= 0.5 - 1e-9) + 1)}
