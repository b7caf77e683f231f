"""Find test samples that duplicate a training sample by nearest-neighbour search in the spaces of the encoders.

The nearest training sample of a test sample is usually close by chance alone, but much closer if it is a duplicate. In
each space the threshold is Tukey's outer fence (upper quartile plus three interquartile ranges; Tukey 1977) of the
nearest cosines after Fisher's transformation arctanh. It needs no known duplicates, and moves little as long as fewer
than a quarter of the samples are duplicates. For independent Gaussian vectors one sample in several hundred lies beyond
it, so a sample counts as a twin only if more than half of the encoders of its view agree on its partner.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from humancentric.core.schemas import TWINS
from humancentric.embedding.feature_vectors import l2_normalize
from humancentric.embedding.neighbours import Space
from humancentric.study.feature_sets import split_features

CHUNK = 16_384  # training samples searched at once; limits the memory to a few hundred MiB
EQUAL = 1 - 1e-5  # cosine of vectors that are equal up to rounding


@dataclass(frozen=True)
class Vectors:
    """The ids of some samples and their vectors (n, width; float32)."""

    ids: Sequence[str]
    values: np.ndarray


def nearest(queries: np.ndarray, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the row of the sample (m, d) with the largest cosine to every query (n, d), and that cosine (n).

    If cosines are equal, the first row counts.
    """
    rows, cosines = np.zeros(len(queries), np.int64), np.full(len(queries), -np.inf)
    space, units = Space(queries, samples, "cosine"), l2_normalize(queries)
    for begin in range(0, len(samples), CHUNK):
        (found,) = space.nearest([np.arange(begin, min(begin + CHUNK, len(samples)))])
        near = np.einsum("nd,nd->n", units, l2_normalize(samples[found]))
        closer = near > cosines
        rows[closer], cosines[closer] = found[closer], near[closer]
    return rows, cosines


def far_out(cosines: np.ndarray) -> float:
    """Return Tukey's outer fence of nearest cosines (n) as a cosine, at most `EQUAL`."""
    low, high = np.quantile(np.arctanh(np.clip(cosines, -EQUAL, EQUAL)), [0.25, 0.75])
    return float(min(np.tanh(high + 3 * (high - low)), EQUAL))


def search(features: str, train: Vectors, others: Mapping[str, Vectors]) -> tuple[pa.Table, float | None]:
    """Return the TWINS table, the nearest training sample of every sample in `others`, and the threshold.

    `others` are the test split and the controls by the name of their dataset; all share one threshold, which is None
    if either side has no samples.
    """
    sides = {name: side for name, side in others.items() if len(side.ids)}
    if not sides or not len(train.ids):
        return TWINS.empty(), None
    found = {name: nearest(side.values, train.values) for name, side in sides.items()}
    threshold = far_out(np.concatenate([cosines for _, cosines in found.values()]))
    parts = [
        TWINS.table(
            {
                "features": [features] * len(side.ids),
                "dataset_b": [name] * len(side.ids),
                "id_b": list(side.ids),
                "id_a": [train.ids[row] for row in found[name][0]],
                "cosine": found[name][1].tolist(),
                "twin": (found[name][1] >= threshold).tolist(),
            }
        )
        for name, side in sides.items()
    ]
    return pa.concat_tables(parts), threshold


def agreed(rows: Iterable[Mapping], dataset: str) -> set[str]:
    """Return the ids of `dataset` for which more than half of the encoders of a view find the same close partner.

    `rows` are rows of TWINS tables.
    """
    encoders: dict[str, set[str]] = defaultdict(set)
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["dataset_b"] == dataset:
            ((view, encoder),) = split_features(row["features"])
            encoders[view].add(encoder)
            if row["twin"]:
                votes[view, row["id_b"]][row["id_a"]] += 1
    return {name for (view, name), found in votes.items() if 2 * max(found.values()) > len(encoders[view])}
