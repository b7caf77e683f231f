"""OCR engines, and the parser of Tesseract's ``tsv`` output.

Each engine is one row of the config, loaded by the function that its `kind` names.
"""

import csv
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from humancentric.core.errors import UserError

WORD = 5  # the level of words; 1 to 4 are pages, blocks, paragraphs and lines
COLUMNS = ("level", "left", "top", "width", "height", "conf", "text")


class Word(NamedTuple):
    """A word, how sure the engine is of it (0-1), and its rectangle in pixels."""

    text: str
    confidence: float
    x: float
    y: float
    w: float
    h: float


def words(text: str) -> list[Word]:
    """Return the words of a table with a heading line; lines of other levels and words without letters are left out."""
    found = []
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == str(WORD) and (row["text"] or "").strip():
            x, y, w, h = (float(row[key]) for key in ("left", "top", "width", "height"))
            found.append(Word(row["text"].strip(), float(row["conf"]) / 100, x, y, w, h))
    return found


LIMIT = 300  # seconds for one picture
INSTALL = "install it (apt-get install tesseract-ocr, or conda install -c conda-forge tesseract)"


class EngineError(Exception):
    """A picture that the engine failed on; its text is one line."""


class Missing(NamedTuple):
    """An engine that this machine does not have: what to tell people."""

    sentence: str


class Engine(Protocol):
    """What every kind gives."""

    version: str

    def read(self, rgb: np.ndarray) -> list[Word]:
        """Return the words on a (height, width, 3) uint8 picture, in its pixels; raises `EngineError`."""
        ...


@dataclass(frozen=True)
class Tesseract:
    """Tesseract (Smith 2007) through its command line: a process of one thread for each picture."""

    command: str
    language: str
    mode: int
    version: str

    def read(self, rgb: np.ndarray) -> list[Word]:
        """Return the words on a picture; raises `EngineError` where the command fails."""
        options = ["-l", self.language, "--psm", str(self.mode), "tsv"]
        done = _run([self.command, "stdin", "stdout", *options], _pixmap(rgb))
        return words(done.stdout.decode("utf-8", "replace"))


def _pixmap(rgb: np.ndarray) -> bytes:
    """Return the picture as a PPM file: a PNG would take longer to pack than some pictures take to read."""
    height, width = rgb.shape[:2]
    return f"P6 {width} {height} 255\n".encode() + rgb.tobytes()


def _run(command: list[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    # Tesseract would start four threads for each picture, which slow each other down.
    environ = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, env=environ, timeout=LIMIT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(" ".join(str(error).split())) from error
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise EngineError(f"exit code {done.returncode}: {said}")
    return done


def _tesseract(command: str, language: str, mode: int, place: str) -> Tesseract | Missing:
    if shutil.which(command) is None:
        return Missing(f"{place}: '{command}' is not on PATH; {INSTALL}")
    try:
        version = _run([command, "--version"]).stdout.decode().split("\n")[0].strip()
        known = _run([command, "--list-langs"]).stdout.decode().split()
    except EngineError as error:
        raise UserError(f"{place}: '{command}' does not run ({error}); {INSTALL}") from error
    absent = [name for name in language.split("+") if name not in known]
    if absent:
        package = f"apt-get install tesseract-ocr-{absent[0]}"
        raise UserError(f"{place}.language: '{command}' has no '{absent[0]}'; {package}, or name another")
    return Tesseract(command, language, mode, version)


KINDS: dict[str, Callable[..., Engine | Missing]] = {"tesseract": _tesseract}


def load(row: Mapping[str, Any], place: str = "audit.engine") -> Engine | Missing:
    """Return the engine of the config's `row`, `Missing` where it is not installed; `place` names the row in errors.

    Raises `UserError` for one that is installed and does not run, or lacks its language.
    """
    options = {key: value for key, value in row.items() if key != "kind"}
    return KINDS[row["kind"]](**options, place=place)
