"""A contact sheet shows the chosen samples and their boxes."""

import io

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from humancentric.core import tables
from humancentric.core.hashing import shard_names, shard_of
from humancentric.core.images import encode_jpeg
from humancentric.core.schemas import IMAGES, MASKS
from humancentric.masking.contact_sheets import FRAME, MARK, WIDTH, Example, contact_sheet, examples, png


def shards_in(folder, shards: int) -> tuple[list, list, list]:
    """Write 40 samples over `shards` files: sample k is grey k before and 200 + k after."""
    lists = ([], [], [])
    for shard in shard_names(shards):
        mine = [number for number in range(40) if shard_of(f"s{number}", shards) == shard]
        for paths, level in zip(lists[:2], (0, 200), strict=True):
            rows = [
                {
                    "id": f"s{n}",
                    "image": encode_jpeg(np.full((24, 16, 3), level + n, np.uint8)),
                    "width": 16,
                    "height": 24,
                }
                for n in mine
            ]
            paths.append(folder / f"{shards}-{level}-{shard}.parquet")
            tables.write(
                paths[-1], pa.Table.from_pylist(rows, pa.schema(list(IMAGES.columns.items()))), IMAGES
            )
        rows = [{"id": f"s{n}", "boxes": [], "white_fraction": 0.0, "masked_fraction": n / 100} for n in mine]
        lists[2].append(folder / f"{shards}-masks-{shard}.parquet")
        tables.write(lists[2][-1], pa.Table.from_pylist(rows, pa.schema(list(MASKS.columns.items()))), MASKS)
    return lists


def test_the_choice_of_samples_is_seeded_and_independent_of_shards(tmp_path):
    def drawn(shards: int, seed: int) -> list[str]:
        return [e.mask["id"] for e in examples(*shards_in(tmp_path, shards), count=7, seed=seed)]

    assert drawn(2, 0) == drawn(5, 0)
    assert len(set(drawn(2, 0))) == 7
    assert drawn(2, 0) != drawn(2, 1)


def test_before_after_and_mask_belong_together(tmp_path):
    shown = examples(*shards_in(tmp_path, 3), count=50, seed=0)
    assert len(shown) == 40
    for example in shown:
        number = int(example.mask["id"][1:])
        assert abs(example.before.mean() - number) < 2
        assert abs(example.after.mean() - 200 - number) < 2
        assert example.mask["masked_fraction"] == pytest.approx(number / 100)


def test_a_box_is_framed_in_the_middle_picture_only():
    grey = np.full((300, 200, 3), 128, np.uint8)
    mask = {"id": "a", "boxes": [dict(x=50, y=100, w=100, h=50, score=1.0)], "masked_fraction": 0.1}
    pixels = np.asarray(contact_sheet([Example(grey, grey // 2, mask)], "Title"))
    assert pixels.shape[1] == WIDTH
    framed = np.argwhere((pixels == FRAME).all(axis=2))
    (top, left), (bottom, right) = framed.min(axis=0), framed.max(axis=0)
    scale = 152 / 200  # a cell is 152 pixels wide
    assert (right - left + 1, bottom - top + 1) == pytest.approx((100 * scale, 50 * scale), abs=2)
    assert 8 + 154 < left < right < 8 + 2 * 154


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (900, 3), (224, 224)])
def test_any_shape_fits_and_the_file_is_readable(shape):
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    boxes = [dict(x=0, y=0, w=1, h=1, score=1.0)]
    shown = [Example(picture, picture, {"id": "x" * 60, "boxes": boxes, "masked_fraction": 0.0})] * 4
    with Image.open(io.BytesIO(png(contact_sheet(shown, "Title")))) as image:
        assert image.size[0] == WIDTH


def test_few_pixels_of_a_frame_keep_their_colour():
    y, x = np.mgrid[0:300, 0:200]
    greens = np.stack([x // 2, y // 2, x // 8], axis=2).astype(
        np.uint8
    )  # thousands of colours, none like a frame's
    box = dict(x=50, y=100, w=20, h=10, score=1.0)
    mask = {"id": "a", "boxes": [box], "masked_fraction": 0.1}
    shown = Example(greens, greens // 2, mask, marks=[box], note="3 of 3 readable characters survive")
    drawn = contact_sheet([shown], "Title", columns=2)
    with Image.open(io.BytesIO(png(drawn))) as image:
        pixels = np.asarray(image.convert("RGB"))
    for colour in (FRAME, MARK):
        framed = (np.asarray(drawn) == colour).all(axis=2)
        assert 20 < framed.sum() < 400
        assert (pixels[framed] == colour).all(axis=1).mean() > 0.95


def test_an_empty_sheet_has_only_a_title():
    assert contact_sheet([], "Title").size[0] == WIDTH
