"""Boxes from a table: every format, and every error in it."""

import logging
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from humancentric.core.errors import UserError
from humancentric.core.hashing import shard_of
from humancentric.core.images import encode_jpeg
from humancentric.masking import detectors
from humancentric.masking.image_masking import check_ids, mask_shard

ROWS = [("b", 10, 20, 30, 5, 0.9), ("a", 1, 2, 3, 4, 0.4), ("b", 0, 0, 8, 8, 0.6), ("007", 5, 5, 5, 5, 1.0)]
NAMES = ("id", "x", "y", "w", "h", "score")
PICTURE = np.full((60, 100, 3), 90, np.uint8)


def csv(path, rows=ROWS, names=NAMES, mark=","):
    path.write_text("\n".join(mark.join(map(str, row)) for row in [names, *rows]) + "\n")
    return path


def box_table(path, **row):
    return detectors.load({"kind": "boxes", "path": str(path), **row}, "detectors.drawn")


def found(detector, sample, picture=PICTURE):
    return sorted(tuple(box) for box in detector.boxes(picture, sample))


@pytest.mark.parametrize("form", ["csv", "tsv", "parquet", "parquet of whole numbers"])
def test_every_sample_has_the_boxes_of_its_rows(tmp_path, form):
    if form.startswith("parquet"):
        path = tmp_path / "boxes.parquet"
        columns = dict(zip(NAMES, map(list, zip(*ROWS, strict=True)), strict=True))
        if form.endswith("numbers"):
            columns["id"] = pa.array(["b", "a", "b", "007"]).dictionary_encode()
            columns["x"] = pa.array(columns["x"], pa.int32())
        pq.write_table(pa.table(columns | {"more": ["-"] * 4}), path)
    else:
        path = csv(tmp_path / f"boxes.{form}", mark="\t" if form == "tsv" else ",")
    detector = box_table(path)
    assert found(detector, "b") == [(0, 0, 8, 8, 0.6), (10, 20, 30, 5, 0.9)]
    assert found(detector, "a") == [(1, 2, 3, 4, 0.4)]
    assert found(detector, "007") == [(5, 5, 5, 5, 1.0)]
    assert found(detector, "no line") == []
    assert found(box_table(path, confidence=0.6), "a") == []
    assert len(found(box_table(path, confidence=0.6), "b")) == 2


def test_without_scores_every_box_counts(tmp_path):
    path = csv(tmp_path / "boxes.csv", [row[:5] for row in ROWS], NAMES[:5])
    assert found(box_table(path, confidence=1.0), "a") == [(1, 2, 3, 4, 1.0)]


def test_shares_are_of_the_picture(tmp_path):
    path = csv(tmp_path / "boxes.csv", [("a", 0.1, 0.5, 0.2, 0.25, 1)])
    ((x, y, w, h, _),) = found(box_table(path, units="shares"), "a")
    assert (x, y, w, h) == pytest.approx((10, 30, 20, 15))


def test_padding_widens_boxes(tmp_path):
    path = csv(tmp_path / "boxes.csv", [("a", 10, 20, 30, 10, 1)])
    assert found(box_table(path, padding=0.2), "a") == [(8, 18, 34, 14, 1.0)]


def test_invalid_boxes_are_counted_and_skipped(tmp_path, caplog):
    rows = [("a", -5, 0, 10, 10, 1), ("a", "nan", 0, 5, 5, 1), ("a", 3, 3, 0, 5, 1), ("a", 500, 0, 5, 5, 1)]
    rows += [("a", 20, 20, 5, 5, 1), ("a", 20, 20, 5, 5, "inf"), ("a", 3, 3, -4, 5, 1), ("a", "", 3, 4, 5, 1)]
    detector = box_table(csv(tmp_path / "boxes.csv", rows))
    pictures = [{"id": "a", "image": encode_jpeg(PICTURE)}, {"id": "b", "image": encode_jpeg(PICTURE)}]
    with caplog.at_level(logging.INFO, "humancentric"):
        first, second = (mask for _, mask in mask_shard(pictures, 2, detector, {}))
    assert [[box[side] for side in "xywh"] for box in first["boxes"]] == [[0, 0, 5, 10], [20, 20, 5, 5]]
    assert first["masked_fraction"] == pytest.approx(75 / 6000)
    assert second["boxes"] == []
    assert "boxes outside their picture, cut or dropped: 7" in caplog.text


def test_a_table_without_rows_masks_nothing_and_the_log_says_so(tmp_path, caplog):
    detector = box_table(csv(tmp_path / "boxes.csv", []))
    assert found(detector, "a") == []
    check_ids(detector, ["a"], "0", 1, 0.1, "detectors.drawn")
    list(mask_shard([{"id": "a", "image": encode_jpeg(PICTURE)}], 1, detector, {}))
    assert "nothing is masked on any of 1 pictures" in caplog.text


def test_ids_of_boxes_of_which_too_few_are_pictures_stop_the_stage(tmp_path):
    rows = [(f"{number}.jpg", 1, 2, 3, 4, 1) for number in range(60)]
    detector, pictures = box_table(csv(tmp_path / "boxes.csv", rows)), [str(number) for number in range(70)]
    own = sorted(f"{number}.jpg" for number in range(60) if shard_of(f"{number}.jpg", 2) == "1")

    def check(pictures, least=0.1):
        check_ids(detector, pictures, "1", 2, least, "detectors.drawn.path")

    error = (
        f"detectors.drawn.path: none of {len(own)} ids have boxes and a picture: the table has '{own[0]}', "
    )
    with pytest.raises(
        UserError,
        match=f"{error}'{own[1]}' and others, the dataset '0', '1' and others; correct the column id",
    ):
        check(pictures)
    with pytest.raises(UserError, match=f"only 2 of {len(own)} ids"):
        check([*pictures, *own[:2]])
    check([*pictures, *own[:4]])
    check(pictures, 0)
    check(pictures[:19])  # too few to tell


def test_ids_in_another_normal_form_are_the_same(tmp_path):
    detector = box_table(csv(tmp_path / "boxes.csv", [(unicodedata.normalize("NFD", "café"), 1, 2, 3, 4, 1)]))
    assert found(detector, "café") == [(1, 2, 3, 4, 1)]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "boxes.csv",
            "id,x,y,width,h\na,1,2,3,4\n",
            r"has no single column w \(found: id, x, y, width, h\)",
        ),
        ("boxes.csv", "sample;x\n", "has no single column id, x, y, w, h"),
        ("boxes.csv", "id,x,x,y,w,h\na,1,1,2,3,4\n", r"has no single column x \("),
        ("boxes.csv", "id,x,y,w,h\na,left,2,3,4\n", "x, y, w, h and score must be numbers"),
        ("boxes.csv", "id,x,y,w,h\na,1\n", r"not a readable \.csv"),
        ("boxes.parquet", "id,x,y,w,h\n", r"not a readable \.csv, \.tsv or \.parquet"),
        ("boxes.json", "{}", r"not a readable \.csv, \.tsv or \.parquet"),
        ("boxes.csv", None, "boxes.csv is missing; put the file there"),
    ],
)
def test_a_wrong_file_is_an_error_of_one_line(tmp_path, name, text, message):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=rf"^detectors\.drawn\.path: .*{message}") as caught:
        box_table(tmp_path / name)
    assert "\n" not in str(caught.value)
