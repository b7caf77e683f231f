"""Draw the parts of a gallery: t-SNE maps of embeddings (van der Maaten and Hinton 2008) and sheets of errors."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

from humancentric.dataset.labels import SINGLE
from humancentric.embedding.neighbour_sheets import (
    CELL,
    GAP,
    PAPER,
    Content,
    draw_content,
    load_font,
    wrapped,
)
from humancentric.evaluation.prediction_files import Predictions
from humancentric.report.encoder_looks import LABEL_COLOURS, Look
from humancentric.report.panels import GRID, INK, QUIET, empty, handle, legend, panels

COMPONENTS = 30  # principal components that are the input of t-SNE
PERPLEXITY = 30.0
FEWEST = 10  # minimum number of samples for t-SNE
OTHER = "other"
LOOKS = tuple(map(Look, LABEL_COLOURS, "os^DvPX<>"))  # of labels, most frequent first


def coordinates(vectors: np.ndarray, seed: int, iterations: int) -> np.ndarray:
    """Return 2-D t-SNE coordinates (n, 2; float32) of unit vectors (n, d), which keep neighbours, not distances.

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


def draw_maps(places: Mapping[str, np.ndarray], own: Sequence[str], titles: Mapping[str, str]) -> Figure:
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


@dataclass(frozen=True)
class Mistake:
    """A test sample with an error: its labels, the predicted ones, the wrong one and its probability."""

    id: str
    truth: tuple[str, ...]
    predicted: tuple[str, ...]
    wrong: str
    confidence: float


def surest(answers: Predictions, count: int) -> list[Mistake]:
    """Return the `count` most confident errors in descending order; ties are broken by id.

    Probabilities are means over seeds. In single-label tasks an error is a wrong most probable class. In multi-label
    tasks it is a label above the threshold that the sample lacks, the most probable one if there are several.
    """
    mean = answers.probabilities.mean(axis=1, dtype=np.float64)
    single = answers.task == SINGLE
    carried = answers.truth[:, None] == np.arange(mean.shape[1]) if single else answers.truth.astype(bool)
    found = mean == mean.max(axis=1, keepdims=True) if single else mean > answers.threshold
    if single:  # the first class in a tie
        found &= found.cumsum(axis=1) == 1
    wrong = np.where(found & ~carried, mean, -1.0)
    sure = wrong.max(axis=1)
    order = [row for row in np.argsort(-sure, kind="stable").tolist() if sure[row] >= 0][:count]

    def names(flags: np.ndarray) -> tuple[str, ...]:
        return tuple(answers.classes[index] for index in np.flatnonzero(flags))

    return [
        Mistake(
            answers.ids[row],
            names(carried[row]),
            names(found[row]),
            answers.classes[int(wrong[row].argmax())],
            float(sure[row]),
        )
        for row in order
    ]


LINE, LETTERS = 15, 28  # pixels per caption line; characters per line
TEXT_LINES, CAPTION_LINES = 5, 7  # lines of a sample's text and of its caption
COLUMNS = 6


def caption(mistake: Mistake) -> list[str]:
    """Return the caption lines of an error: id, prediction with its probability, and truth."""
    prediction = f"predicted: {mistake.wrong} {mistake.confidence:.2f}"
    further = [name for name in mistake.predicted if name != mistake.wrong]
    words = [
        prediction + (f" (and {', '.join(further)})" if further else ""),
        f"true: {', '.join(mistake.truth)}",
    ]
    lines = [mistake.id[:LETTERS], *(line for text in words for line in wrapped(text, LETTERS))]
    return lines[:CAPTION_LINES]


def _height(content: Content) -> int:
    """Return the height of an image in its cell, in pixels."""
    if isinstance(content, str):
        return CELL[1]
    height, width = content.shape[:2]
    return min(CELL[1], max(1, round(height * min(1, CELL[0] / width, CELL[1] / height))))


def sheet(
    found: Mapping[str, Sequence[Mistake]],
    pictures: Mapping[str, Content],
    texts: Mapping[str, str],
    title: str,
) -> Image.Image:
    """Return a sheet with one block per heading of `found`: its errors with image, text and caption.

    Images and texts missing from `pictures` or `texts` are left out. An empty block says "no errors".
    """
    high = max([_height(pictures[name]) for name in pictures], default=0)
    lines = {name: wrapped(" ".join(str(text).split()), LETTERS, TEXT_LINES) for name, text in texts.items()}
    tall = high + LINE * max(map(len, lines.values()), default=0)
    below = max([len(caption(mistake)) for row in found.values() for mistake in row], default=1)
    width, height = CELL[0] + GAP, tall + LINE * (below + 1) + GAP
    rows = {heading: max(1, -(-len(mistakes) // COLUMNS)) for heading, mistakes in found.items()}
    columns = min(COLUMNS, max([3, *map(len, found.values())]))
    size = (columns * width + GAP, 36 + sum(30 + count * height for count in rows.values()))
    canvas = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(canvas)
    draw.text((GAP, GAP), title, INK, load_font(16, title))
    top = 36
    for heading, mistakes in found.items():
        draw.text((GAP, top + 4), heading, INK, load_font(13, heading))
        if not mistakes:
            draw.text((GAP, top + 34), "no errors", QUIET, load_font(11))
        for number, mistake in enumerate(mistakes):
            x, y = GAP + number % COLUMNS * width, top + 30 + number // COLUMNS * height
            if mistake.id in pictures:
                draw_content(canvas, draw, pictures[mistake.id], (x, y))
            if mistake.id in lines:
                words = "\n".join(lines[mistake.id])
                draw.multiline_text(
                    (x, y + high + (2 if high else 0)), words, QUIET, load_font(11, words), spacing=2
                )
            for line, words in enumerate(caption(mistake)):
                draw.text((x, y + tall + 6 + line * LINE), words, INK, load_font(11, words))
        top += 30 + rows[heading] * height
    return canvas
