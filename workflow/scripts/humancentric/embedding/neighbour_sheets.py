"""Sheets of nearest neighbours: samples beside those an encoder finds most alike, for a person to look at."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image, ImageDraw, ImageFont

from humancentric.core import tables
from humancentric.core.images import decode
from humancentric.core.schemas import IMAGES
from humancentric.embedding import embedding_store
from humancentric.embedding.feature_vectors import l2_normalize, load

CELL, CAPTION, GAP = (190, 270), 18, 8  # width and height of a sample, heights of a caption and of a gap
LETTERS = 28  # of a line of text in a cell
PAPER, INK, FRAME = (250, 250, 250), (40, 40, 40), (255, 0, 90)
FONT = (
    Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
)  # has most letters that names need
Content = np.ndarray | str  # a picture (height, width, 3) or a text


class Match(NamedTuple):
    """A sample and how alike it is to the one it was looked up for: the cosine."""

    id: str
    cosine: float


def matches(
    queries: str | Path, among: str | Path, name: str, count: int, nearest: int, seed: int
) -> dict[str, list[Match]]:
    """Return for `count` seeded ids of the file `queries` their `nearest` samples in the file `among`, best first."""
    asked, known = embedding_store.ids_in(queries), embedding_store.ids_in(among)
    picked = np.random.default_rng(seed).permutation(len(asked))[:count]
    chosen = [asked[number] for number in sorted(picked)]
    (left, _), (right, _) = load(str(queries), [name], asked), load(str(among), [name], known)
    cosines = l2_normalize(left[sorted(picked)]) @ l2_normalize(right).T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :nearest]
    return {
        query: [Match(known[place], float(row[place])) for place in places]
        for query, row, places in zip(chosen, cosines, order, strict=True)
    }


def pictures(shards: Sequence[str | Path], wanted: Sequence[str]) -> dict[str, Content]:
    """Return ``{id: picture}`` of the `wanted` ids, out of the shard files."""
    ids = pa.array(wanted, pa.string())
    found: dict[str, Content] = {}
    for shard in shards:
        rows = tables.read(shard, IMAGES, ["id", "image"])
        rows = rows.filter(pc.is_in(rows.column("id"), ids)).to_pylist()
        found |= {row["id"]: decode(row["image"]) for row in rows}
    return found


def sheet(found: Mapping[str, Sequence[Match]], contents: Mapping[str, Content], title: str) -> Image.Image:
    """Return a picture with one row a query: itself, framed, then its neighbours with their cosines."""
    columns = 1 + max((len(row) for row in found.values()), default=0)
    width, height = CELL[0] + GAP, CELL[1] + CAPTION + GAP
    canvas = Image.new("RGB", (columns * width + GAP, len(found) * height + 3 * CAPTION), PAPER)
    draw, font = ImageDraw.Draw(canvas), letters(11)
    draw.text((GAP, GAP), title, INK, letters(16))
    for line, (query, neighbours) in enumerate(found.items()):
        top = 2 * CAPTION + line * height
        shown = [
            (query, query[:28]),
            *((match.id, f"{match.cosine:.3f} {match.id[:22]}") for match in neighbours),
        ]
        for place, (sample, caption) in enumerate(shown):
            left = GAP + place * width
            draw_content(canvas, draw, font, contents[sample], (left, top))
            draw.text((left, top + CELL[1] + 1), caption, INK, font)
        draw.rectangle((GAP - 3, top - 3, GAP + CELL[0] + 2, top + CELL[1] + 2), outline=FRAME, width=2)
    return canvas


def letters(size: int) -> ImageFont.FreeTypeFont:
    """Return the font of sheets in a size (pixels)."""
    return ImageFont.truetype(FONT, size)


def stacked(sheets: Sequence[Image.Image]) -> Image.Image:
    """Return sheets below each other as one picture."""
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
    font: ImageFont.FreeTypeFont,
    content: Content,
    place: tuple[int, int],
) -> None:
    """Draw a picture, or a text in lines, into the cell of a sheet whose upper left corner is `place`."""
    if isinstance(content, str):
        lines = textwrap.wrap(" ".join(content.split()), LETTERS)[: CELL[1] // 17]
        draw.multiline_text(place, "\n".join(lines), INK, font)
        return
    image = Image.fromarray(content)
    image.thumbnail(CELL, Image.Resampling.LANCZOS)
    canvas.paste(image, place)
