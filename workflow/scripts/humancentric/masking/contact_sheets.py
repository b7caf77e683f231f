"""Contact sheets: pictures before masking, with their boxes, and after, for a person to judge."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image, ImageDraw, ImageFont

from humancentric.core import tables
from humancentric.core.images import decode
from humancentric.core.schemas import IMAGES, MASKS

WIDTH = 1400  # pixels of a sheet
GROUPS = 3  # samples side by side, three pictures each
TALLEST = 1.6  # height of a cell in its widths
GAP = 8
LINE = 18
PAPER, INK, FRAME, MARK = (250, 250, 250), (40, 40, 40), (255, 0, 90), (0, 110, 255)
STEPS = ("before", "boxes", "after")


class Example(NamedTuple):
    """A sample before and after masking: RGB pictures of one size, and its row of MASKS.

    `marks` are rectangles (x, y, w, h) to be framed in the picture after masking; `note` is told below it.
    """

    before: np.ndarray
    after: np.ndarray
    mask: dict[str, Any]
    marks: Sequence[dict[str, Any]] = ()
    note: str = ""


def examples(
    before: Sequence[str | Path],
    after: Sequence[str | Path],
    masks: Sequence[str | Path],
    count: int,
    seed: int,
) -> list[Example]:
    """Return `count` samples drawn from shard files, given shard by shard in three lists of one order.

    The draw ranks ids by a hash with `seed`: it does not depend on how samples are spread over shards. Only
    shards with drawn samples have their pictures read.
    """
    where = {
        sample: number
        for number, path in enumerate(masks)
        for sample in tables.read(path, MASKS, ["id"]).column("id").to_pylist()
    }
    drawn = sorted(where, key=lambda sample: hashlib.sha256(f"{seed}:{sample}".encode()).digest())[:count]
    found = {}
    for number in sorted({where[sample] for sample in drawn}):
        wanted = [sample for sample in drawn if where[sample] == number]
        first, second = (_rows(paths[number], IMAGES, wanted) for paths in (before, after))
        for sample, mask in _rows(masks[number], MASKS, wanted).items():
            pictures = (decode(rows[sample]["image"]) for rows in (first, second))
            found[sample] = Example(*pictures, mask)
    return [found[sample] for sample in drawn]


def sheet(shown: Sequence[Example], title: str, groups: int = GROUPS) -> Image.Image:
    """Return a picture 1,400 pixels wide: for each example before, boxes and after side by side, with its numbers.

    `groups` examples stand in a row: with fewer of them the pictures are larger.
    """
    group = (WIDTH - GAP * (groups + 1)) // groups
    width = (group - 2 * 2) // 3
    height = max([int(width * min(TALLEST, e.before.shape[0] / e.before.shape[1])) for e in shown], default=0)
    lines = 1 + any(example.note for example in shown)
    top, step = 2 * LINE + 3 * GAP, height + lines * LINE + GAP
    canvas = Image.new("RGB", (WIDTH, top + step * -(-len(shown) // groups)), PAPER)
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(13)
    draw.text((GAP, GAP), title, INK, ImageFont.load_default(18))
    for column in range(min(groups, len(shown))):
        for number, name in enumerate(STEPS):
            draw.text((GAP + column * (group + GAP) + number * (width + 2), LINE + 2 * GAP), name, INK, font)
    for number, example in enumerate(shown):
        x, y = GAP + number % groups * (group + GAP), top + number // groups * step
        for place, picture in enumerate(_three(example, (width, height))):
            canvas.paste(picture, (x + place * (width + 2), y))
        boxes, share = len(example.mask["boxes"]), example.mask["masked_fraction"]
        caption = f"{example.mask['id'][:32]}: {boxes} boxes, {share:.0%} masked"
        draw.text((x, y + height + 1), caption, INK, font)
        draw.text((x, y + height + 1 + LINE), _shortened(example.note, group, font), INK, font)
    return canvas


def hidden(shown: Sequence[Example]) -> list[Example]:
    """Return the examples without what may not be shown: boxes on grey, notes without words from the pictures."""
    return [
        example._replace(
            before=np.full_like(example.before, 200),
            after=np.full_like(example.after, 200),
            note=example.note.partition(": ")[0],
        )
        for example in shown
    ]


def png(image: Image.Image) -> bytes:
    """Return `image` as PNG bytes in 256 colours, those of frames among them: full colour would take thrice as much."""
    buffer = io.BytesIO()
    palette = image.quantize(254, Image.Quantize.MEDIANCUT)
    drawn = palette.getpalette()[: 3 * 254]  # fewer where the picture has fewer
    palette.putpalette([*drawn, *FRAME, *MARK])
    image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _rows(path: str | Path, schema: Any, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    table = tables.read(path, schema)
    chosen = table.filter(pc.is_in(table.column("id"), value_set=pa.array(wanted, pa.string())))
    return {row["id"]: row for row in chosen.to_pylist()}


def _three(example: Example, cell: tuple[int, int]) -> list[Image.Image]:
    """Return the pictures of an example, scaled to fit into `cell`, frames drawn at the final size."""
    height, width = example.before.shape[:2]
    scale = min(cell[0] / width, cell[1] / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    before, after = (
        Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
        for rgb in (example.before, example.after)
    )
    return [
        before,
        _framed(before, example.mask["boxes"], scale, FRAME),
        _framed(after, example.marks, scale, MARK, width=2),
    ]


def _framed(
    picture: Image.Image,
    boxes: Sequence[dict[str, Any]],
    scale: float,
    colour: tuple[int, int, int],
    width: int = 1,
) -> Image.Image:
    framed = picture.copy()
    draw = ImageDraw.Draw(framed)
    for box in boxes:
        x, y, w, h = (box[key] * scale for key in "xywh")
        out = 2 * (width - 1)  # a thick frame stands clear of what it frames
        corners = x - out, y - out, max(x, x + w - 1) + out, max(y, y + h - 1) + out
        draw.rectangle(corners, outline=colour, width=width)
    return framed


def _shortened(text: str, width: int, font: Any) -> str:
    while font.getlength(text) > width:
        text = text.removesuffix("\N{HORIZONTAL ELLIPSIS}")[:-1] + "\N{HORIZONTAL ELLIPSIS}"
    return text
