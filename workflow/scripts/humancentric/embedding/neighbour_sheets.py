"""Draw contact sheets of nearest neighbours: each sample next to the most similar ones under an encoder."""

import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image, ImageDraw, ImageFont

from humancentric.core import fonts, tables
from humancentric.core.images import decode
from humancentric.core.schemas import IMAGES
from humancentric.embedding.feature_vectors import ids_in, l2_normalize, load

CELL = (190, 270)  # width and height of a sample in pixels
CAPTION, GAP = 18, 8  # heights in pixels
LINE = 28  # characters per line of text
PAPER, INK, FRAME = (250, 250, 250), (40, 40, 40), (255, 0, 90)
Content = np.ndarray | str  # a picture (height, width, 3) or a text


class Match(NamedTuple):
    """A sample and its cosine similarity to the query."""

    id: str
    cosine: float


def matches(
    queries: str | Path, among: str | Path, name: str, count: int, nearest: int, seed: int
) -> dict[str, list[Match]]:
    """Return the `nearest` samples in the file `among` for `count` seeded ids of the file `queries`, best first."""
    candidates, known = ids_in(queries), ids_in(among)
    picked = np.random.default_rng(seed).permutation(len(candidates))[:count]
    chosen = [candidates[number] for number in sorted(picked)]
    query_vectors, _ = load(str(queries), [name], candidates)
    vectors, _ = load(str(among), [name], known)
    cosines = l2_normalize(query_vectors[sorted(picked)]) @ l2_normalize(vectors).T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :nearest]
    return {
        query: [Match(known[column], float(row[column])) for column in columns]
        for query, row, columns in zip(chosen, cosines, order, strict=True)
    }


def pictures(shards: Sequence[str | Path], wanted: Sequence[str]) -> dict[str, Content]:
    """Return ``{id: picture}`` of the `wanted` ids in the shard files."""
    ids = pa.array(wanted, pa.string())
    found: dict[str, Content] = {}
    for shard in shards:
        rows = tables.read(shard, IMAGES, ["id", "image"])
        rows = rows.filter(pc.is_in(rows.column("id"), ids)).to_pylist()
        found |= {row["id"]: decode(row["image"]) for row in rows}
    return found


def sheet(found: Mapping[str, Sequence[Match]], contents: Mapping[str, Content], title: str) -> Image.Image:
    """Return a picture with one row per query: the framed query, then its neighbours with their cosines."""
    columns = 1 + max((len(row) for row in found.values()), default=0)
    width, height = CELL[0] + GAP, CELL[1] + CAPTION + GAP
    canvas = Image.new("RGB", (columns * width + GAP, len(found) * height + 3 * CAPTION), PAPER)
    draw = ImageDraw.Draw(canvas)
    draw.text((GAP, GAP), title, INK, load_font(16, title))
    for line, (query, neighbours) in enumerate(found.items()):
        top = 2 * CAPTION + line * height
        shown = [
            (query, query[:28]),
            *((match.id, f"{match.cosine:.3f} {match.id[:22]}") for match in neighbours),
        ]
        for column, (sample, caption) in enumerate(shown):
            left = GAP + column * width
            draw_content(canvas, draw, contents[sample], (left, top))
            draw.text((left, top + CELL[1] + 1), caption, INK, load_font(11, caption))
        draw.rectangle((GAP - 3, top - 3, GAP + CELL[0] + 2, top + CELL[1] + 2), outline=FRAME, width=2)
    return canvas


def load_font(size: int, text: str = "") -> ImageFont.FreeTypeFont:
    """Return the font of contact sheets in `size` pixels, or an installed one that covers more characters of `text`."""
    return _opened(*fonts.file_of(text), size)


@cache
def _opened(path: str, face: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, face)


def wrapped(text: str, letters: int, most: int | None = None) -> list[str]:
    """Wrap `text` to at most `most` lines, each as wide as `letters` Latin letters."""
    width = max(1, letters * len(text) // max(1, fonts.cells(text)))
    return textwrap.wrap(text, width, max_lines=most)


def stacked(sheets: Sequence[Image.Image]) -> Image.Image:
    """Stack contact sheets vertically in one picture."""
    size = (max((own.width for own in sheets), default=1), sum(own.height for own in sheets) or 1)
    canvas = Image.new("RGB", size, PAPER)
    top = 0
    for own in sheets:
        canvas.paste(own, (0, top))
        top += own.height
    return canvas


def draw_content(
    canvas: Image.Image,
    draw: ImageDraw.ImageDraw,
    content: Content,
    position: tuple[int, int],
) -> None:
    """Draw a picture, or a wrapped text, with its upper left corner at `position` (x, y)."""
    if isinstance(content, str):
        lines = wrapped(" ".join(content.split()), LINE)[: CELL[1] // 17]
        draw.multiline_text(position, "\n".join(lines), INK, load_font(11, content))
        return
    image = Image.fromarray(content)
    image.thumbnail(CELL, Image.Resampling.LANCZOS)
    canvas.paste(image, position)
