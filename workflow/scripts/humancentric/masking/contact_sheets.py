"""Draw contact sheets for visual inspection: pictures before masking, with their boxes, and after masking.

Samples are chosen by a hash of a seed and their id, so the choice does not depend on their distribution over shards.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image, ImageDraw, ImageFont

from humancentric.core import tables
from humancentric.core.hashing import hash_order
from humancentric.core.images import decode
from humancentric.core.schemas import IMAGES, MASKS, TableSchema

WIDTH = 1400  # pixels
COLUMNS = 3  # examples side by side, three pictures each
TALLEST = 1.6  # largest height of a picture, relative to its width
GAP = 8
LINE = 18
PAPER, INK, FRAME, MARK = (250, 250, 250), (40, 40, 40), (255, 0, 90), (0, 110, 255)
HEADINGS = ("before", "boxes", "after")
WORDS = 8  # largest number of surviving words listed in a note
Paths = Sequence[str | Path]


class Example(NamedTuple):
    """A sample before and after masking: RGB pictures of one size, and its row of MASKS.

    `marks` are rectangles (x, y, w, h) framed in the picture after masking; `note` is printed below it.
    """

    before: np.ndarray
    after: np.ndarray
    mask: dict[str, Any]
    marks: Sequence[dict[str, Any]] = ()
    note: str = ""


def worst_ids(survival: pa.Table, number: int) -> list[str]:
    """Return the ids of the `number` pictures with most surviving characters; pictures without any are left out."""
    rows = zip(survival["id"].to_pylist(), survival["surviving"].to_pylist(), strict=True)
    found = sorted((-count, sample) for sample, count in rows if count)
    return [sample for _, sample in found[:number]]


def select_rows(paths: Paths, schema: TableSchema, wanted: Sequence[str]) -> pa.Table:
    """Return the rows of the `wanted` ids, reading one table at a time into memory."""
    found = [schema.empty()]
    for path in paths:
        table = tables.read(path, schema)
        found.append(table.filter(pc.is_in(table["id"], value_set=pa.array(wanted, pa.string()))))
    return pa.concat_tables(found)


def examples(before: Paths, after: Paths, masks: Paths, count: int, seed: int) -> list[Example]:
    """Return `count` random samples; `before`, `after` and `masks` list the files of the shards in the same order.

    Pictures are read only from shards that hold chosen samples.
    """
    shard = {
        sample: number
        for number, path in enumerate(masks)
        for sample in tables.read(path, MASKS, ["id"])["id"].to_pylist()
    }
    wanted = hash_order(shard, seed)[:count]
    chosen = sorted({shard[sample] for sample in wanted})
    parts = ((before, IMAGES), (after, IMAGES), (masks, MASKS))
    return examples_of(
        wanted, *(select_rows([paths[n] for n in chosen], kind, wanted) for paths, kind in parts)
    )


def examples_of(
    wanted: Sequence[str],
    before: pa.Table,
    after: pa.Table,
    masks: pa.Table,
    survival: pa.Table | None = None,
) -> list[Example]:
    """Return the `wanted` samples of two IMAGES tables and a MASKS table.

    With a SURVIVAL table, words that survive masking are marked and counted in the note.
    """
    originals, masked, mask_rows, survivals = (
        {row["id"]: row for row in table.to_pylist() if row["id"] in wanted} if table is not None else {}
        for table in (before, after, masks, survival)
    )
    found = []
    for sample in wanted:
        pictures = decode(originals[sample]["image"]), decode(masked[sample]["image"])
        marks = [region for region in survivals.get(sample, {}).get("regions", ()) if region["left"]]
        note = "" if survival is None else _note(survivals.get(sample), [region["left"] for region in marks])
        found.append(Example(*pictures, mask_rows[sample], marks, note))
    return found


def _note(row: dict[str, Any] | None, words: list[str]) -> str:
    if row is None:
        return "not read"
    listed = f": {' '.join(words[:WORDS])}{' ...' if len(words) > WORDS else ''}" if words else ""
    return f"{row['surviving']} of {row['readable']} readable characters survive{listed}"


def contact_sheet(shown: Sequence[Example], title: str, columns: int = COLUMNS) -> Image.Image:
    """Return a picture 1,400 pixels wide with each example before, with boxes and after, and a caption.

    Each row has `columns` examples: with fewer columns the pictures are larger.
    """
    group = (WIDTH - GAP * (columns + 1)) // columns
    width = (group - 2 * 2) // 3
    height = max([int(width * min(TALLEST, e.before.shape[0] / e.before.shape[1])) for e in shown], default=0)
    lines = 1 + any(example.note for example in shown)
    top, step = 2 * LINE + 3 * GAP, height + lines * LINE + GAP
    canvas = Image.new("RGB", (WIDTH, top + step * -(-len(shown) // columns)), PAPER)
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(13)
    draw.text((GAP, GAP), title, INK, ImageFont.load_default(18))
    for column in range(min(columns, len(shown))):
        for number, name in enumerate(HEADINGS):
            draw.text((GAP + column * (group + GAP) + number * (width + 2), LINE + 2 * GAP), name, INK, font)
    for number, example in enumerate(shown):
        x, y = GAP + number % columns * (group + GAP), top + number // columns * step
        for column, picture in enumerate(_three(example, (width, height))):
            canvas.paste(picture, (x + column * (width + 2), y))
        boxes, share = len(example.mask["boxes"]), example.mask["masked_fraction"]
        caption = f"{example.mask['id'][:32]}: {boxes} boxes, {share:.0%} masked"
        draw.text((x, y + height + 1), caption, INK, font)
        draw.text((x, y + height + 1 + LINE), _shortened(example.note, group, font), INK, font)
    return canvas


def hidden(shown: Sequence[Example]) -> list[Example]:
    """Return the examples for a sheet that may not show pictures: boxes on grey, and notes without words."""
    return [
        example._replace(
            before=np.full_like(example.before, 200),
            after=np.full_like(example.after, 200),
            note=example.note.partition(": ")[0],
        )
        for example in shown
    ]


def png(image: Image.Image) -> bytes:
    """Return `image` as PNG bytes in 256 colours, including the frame colours; full colour is three times larger."""
    buffer = io.BytesIO()
    palette = image.quantize(254, Image.Quantize.MEDIANCUT)
    colours = (palette.getpalette() or [])[: 3 * 254]  # fewer if the picture has fewer colours
    palette.putpalette([*colours, *FRAME, *MARK])
    image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _three(example: Example, largest: tuple[int, int]) -> list[Image.Image]:
    """Return the three framed pictures of an example, each within the width and height `largest`."""
    height, width = example.before.shape[:2]
    scale = min(largest[0] / width, largest[1] / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    before, after = (
        Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
        for rgb in (example.before, example.after)
    )
    boxed = _framed(before, example.mask["boxes"], scale, FRAME, 1)
    return [before, boxed, _framed(after, example.marks, scale, MARK, 2)]


def _framed(
    picture: Image.Image, boxes: Sequence[dict[str, Any]], scale: float, colour: tuple[int, ...], width: int
) -> Image.Image:
    framed = picture.copy()
    draw = ImageDraw.Draw(framed)
    for box in boxes:
        x, y, w, h = (box[key] * scale for key in "xywh")
        out = 2 * (width - 1)  # a thick frame keeps a distance from its contents
        corners = x - out, y - out, max(x, x + w - 1) + out, max(y, y + h - 1) + out
        draw.rectangle(corners, outline=colour, width=width)
    return framed


def _shortened(text: str, width: int, font: Any) -> str:
    while font.getlength(text) > width:
        text = text.removesuffix("\N{HORIZONTAL ELLIPSIS}")[:-1] + "\N{HORIZONTAL ELLIPSIS}"
    return text
