"""Map embeddings to two dimensions: PCA, then t-SNE (van der Maaten and Hinton 2008, scikit-learn)."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from humancentric.report.panels import GRID, INK, LABEL_COLOURS, QUIET, Look, empty, handle, legend, panels

COMPONENTS = 30  # principal components that t-SNE starts from
PERPLEXITY = 30.0
FEWEST = 10  # minimum number of samples for t-SNE
OTHER = "other"
LOOKS = tuple(map(Look, LABEL_COLOURS, "os^DvPX<>"))  # of labels, most frequent first


def coordinates(vectors: np.ndarray, seed: int, iterations: int) -> np.ndarray:
    """Return 2-D coordinates (n, 2; float32) of unit vectors (n, d); t-SNE keeps neighbours, not distances.

    Fewer than ten vectors get their first two principal components (zeros if there is only one).
    """
    size, width = vectors.shape
    if size < FEWEST:
        return _components(vectors)
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    parts = PCA(min(COMPONENTS, size, width), svd_solver="full").fit_transform(vectors)
    perplexity = min(PERPLEXITY, (size - 1) / 3)
    layout = TSNE(2, perplexity=perplexity, init="pca", max_iter=iterations, random_state=seed, n_jobs=1)
    return layout.fit_transform(np.ascontiguousarray(parts, np.float32))


def _components(vectors: np.ndarray) -> np.ndarray:
    """Return the first two principal components (n, 2; float32) of a few vectors, padded with zeros."""
    found = np.zeros((len(vectors), 2), np.float32)
    if len(vectors) > 1:
        left, sizes, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
        parts = (left * sizes)[:, :2]
        found[:, : parts.shape[1]] = parts
    return found


def groups(labels: Sequence[Sequence[str]]) -> list[str]:
    """Return one colour label per sample: its rarest among the nine most frequent, else `OTHER`."""
    counts = Counter(name for names in labels for name in set(names))
    shown = sorted(counts, key=lambda name: (-counts[name], name))[: len(LOOKS)]
    return [
        max((name for name in names if name in shown), key=shown.index, default=OTHER) for names in labels
    ]


def draw(places: Mapping[str, np.ndarray], own: Sequence[str], titles: Mapping[str, str]) -> Figure:
    """Return one map per embedding: a dot per sample at its coordinates (n, 2), coloured by label `own` (n)."""
    figure, axes = panels(len(places), height=3.0, width=3.1)
    counts = Counter(name for name in own if name != OTHER)
    order = sorted(counts, key=lambda name: (-counts[name], name))
    chosen = np.array(own, dtype=object)
    handles = {}
    for (name, points), panel in zip(places.items(), axes, strict=True):
        panel.set_title(titles[name])
        if not len(points):
            empty(panel, "no samples")
            continue
        for label, look in [(OTHER, Look(QUIET, ".")), *zip(order, LOOKS, strict=False)]:
            rows = chosen == label
            if rows.any():
                style = look.style(ms=3.6, ls="", mec="white", mew=0.25, alpha=0.9)
                panel.plot(*points[rows].T, **style)
                handles[label] = handle(**look.style(ls="", ms=6))
        panel.set_xticks([])
        panel.set_yticks([])
        panel.spines[:].set_visible(True)
        panel.spines[:].set_color(GRID)
        panel.set_xlabel("t-SNE 1 (no unit)", fontsize=7.5, color=INK)
        panel.set_ylabel("t-SNE 2 (no unit)", fontsize=7.5, color=INK)
    named = [*order, *([OTHER] if OTHER in handles else [])]
    legend(figure, {name: handles[name] for name in named if name in handles}, columns=5)
    return figure
