"""The compact EAST: its training targets decode to the words, and it finds unseen words."""

import sys

import cv2
import matplotlib
import numpy as np
import onnxruntime
import pytest
import yaml
from PIL import Image, ImageDraw, ImageFont

from humancentric.masking import detectors
from project import ROOT

FOLDER = ROOT / "resources" / "east-synthetic"
FACE = f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans-Bold.ttf"
WORDS = (("MIDNIGHT", (40, 60), 44), ("in the harbour", (60, 200), 26), ("a film by nobody", (90, 300), 17))


@pytest.fixture(scope="module")
def row() -> dict:
    return yaml.safe_load((ROOT / "config" / "detectors.yaml").read_text())["detectors"]["east-synthetic"]


@pytest.fixture(scope="module")
def maps():
    sys.path.insert(0, str(FOLDER))
    try:
        import maps
    finally:
        sys.path.remove(str(FOLDER))
    return maps


def picture(seed: int) -> Image.Image:
    """Return a smooth background of two colours, 300 x 400."""
    colours = np.random.default_rng(seed).integers(20, 110, (2, 2, 3)).astype(np.uint8)
    return Image.fromarray(cv2.resize(colours, (300, 400), interpolation=cv2.INTER_LINEAR))


def lettered(seed: int) -> tuple[np.ndarray, list[tuple[int, int, int, int]]]:
    """Return the background with words, and the rectangle of each (left, top, right, bottom)."""
    drawn = picture(seed)
    pen, rectangles = ImageDraw.Draw(drawn), []
    for text, place, size in WORDS:
        face = ImageFont.truetype(FACE, size)
        pen.text(place, text, (240, 235, 220), face)
        rectangles.append(tuple(map(int, pen.textbbox(place, text, face))))
    return np.asarray(drawn), rectangles


def covered(boxes, width: int = 300, height: int = 400) -> np.ndarray:
    mask = np.zeros((height, width), bool)
    for box in boxes:
        mask[box.y : box.y + box.h, box.x : box.x + box.w] = True
    return mask


@pytest.mark.parametrize("seed", range(3))
def test_unseen_words_are_found_and_plain_pictures_unchanged(row, seed):
    detector = detectors.load(row, "east-synthetic")
    rgb, rectangles = lettered(seed)
    mask = covered(detector.boxes(rgb))
    shares = [mask[top:bottom, left:right].mean() for left, top, right, bottom in rectangles]
    assert min(shares) > 0.6
    assert mask.mean() < 0.35
    assert covered(detector.boxes(np.asarray(picture(seed)))).mean() < 0.02


def test_the_file_is_as_small_as_promised(row):
    path = ROOT / row["weights"]
    assert path.stat().st_size <= 8_000_000
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [output.name for output in session.get_outputs()] == ["geometry", "score"]
    # Four bytes a parameter: what is not weights is small.
    assert path.stat().st_size / 4 <= 4_000_000


@pytest.mark.parametrize("turn", [-30.0, 0.0, 12.0, 45.0, 90.0])
def test_training_targets_decode_to_the_word(maps, turn):
    """Decode the maps by EAST's definition (section 3.3): cell plus distances, turned, are the word's corners."""
    centre, (width, height) = np.array([128.0, 120.0]), (90.0, 28.0)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    moved = cv2.getRotationMatrix2D((0, 0), turn, 1.0)[:, :2]
    word = (corners @ moved.T + centre).astype(np.float32)
    taught = maps.targets(word[None], 256, smallest=7)
    rows, columns = np.nonzero(taught[0])
    assert len(rows) > 20
    for y, x in zip(rows, columns, strict=True):
        top, right, bottom, left, angle = taught[2:, y, x]
        along, down = (np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))
        ends = [(a, b) for a, b in ((-left, -top), (right, -top), (right, bottom), (-left, bottom))]
        found = np.array([(4 * x, 4 * y) + a * np.array(along) + b * np.array(down) for a, b in ends])
        distance = np.linalg.norm(found[:, None] - word[None], axis=2)
        assert distance.min(axis=1).max() < 0.01  # each decoded corner is one of the word's
        assert sorted(distance.argmin(axis=1)) == [0, 1, 2, 3]


def test_small_words_and_cut_edges_have_no_weight(maps):
    small = np.array([[[10, 10], [60, 10], [60, 15], [10, 15]]], np.float32)
    taught = maps.targets(small, 128, smallest=7)
    assert taught[0].sum() == 0
    assert (taught[1] == 0).any()
    word = np.array([[[20, 40], [100, 40], [100, 72], [20, 72]]], np.float32)
    score, weight = maps.targets(word, 128, smallest=7)[:2]
    ring = (weight == 0) & (score == 0)
    assert ring.any()
    assert weight[score > 0].all()
    assert score[0:9].sum() == 0
