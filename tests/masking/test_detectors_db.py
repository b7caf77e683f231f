"""Regions of hand-made probability maps, and the same through a real ONNX file."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from humancentric.core.errors import UserError
from humancentric.masking import detectors
from humancentric.masking.detector_networks import Input
from humancentric.masking.detectors.db import DB, regions
from humancentric.masking.text_boxes import around, clipped
from tiny_onnx import bright, convolutions

ROW = {"kind": "db", "short_side": 64, "confidence": 0.5, "binary": 0.3, "unclip": 0.0}
PACKAGED = "package:rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx"


def boxes_of(probability: np.ndarray, unclip: float = 0.0, confidence: float = 0.5) -> list[tuple]:
    found = regions(probability.astype(np.float32), confidence, 0.3, unclip)
    corners = np.array([corners for corners, _ in found]).reshape(-1, 4, 2)
    return clipped(around(corners, [score for _, score in found]), *probability.shape[::-1])


def on_map(probability: np.ndarray, **options) -> DB:
    """Return a detector whose network says this of every picture of a map's size."""
    prepared = Input(min(probability.shape), (0, 0, 0), (1, 1, 1))
    return DB(Path("known.onnx"), lambda blob: [probability], prepared, 0.5, 0.3, 0.0, **options)


def test_a_region_gives_its_box_and_its_mean_as_score():
    probability = np.zeros((64, 96))
    probability[10:20, 30:70] = 0.8
    assert boxes_of(probability) == [(30, 10, 40, 10, pytest.approx(0.8))]


def test_unclip_grows_by_area_over_perimeter():
    probability = np.zeros((64, 96))
    probability[20:30, 30:60] = 0.9
    margin = 10 * 30 * 2.0 / (2 * (10 + 30))  # 7.5 pixels on each side
    assert [box[:4] for box in boxes_of(probability, unclip=2.0)] == [(22, 12, 46, 26)]
    assert 30 - margin == 22.5


def test_two_lines_are_two_boxes_from_top_to_bottom():
    probability = np.zeros((64, 96))
    probability[40:50, 5:90] = probability[10:20, 50:90] = 0.9
    assert [box[:2] for box in boxes_of(probability)] == [(50, 10), (5, 40)]


def test_faint_and_thin_regions_are_left_out():
    probability = np.zeros((64, 96))
    probability[10:20, 10:40] = 0.4  # above the threshold of a region, below the confidence
    probability[40:42, 10:40] = 0.9  # two pixels high
    assert boxes_of(probability) == []
    assert len(boxes_of(probability, confidence=0.35)) == 1


def test_a_rotated_region_gives_its_bounding_box():
    probability = np.zeros((200, 200), np.float32)
    corners = cv2.boxPoints(((100, 100), (100, 20), 30))
    cv2.fillPoly(probability, [np.round(corners).astype(np.int32)], 1.0)
    (box,) = boxes_of(probability)
    low, high = corners.min(axis=0), corners.max(axis=0)
    assert np.abs(np.array(box[:4]) - [*low, *(high - low)]).max() <= 5


def test_maps_without_text_and_full_of_text():
    assert boxes_of(np.zeros((32, 64))) == []
    assert [box[:4] for box in boxes_of(np.ones((32, 64)))] == [(0, 0, 64, 32)]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_pixels_that_are_not_finite_are_no_text(value):
    probability = np.full((32, 64), value)
    probability[8:20, 8:40] = 0.9
    picture = np.zeros((32, 64, 3), np.uint8)
    with pytest.warns(UserWarning, match=r"known\.onnx: the network gives numbers that are not finite"):
        found = on_map(probability).boxes(picture)
    assert [box[:4] for box in found] == [(8, 8, 32, 12)]
    with pytest.warns(UserWarning, match="not finite"):
        assert on_map(np.full((32, 64), value)).boxes(picture) == []


def test_boxes_are_in_pixels_of_the_picture():
    probability = np.zeros((64, 96), np.float32)
    probability[16:32, 24:48] = 0.9
    picture = np.zeros((128, 192, 3), np.uint8)  # 64 is the shorter side for the network
    assert [b[:4] for b in on_map(probability).boxes(picture)] == [(48, 32, 48, 32)]
    assert [b[:4] for b in on_map(probability, padding=0.25).boxes(picture)] == [(40, 24, 64, 48)]


def test_an_onnx_file_gets_the_prepared_picture(tmp_path):
    file = tmp_path / "bright.onnx"
    file.write_bytes(convolutions({"score": bright(side=1, gain=20.0, level=0.0)}))  # input is -1..1
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[10:30, 20:60] = 255
    detector = detectors.load({**ROW, "weights": str(file)})
    assert [box[:4] for box in detector.boxes(picture)] == [(20, 10, 40, 20)]
    blue = np.zeros((1, 3, 1, 1), np.float32)
    blue[0, 0] = 20.0  # the first channel of the input is blue
    file.write_bytes(convolutions({"score": (blue, np.zeros(1, np.float32), True)}))
    detector = detectors.load({**ROW, "weights": str(file)})
    assert len(detector.boxes(picture * np.array([0, 0, 1], np.uint8))) == 1
    assert detector.boxes(picture * np.array([1, 0, 0], np.uint8)) == []


def opencv_boxes(file, picture: np.ndarray, size: tuple[int, int], unclip: float) -> list[tuple]:
    """Return what OpenCV's own class makes of the same network."""
    model = cv2.dnn.TextDetectionModel_DB(cv2.dnn.readNet(str(file)))
    model.setBinaryThreshold(0.3).setPolygonThreshold(0.5).setUnclipRatio(unclip).setMaxCandidates(200)
    model.setInputParams(1 / 127.5, size, (127.5, 127.5, 127.5), swapRB=True)
    rectangles, scores = model.detectTextRectangles(picture)
    corners = np.array([cv2.boxPoints(rectangle) for rectangle in rectangles]).reshape(-1, 4, 2)
    return clipped(around(corners, np.ravel(scores)), *picture.shape[1::-1])


@pytest.mark.parametrize("seed", range(5))
def test_boxes_agree_with_opencv(tmp_path, seed):
    rng = np.random.default_rng(seed)
    picture = np.zeros((128, 192, 3), np.uint8)
    for row in range(3):  # lines of text of any slant, 40 pixels apart
        line = ((96 + int(rng.integers(-30, 30)), 24 + 40 * row), (60, 8), float(rng.uniform(-8, 8)))
        cv2.fillPoly(picture, [np.round(cv2.boxPoints(line)).astype(np.int32)], (255, 255, 255))
    layer = {"score": bright(side=1, gain=20.0, level=0.0)}
    (tmp_path / "flat.onnx").write_bytes(convolutions(layer, flat=True))
    (tmp_path / "full.onnx").write_bytes(convolutions(layer))
    for unclip in (1.5, 2.0):
        theirs = opencv_boxes(tmp_path / "flat.onnx", picture, (192, 128), unclip)
        detector = detectors.load(
            {**ROW, "weights": str(tmp_path / "full.onnx"), "short_side": 128, "unclip": unclip}
        )
        ours = detector.boxes(picture)
        assert len(ours) == len(theirs) == 3
        assert np.abs(np.array(ours) - np.array(theirs)).max() <= 3


def test_the_packaged_detector_finds_a_title():
    picture = np.full((320, 240, 3), 90, np.uint8)
    cv2.putText(picture, "MIDNIGHT", (30, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (250, 220, 40), 3, cv2.LINE_AA)
    ink = np.argwhere((picture != 90).any(axis=2))
    row = {**ROW, "weights": PACKAGED, "short_side": 320, "unclip": 1.8}
    detector = detectors.load(row)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
    (box,) = detector.boxes(picture)
    assert box.x <= left + 1
    assert box.y <= top + 1
    assert box.x + box.w >= right
    assert box.y + box.h >= bottom
    assert detector.boxes(np.full((320, 240, 3), 90, np.uint8)) == []
    for height, width in ((1, 1), (1, 300), (300, 1), (33, 47)):
        detector.boxes(np.zeros((height, width, 3), np.uint8))


def test_a_file_that_is_no_network_is_an_error_of_one_line(tmp_path):
    file = tmp_path / "detector.onnx"
    file.write_bytes(b"not a network")
    with pytest.raises(UserError, match=r"detector\.onnx: not an ONNX file"):
        detectors.load({**ROW, "weights": str(file)})
    with pytest.raises(UserError, match="expected"):
        detectors.load({**ROW, "weights": str(file), "sha256": "0" * 64})
    with pytest.raises(UserError, match=r"detectors\.db\.weights: .*absent\.onnx"):
        detectors.load({**ROW, "weights": str(tmp_path / "absent.onnx")}, "detectors.db")


def test_each_scale_adds_its_boxes():
    def network(blob: np.ndarray) -> list[np.ndarray]:
        height, width = blob.shape[2:]
        probability = np.zeros((height, width), np.float32)
        probability[:8, :16] = 0.9  # a corner of 8 x 16 whatever the size: 1/8 of 64, 1/4 of 32
        return [probability]

    prepared = Input(64, (0, 0, 0), (1, 1, 1))
    detector = DB(Path("known.onnx"), network, prepared, 0.5, 0.3, 0.0, scales=(1.0, 0.5))
    boxes = detector.boxes(np.zeros((64, 128, 3), np.uint8))
    assert [box[:4] for box in boxes] == [(0, 0, 16, 8), (0, 0, 32, 16)]
