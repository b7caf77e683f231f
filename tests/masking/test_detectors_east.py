"""EAST on networks with known score and geometry, and compared with OpenCV's class."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from humancentric.core import files
from humancentric.core.errors import UserError
from humancentric.masking import detectors
from humancentric.masking.detectors.east import MEAN
from humancentric.masking.image_masking import mask_image
from humancentric.masking.text_boxes import around, clipped
from tiny_graph import frozen_graph
from tiny_onnx import bright, constant, convolutions

# A cell of 4 x 4 pixels is text where it is white (the published mean is about 117); its rectangle reaches 6 pixels
# up, 14 right, 10 down and 18 left of the cell's corner.
DISTANCES = [6.0, 14.0, 10.0, 18.0]
ROW = {"kind": "east", "short_side": 64, "confidence": 0.5, "nms": 0.4}


def east(folder, *, angle: float = 0.0, names: tuple[str, str] = ("geometry", "score"), **row):
    file = folder / "east.onnx"
    layers = [constant([*DISTANCES, angle], side=4), bright(side=4, gain=0.2, level=70.0)]
    file.write_bytes(convolutions(dict(zip(names, layers, strict=True))))
    return detectors.load({**ROW, **row, "weights": str(file)})


def picture(*cells: tuple[int, int], height: int = 64, width: int = 96) -> np.ndarray:
    """Return a black picture with white squares at (x, y), each one cell."""
    rgb = np.zeros((height, width, 3), np.uint8)
    for x, y in cells:
        rgb[y : y + 4, x : x + 4] = 255
    return rgb


def test_a_pixel_of_the_map_gives_its_rectangle(tmp_path):
    (box,) = east(tmp_path).boxes(picture((40, 24)))
    assert box[:4] == (40 - 18, 24 - 6, 18 + 14, 6 + 10)
    assert 0.9 < box.score <= 1.0


def test_the_order_of_the_outputs_does_not_matter(tmp_path):
    named = east(tmp_path, names=("z_geometry", "a_score"))
    assert named.boxes(picture((40, 24))) == east(tmp_path).boxes(picture((40, 24)))


def test_a_frozen_graph_with_the_published_names_gives_the_same(tmp_path):
    layers = [constant([*DISTANCES, 0.0], side=4), bright(side=4, gain=0.2, level=70.0)]
    names = ("feature_fusion/concat_3", "feature_fusion/Conv_7/Sigmoid")
    file = tmp_path / "frozen.pb"
    file.write_bytes(frozen_graph(dict(zip(names, layers, strict=True))))
    graph = detectors.load({**ROW, "weights": str(file), "sha256": files.sha256_of(file)})
    rgb = picture((40, 24), (8, 48))
    assert len(graph.boxes(rgb)) == 2
    assert graph.boxes(rgb) == east(tmp_path).boxes(rgb)


def test_boxes_of_neighbouring_pixels_are_merged(tmp_path):
    detector = east(tmp_path)
    assert len(detector.boxes(picture((40, 24), (44, 24)))) == 1
    assert [box[:2] for box in detector.boxes(picture((40, 48), (56, 8)))] == [(38, 2), (22, 42)]
    assert len(east(tmp_path, nms=0.99).boxes(picture((40, 24), (44, 24)))) == 2


def test_a_rotated_rectangle_gives_its_bounding_box(tmp_path):
    flat, turned = east(tmp_path), east(tmp_path, angle=np.pi / 2)
    (a,), (b,) = flat.boxes(picture((40, 32))), turned.boxes(picture((40, 32)))
    assert (b.w, b.h) == pytest.approx((a.h, a.w), abs=1)


def test_boxes_follow_the_size_of_the_picture_and_are_clipped(tmp_path):
    rgb = np.kron(picture((40, 24)), np.ones((2, 2, 1), np.uint8))
    assert [b[:4] for b in east(tmp_path).boxes(rgb)] == [(44, 36, 64, 32)]
    (corner,) = east(tmp_path).boxes(picture((0, 0)))
    assert corner[:4] == (0, 0, 14, 10)
    (padded,) = east(tmp_path, padding=0.25).boxes(picture((40, 24)))
    assert padded[:4] == (18, 14, 40, 24)


def opencv(folder, picture: np.ndarray, size: tuple[int, int], nms: float) -> list[tuple]:
    """Return what OpenCV's own class makes of the network in the folder."""
    model = cv2.dnn.TextDetectionModel_EAST(cv2.dnn.readNetFromONNX(str(folder / "east.onnx")))
    model.setConfidenceThreshold(0.5).setNMSThreshold(nms)
    model.setInputParams(1.0, size, MEAN, False)
    rectangles, scores = model.detectTextRectangles(picture)
    corners = np.array([cv2.boxPoints(rectangle) for rectangle in rectangles]).reshape(-1, 4, 2)
    return clipped(around(corners, np.ravel(scores)), *picture.shape[1::-1])


@pytest.mark.parametrize("seed", range(8))
def test_boxes_agree_with_opencv(tmp_path, seed):
    """Maps that follow the colours of a picture of random cells: every distance, angle and score is another."""
    draw = np.random.default_rng(seed)
    cells = draw.integers(0, 256, (24, 40, 3), dtype=np.uint8)
    picture = np.kron(cells, np.ones((4, 4, 1), np.uint8))
    weights = draw.normal(0, 0.05, (5, 3, 4, 4)).astype(np.float32) / 16
    bias = np.array([9, 14, 7, 20, 0], np.float32)
    weights[4] /= 10  # radians
    score = draw.normal(0, 0.1, (1, 3, 4, 4)).astype(np.float32) / 16, np.array([-0.2], np.float32), True
    (tmp_path / "east.onnx").write_bytes(convolutions({"geometry": (weights, bias, False), "score": score}))
    for nms in (0.2, 0.6):
        row = {**ROW, "short_side": 96, "nms": nms, "weights": str(tmp_path / "east.onnx")}
        ours = detectors.load(row).boxes(picture)
        theirs = opencv(tmp_path, picture, (160, 96), nms)
        assert len(ours) == len(theirs) > 3
        assert [box[:4] for box in ours] == [box[:4] for box in theirs]
        assert [box.score for box in ours] == pytest.approx([box.score for box in theirs], abs=1e-5)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_no_text(tmp_path, value):
    detector = east(tmp_path)
    geometry, score = np.ones((1, 5, 16, 24), np.float32), np.zeros((1, 1, 16, 24), np.float32)
    score[0, 0, 8, 10] = score[0, 0, 2, 2] = score[0, 0, 12, 20] = 0.9
    geometry[:, :4] = 8
    geometry[:, 4] = 0
    geometry[0, 1, 2, 2] = value
    geometry[0, :4, 12, 20] = 0  # and one without area
    broken = replace(detector, network=lambda blob: [geometry, score], order=(0, 1))
    assert [box[:4] for box in broken.boxes(picture())] == [(32, 24, 16, 16)]
    score[0, 0, 8, 11] = value
    with pytest.warns(UserWarning, match="numbers that are not finite; taken as no text"):
        assert [box[:4] for box in broken.boxes(picture())] == [(32, 24, 16, 16)]


def test_a_picture_full_of_text_is_all_black(tmp_path):
    rgb = np.full((64, 96, 3), 255, np.uint8)
    assert not mask_image(rgb, east(tmp_path), {}).rgb.any()


def test_no_text_and_strange_sizes(tmp_path):
    detector = east(tmp_path)
    assert detector.boxes(picture()) == []
    for height, width in ((1, 1), (1, 500), (500, 1), (37, 53)):
        assert detector.boxes(np.zeros((height, width, 3), np.uint8)) == []
        for box in detector.boxes(np.full((height, width, 3), 255, np.uint8)):
            assert 0 <= box.x < box.x + box.w <= width
            assert 0 <= box.y < box.y + box.h <= height


def test_means_are_in_rgb_order(tmp_path):
    for channel, mean in enumerate((123.68, 116.78, 103.94)):
        weights = np.zeros((1, 3, 4, 4), np.float32)
        weights[0, channel] = 1 / 16
        file = tmp_path / f"{channel}.onnx"
        for shift, found in (
            (-0.3, 1),
            (0.3, 0),
        ):
            level = int(mean) - mean + shift
            score = (weights * 50, np.array([-50 * level], np.float32), True)
            file.write_bytes(convolutions({"geometry": constant([*DISTANCES, 0.0], 4), "score": score}))
            rgb = np.zeros((64, 96, 3), np.uint8)
            rgb[24:28, 40:44, channel] = int(mean)
            assert len(detectors.load({**ROW, "weights": str(file)}).boxes(rgb)) == found


def test_altered_missing_and_other_files_are_errors_of_one_line(tmp_path):
    east(tmp_path)
    file = tmp_path / "east.onnx"
    with pytest.raises(UserError, match=rf"{file} has sha256 [0-9a-f]{{64}}, expected {'0' * 64}"):
        detectors.load({**ROW, "weights": str(file), "sha256": "0" * 64})
    with pytest.raises(UserError, match=r"absent\.pb"):
        detectors.load({**ROW, "weights": str(tmp_path / "absent.pb")})
    file.write_bytes(b"not a network")
    with pytest.raises(UserError, match=r"east\.onnx: not an ONNX file"):
        detectors.load({**ROW, "weights": str(file)})
    file.write_bytes(convolutions({"score": bright(4, 1.0, 0.0)}))
    with pytest.raises(UserError, match="outputs of 1x5x8x8 and 1x1x8x8, found 1x1x8x8; give another"):
        detectors.load({**ROW, "weights": str(file)})
