"""Stored boxes equal the detector at a higher threshold; shares of them are nested."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit_text import FixedBoxes
from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.hashing import hashed_generator
from humancentric.core.schemas import MASKS
from humancentric.masking import detectors
from humancentric.masking.detectors.east import decoded, suppressed
from humancentric.masking.image_masking import mask_image
from humancentric.masking.text_boxes import Box, grouped
from tiny_onnx import bright, convolutions

PICTURE = np.full((60, 100, 3), 90, np.uint8)
LINES = [Box(5, 10 * row, 30, 6, score) for row, score in enumerate((0.5, 0.9, 0.7, 0.6, 0.8))]


def written(path, boxes: dict[str, list[Box]]):
    rows = [{"boxes": [box._asdict() for box in found], "id": name} for name, found in boxes.items()]
    fractions = {"white_fraction": [0.0] * len(rows), "masked_fraction": [0.0] * len(rows)}
    columns = {key: [row[key] for row in rows] for key in ("id", "boxes")} | fractions
    tables.write(path, MASKS.table(columns), MASKS)
    return path


def stored(path, **row):
    return detectors.load({"kind": "stored", "of": "masked", **row}, masks=path)


@pytest.fixture
def masks(tmp_path):
    return written(tmp_path / "0.parquet", {"a": LINES, "b": []})


def test_boxes_are_those_that_reach_the_threshold(masks):
    def scores(confidence):
        return [box.score for box in stored(masks, confidence=confidence).boxes(PICTURE, "a")]

    assert scores(0.0) == pytest.approx([box.score for box in LINES])
    assert scores(0.7) == pytest.approx([0.9, 0.7, 0.8])
    assert scores(0.90001) == []
    assert stored(masks).boxes(PICTURE, "b") == []
    assert stored(masks, padding=0.5).boxes(PICTURE, "a")[1][:4] == (2, 7, 36, 12)


def test_a_sample_missing_from_the_file_is_an_error(masks):
    with pytest.raises(UserError, match=r"0\.parquet: no boxes of 'c'; remove the file"):
        stored(masks).boxes(PICTURE, "c")


@pytest.mark.parametrize("confidence", [0.5, 0.55, 0.6, 0.7, 0.8, 0.95])
def test_a_replay_of_db_equals_the_detector_at_that_threshold(tmp_path, confidence):
    """Lines of text whose brightness, and so score, grows; one network, two ways."""
    (tmp_path / "grey.onnx").write_bytes(convolutions({"score": bright(side=1, gain=3.0, level=0.0)}))
    row = {
        "kind": "db",
        "weights": str(tmp_path / "grey.onnx"),
        "short_side": 64,
        "confidence": 0.5,
        "unclip": 1.5,
    }
    picture = np.zeros((64, 96, 3), np.uint8)
    for number, level in enumerate(range(140, 256, 16)):
        picture[4 + 7 * number : 8 + 7 * number, 10:80] = level
    low, high = (detectors.load({**row, "confidence": value}).boxes(picture) for value in (0.5, confidence))
    path = written(tmp_path / "0.parquet", {"a": low})
    assert stored(path, confidence=confidence).boxes(picture, "a") == high
    assert len(low) == 8


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 1.0), st.floats(0.1, 0.6))
def test_a_replay_of_east_equals_the_detector_at_that_threshold(seed, confidence, nms):
    """What a better box suppresses, it suppresses at every threshold: the boxes above one are the same."""
    draw = np.random.default_rng(seed)
    score = draw.random((6, 9), dtype=np.float32)
    geometry = draw.uniform(1, 20, (5, 6, 9)).astype(np.float32)
    geometry[4] = draw.uniform(-1, 1, (6, 9))

    def kept(threshold):
        rectangles, scores = decoded(score, geometry, threshold)
        return {(rectangles[n], scores[n]) for n in suppressed(rectangles, scores, nms)}

    assert {entry for entry in kept(0.5) if entry[1] >= np.float32(confidence)} == kept(confidence)


def test_shares_are_random_by_sample_and_nested(tmp_path):
    names = [f"film-{number}" for number in range(200)]
    path = written(tmp_path / "0.parquet", dict.fromkeys(names, LINES))

    def kept_by(**row):
        detector = stored(path, **row)
        return {name: set(detector.boxes(PICTURE, name)) for name in names}

    kept = {share: kept_by(share=share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)}
    for less, more in zip(list(kept), list(kept)[1:], strict=False):
        assert all(kept[less][name] <= kept[more][name] for name in names)
    assert not any(kept[0.0].values())
    assert all(len(boxes) == 5 for boxes in kept[1.0].values())
    assert {len(boxes) for boxes in kept[0.5].values()} == {2, 3}  # the half of five
    assert sum(map(len, kept[0.5].values())) / 200 == pytest.approx(2.5, abs=0.15)
    assert len({frozenset(boxes) for boxes in kept[0.5].values()}) > 10
    other = kept_by(share=0.5, seed=1)
    assert 0 < sum(other[name] == kept[0.5][name] for name in names) < 60


def test_boxes_of_the_same_text_stay_together(tmp_path):
    """A detector that looks twice finds a title twice: half of its boxes would still hide all of it."""
    title, again, inside = Box(5, 5, 60, 10, 0.9), Box(3, 4, 66, 12, 0.8), Box(10, 6, 8, 8, 0.7)
    credits, beside = Box(5, 40, 30, 5, 0.6), Box(5, 44, 30, 5, 0.6)  # the last two share a row of pixels
    together = [{title, again, inside}, {credits}, {beside}]
    assert sorted(map(set, grouped([credits, title, inside, again, beside])), key=len) == sorted(
        together, key=len
    )
    path = written(
        tmp_path / "0.parquet", {f"{n}": [title, again, inside, credits, beside] for n in range(50)}
    )
    half = stored(path, share=0.5)
    for number in range(50):
        assert len({title, again, inside} & set(half.boxes(PICTURE, str(number)))) in (0, 3)


def test_groups_are_connected_components():
    row = [
        Box(10 * number, 0, 20, 10, 0.9) for number in range(6)
    ]  # each shares half of itself with the next
    assert grouped(row) == [row]
    assert grouped([*row[:2], *row[4:]]) == [row[:2], row[4:]]
    assert grouped([]) == []


def test_a_full_replay_gives_the_same_picture(masks):
    first = mask_image(PICTURE, FixedBoxes(*LINES), {}, sample="a")
    again = mask_image(PICTURE, stored(masks), {}, sample="a")
    assert (first.rgb == again.rgb).all()
    assert again.masked_fraction == first.masked_fraction == pytest.approx(5 * 180 / 6000)


def test_random_numbers_depend_on_sample_and_seed():
    draws = {(seed, name): hashed_generator(seed, name).random() for seed in (0, 1) for name in ("a", "b")}
    assert len(set(draws.values())) == 4
    assert draws[0, "a"] == hashed_generator(0, "a").random()
