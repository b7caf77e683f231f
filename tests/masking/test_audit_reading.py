"""OCR engines: their input, their cached output, and their failures."""

import json
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.images import encode_png
from humancentric.core.schemas import IMAGES, READINGS
from humancentric.masking.audit import ocr
from humancentric.masking.audit.ocr import Word, enlarged, read_all, read_picture, words

HEADING = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
PAGE = "1\t1\t0\t0\t0\t0\t0\t0\t1000\t1500\t-1\t\n4\t1\t1\t1\t1\t0\t100\t50\t400\t60\t-1\t\n"
ROW = {"kind": "tesseract", "language": "eng", "mode": 11}
# A stand-in for the command: it notes how it was called and prints one word, as wide as half of the picture.
SCRIPT = f"""#!{sys.executable} -SE
import json, os, sys
if "--version" in sys.argv:
    print("reader 1.2\\n made up")
elif "--list-langs" in sys.argv:
    print("List of available languages (2):\\neng\\nosd")
else:
    data = sys.stdin.buffer.read()
    kind, width, height, most = data.split(b"\\n", 1)[0].split()
    call = dict(options=sys.argv[1:], limit=os.environ["OMP_THREAD_LIMIT"], size=[int(width), int(height)])
    with open(os.environ["CALLS"], "a") as file:
        file.write(json.dumps(call) + "\\n")
    if data[-1] == 13:
        sys.exit("cannot read this one")
    print({HEADING.strip()!r})
    print("\\t".join(map(str, [5, 1, 1, 1, 1, 1, 0, 10, int(width) // 2, 20, 91.5, "WORD"])))
"""


@pytest.fixture
def command(tmp_path, monkeypatch) -> Path:
    """Return the path of an engine that writes its calls into ``calls``."""
    path = tmp_path / "reader"
    path.write_text(SCRIPT)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return path


def calls(command: Path) -> list[dict]:
    file = command.with_name("calls")
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def images(**levels: int):
    rows = [
        {"id": name, "image": encode_png(np.full((40, 20, 3), level, np.uint8)), "width": 20, "height": 40}
        for name, level in levels.items()
    ]
    return IMAGES.rows(rows)


def test_words_are_parsed_from_tsv():
    text = HEADING + PAGE
    text += '5\t1\t1\t1\t1\t1\t100\t50\t180\t60\t96.5\t"This\n5\t1\t1\t1\t1\t2\t300\t50\t200\t60\t12\t  \n'
    text += "5\t1\t1\t1\t1\t3\t300\t50\t200\t60\t42\tüber\n"
    assert words(text) == [Word('"This', 0.965, 100, 50, 180, 60), Word("über", 0.42, 300, 50, 200, 60)]
    assert words(HEADING) == words("") == []


def test_a_line_of_pixels_does_not_become_a_gigantic_picture():
    large, found = enlarged(np.zeros((2, 16_000, 3), np.uint8), 1000)
    assert (large.shape, found) == ((4, 32_000, 3), 2.0)
    large, found = enlarged(np.zeros((40_000, 2, 3), np.uint8), 1000)
    assert (large.shape, found) == ((40_000, 2, 3), 1.0)


@pytest.mark.parametrize(
    ("shape", "size", "scale"),
    [((300, 200), (1000, 1500), 5.0), ((1000, 1200), (1200, 1000), 1.0), ((1, 4), (4000, 1000), 1000.0)],
)
def test_pictures_are_enlarged_to_the_short_side_and_never_made_smaller(shape, size, scale):
    large, found = enlarged(np.zeros((*shape, 3), np.uint8), 1000)
    assert (large.shape[1], large.shape[0]) == size
    assert found == scale


def test_words_come_back_in_pixels_of_the_picture(command):
    engine = ocr.load({**ROW, "command": str(command)})
    assert engine.version == "reader 1.2"
    (word,) = read_picture(np.zeros((40, 20, 3), np.uint8), engine, 100)
    assert word == Word("WORD", pytest.approx(0.915), 0, 2, 10, 4)
    (call,) = calls(command)
    assert call == {
        "options": ["stdin", "stdout", "-l", "eng", "--psm", "11", "tsv"],
        "limit": "1",
        "size": [100, 200],
    }


def test_a_missing_engine_is_reported_in_a_sentence():
    found = ocr.load({**ROW, "command": "no-such-reader"})
    assert isinstance(found, ocr.Missing)
    assert "'no-such-reader' is not on PATH; install it" in found.sentence


def test_a_missing_language_is_an_error(command):
    with pytest.raises(
        UserError, match=r"audit\.engine\.language: .* has no 'deu'; apt-get install tesseract-ocr-deu"
    ):
        ocr.load({**ROW, "command": str(command), "language": "eng+deu"})


@pytest.mark.parametrize("threads", [1, 3])
def test_a_table_is_read_row_by_row(command, tmp_path, threads):
    engine = ocr.load({**ROW, "command": str(command)})
    found = read_all(images(b=1, a=2, c=3), engine, 40, threads, DownloadCache(tmp_path / "spool"))
    assert found.schema == READINGS.empty().schema
    assert found["id"].to_pylist() == ["b", "a", "c"]
    assert [[word["text"] for word in row] for row in found["words"].to_pylist()] == [["WORD"]] * 3


def test_cached_pictures_are_not_read_again(command, tmp_path):
    engine = ocr.load({**ROW, "command": str(command)})
    read_all(images(a=1, b=2), engine, 40, 1, DownloadCache(tmp_path / "spool", "origin"))
    found = read_all(images(a=1, b=2, c=3), engine, 40, 1, DownloadCache(tmp_path / "spool", "origin"))
    assert len(calls(command)) == 3
    assert len(found) == 3
    read_all(images(a=1), engine, 40, 1, DownloadCache(tmp_path / "spool", "another engine"))
    assert len(calls(command)) == 4


def test_a_picture_that_fails_is_a_row_with_its_problem(command, tmp_path, caplog):
    engine = ocr.load({**ROW, "command": str(command)})
    with caplog.at_level("WARNING", "humancentric"):
        found = read_all(images(a=1, b=13), engine, 40, 1, DownloadCache(tmp_path / "spool"))
    assert found["problem"].to_pylist() == [None, "exit code 1: cannot read this one"]
    assert "b: not read: exit code 1" in caplog.text


def test_an_engine_that_reads_nothing_at_all_stops_the_job(command, tmp_path):
    engine = ocr.load({**ROW, "command": str(command)})
    with pytest.raises(UserError, match=r"audit\.engine: it reads no picture \(exit code 1: cannot read"):
        read_all(images(a=13), engine, 40, 1, DownloadCache(tmp_path / "spool"))
    assert len(read_all(IMAGES.empty(), engine, 40, 1, DownloadCache(tmp_path / "spool"))) == 0


def test_a_command_that_does_not_run_is_an_error(tmp_path):
    broken = tmp_path / "broken"
    broken.write_text(f"#!{sys.executable}\nraise SystemExit(3)\n")
    broken.chmod(0o755)
    with pytest.raises(UserError, match="does not run"):
        ocr.load({**ROW, "command": str(broken)})
