"""Draw the most confident errors of a probe, from stored predictions: image, text, truth and prediction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from humancentric.dataset.labels import SINGLE
from humancentric.embedding.neighbour_sheets import (
    CELL,
    GAP,
    INK,
    PAPER,
    Content,
    draw_content,
    load_font,
    wrapped,
)
from humancentric.evaluation.prediction_files import Predictions


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

    Probabilities are means over seeds. Single-label: the most probable class is wrong. Multi-label: a label above the
    threshold is not one of the sample's; of several such labels the most probable.
    """
    mean = answers.probabilities.mean(axis=1, dtype=np.float64)
    single = answers.task == SINGLE
    carried = answers.truth[:, None] == np.arange(mean.shape[1]) if single else answers.truth.astype(bool)
    found = mean == mean.max(axis=1, keepdims=True) if single else mean > answers.threshold
    if single:  # ties: the first of the equally probable classes
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
QUIET = (107, 114, 128)


def caption(mistake: Mistake) -> list[str]:
    """Return the caption lines of an error: id, prediction with its probability, and truth."""
    said = f"predicted: {mistake.wrong} {mistake.confidence:.2f}"
    further = [name for name in mistake.predicted if name != mistake.wrong]
    words = [said + (f" (and {', '.join(further)})" if further else ""), f"true: {', '.join(mistake.truth)}"]
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

    Images and texts missing from `pictures` or `texts` are left out; a block without errors says so.
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
            draw.text((GAP, top + 34), "no mistakes", QUIET, load_font(11))
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
