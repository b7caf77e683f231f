"""Reading the text in boxes: what RapidOCR reads, CTC decoding by hand, order of lines, and the table of texts."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from test_stored_boxes import written

from humancentric.core import files, schemas, tables
from humancentric.core.errors import UserError
from humancentric.core.images import encode_jpeg
from humancentric.masking import text_recognition
from humancentric.masking.text_boxes import Box
from probe_data import write_samples

WORDS = ("A love story", "Winter 1987", "HORROR")


def line(text, size=40):
    from matplotlib import font_manager

    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("RGB", (right - left + 20, bottom - top + 16), (230, 220, 200))
    ImageDraw.Draw(picture).text((10 - left, 8 - top), text, font=font, fill=(20, 30, 60))
    return np.array(picture)


@pytest.fixture(scope="module")
def recogniser():
    return text_recognition.load()


def test_words_are_read_as_rapidocr_reads_them(recogniser):
    rapid = pytest.importorskip("rapidocr_onnxruntime")
    reference = rapid.RapidOCR().text_rec
    lines = [line(text, size) for text in WORDS for size in (12, 40)]
    expected = [reference([one[:, :, ::-1]])[0][0] for one in lines]
    found = recogniser.read(lines)
    assert found == [text.strip() if sure >= 0.5 else "" for text, sure in expected]
    assert found[1::2] == list(WORDS)
    assert recogniser.read([np.full((30, 200, 3), 128, np.uint8)]) == [""]


def test_ctc_removes_repetitions_and_blanks_and_leaves_out_what_is_unsure():
    steps = np.full((7, 3), 0.1)
    for step, number in enumerate((1, 1, 0, 1, 2, 2, 0)):
        steps[step, number] = 0.8
    assert text_recognition.decoded(steps, ["", "a", "b"]) == "aab"
    assert text_recognition.decoded(steps / 2, ["", "a", "b"]) == ""


def test_lines_are_in_reading_order_and_each_text_is_read_once():
    boxes = [Box(50, 10, 30, 10, 1), Box(5, 12, 30, 10, 1), Box(5, 40, 60, 10, 1), Box(10, 41, 20, 8, 1)]
    assert text_recognition.lines_of(boxes) == [boxes[1], boxes[0], boxes[2]]


def test_texts_of_pictures_become_a_column_of_samples(tmp_path, recogniser):
    picture = np.full((200, 400, 3), 240, np.uint8)
    top, bottom = line("HORROR"), line("A love story", 30)
    boxes = []
    for (y, x), text in zip(((10, 20), (120, 30)), (top, bottom), strict=True):
        height, width = text.shape[:2]
        picture[y : y + height, x : x + width] = text
        boxes.append(Box(x, y, width, height, 0.9))
    rows = [{"id": name, "image": encode_jpeg(picture, 95), "width": 400, "height": 200} for name in "ab"]
    tables.write(tmp_path / "images.parquet", schemas.IMAGES.rows(rows), schemas.IMAGES)
    masks = written(tmp_path / "masks.parquet", {"a": boxes, "b": []})
    number = text_recognition.read_shard(tmp_path / "images.parquet", masks, tmp_path / "0.json", recogniser)
    assert number == 1
    assert files.read_json(tmp_path / "0.json") == {"a": "HORROR A love story", "b": ""}
    samples = write_samples(tmp_path / "samples.parquet", ["a", "b", "c"], ["train"] * 3, [["x"]] * 3)
    text_recognition.with_texts(samples, [tmp_path / "0.json"], "ocr", tmp_path / "joined.parquet")
    found = tables.read(tmp_path / "joined.parquet", schemas.SAMPLES)
    assert found["ocr"].to_pylist() == ["HORROR A love story", "", ""]
    assert found["id"].to_pylist() == ["a", "b", "c"]


def test_a_picture_without_a_row_of_boxes_is_one_line(tmp_path, recogniser):
    row = {"id": "a", "image": encode_jpeg(np.zeros((20, 20, 3), np.uint8), 95), "width": 20, "height": 20}
    tables.write(tmp_path / "images.parquet", schemas.IMAGES.rows([row]), schemas.IMAGES)
    masks = written(tmp_path / "masks.parquet", {"b": []})
    with pytest.raises(UserError, match=r"masks.parquet: no boxes of 'a'; remove the file and run again"):
        text_recognition.read_shard(tmp_path / "images.parquet", masks, tmp_path / "0.json", recogniser)
