"""Run optical character recognition (OCR) on a table of pictures.

The engine is a row of the config, loaded by the function in `KINDS` that its `kind` names. The words of each picture
are cached, so that a job that was stopped resumes where it left off.
"""

import csv
import hashlib
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
import pyarrow as pa

from humancentric.core import logs
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.images import decode
from humancentric.core.schemas import READINGS

log = logging.getLogger("humancentric")

WORD_LEVEL = "5"  # in Tesseract's TSV output; 1 to 4 are pages, blocks, paragraphs and lines
LIMIT = 300  # timeout for one picture in seconds
LONGEST = 32_000  # largest side in pixels; Tesseract rejects pictures above 32,767
INSTALL = "install it (apt-get install tesseract-ocr, or conda install -c conda-forge tesseract)"


class Word(NamedTuple):
    """A word, the engine's confidence (0-1), and its rectangle in pixels."""

    text: str
    confidence: float
    x: float
    y: float
    w: float
    h: float


class EngineError(Exception):
    """Raised when the engine fails on a picture; the message is one line."""


class Missing(NamedTuple):
    """An engine that is not installed on this machine, with a sentence that says so."""

    sentence: str


class Engine(Protocol):
    """Interface of OCR engines."""

    version: str

    def read(self, rgb: np.ndarray) -> list[Word]:
        """Return the words on a (height, width, 3) uint8 picture, in pixel coordinates. Raises `EngineError`."""
        ...


@dataclass(frozen=True)
class Tesseract:
    """Tesseract (Smith 2007), called as a command: one process with one thread per picture."""

    command: str
    language: str
    mode: int
    version: str

    def read(self, rgb: np.ndarray) -> list[Word]:
        """Return the words on a picture. Raises `EngineError` if the command fails."""
        height, width = rgb.shape[:2]
        # PPM, because encoding a PNG can take longer than reading its text
        picture = f"P6 {width} {height} 255\n".encode() + rgb.tobytes()
        options = ["-l", self.language, "--psm", str(self.mode), "tsv"]
        done = _run([self.command, "stdin", "stdout", *options], picture)
        return words(done.stdout.decode("utf-8", "replace"))


def words(text: str) -> list[Word]:
    """Return the words of Tesseract's ``tsv`` output; other levels and empty words are left out."""
    found = []
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == WORD_LEVEL and (row["text"] or "").strip():
            x, y, w, h = (float(row[key]) for key in ("left", "top", "width", "height"))
            found.append(Word(row["text"].strip(), float(row["conf"]) / 100, x, y, w, h))
    return found


def _run(command: list[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    # Tesseract starts four threads for each picture by default, which slow each other down.
    environ = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, env=environ, timeout=LIMIT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(" ".join(str(error).split())) from error
    if done.returncode:
        message = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise EngineError(f"exit code {done.returncode}: {message}")
    return done


def _tesseract(command: str, language: str, mode: int, config_path: str) -> Tesseract | Missing:
    if shutil.which(command) is None:
        return Missing(f"{config_path}: '{command}' is not on PATH; {INSTALL}")
    try:
        version = _run([command, "--version"]).stdout.decode().split("\n")[0].strip()
        known = _run([command, "--list-langs"]).stdout.decode().split()
    except EngineError as error:
        raise UserError(f"{config_path}: '{command}' does not run ({error}); {INSTALL}") from error
    absent = [name for name in language.split("+") if name not in known]
    if absent:
        package = f"apt-get install tesseract-ocr-{absent[0]}"
        raise UserError(
            f"{config_path}.language: '{command}' has no '{absent[0]}'; {package}, or name another"
        )
    return Tesseract(command, language, mode, version)


KINDS: dict[str, Callable[..., Any]] = {"tesseract": _tesseract}


def load(row: Mapping[str, Any], config_path: str = "audit.engine") -> Engine | Missing:
    """Return the engine of the config's `row`, or `Missing` if it is not installed.

    Raises `UserError`, which names `config_path`, if it is installed but does not run or lacks its language.
    """
    options = {key: value for key, value in row.items() if key != "kind"}
    return KINDS[row["kind"]](**options, config_path=config_path)


def enlarged(rgb: np.ndarray, short_side: int) -> tuple[np.ndarray, float]:
    """Return the picture enlarged to a shorter side of at least `short_side` pixels, and the factor.

    OCR is designed for scans, whose letters are larger than those of a poster. Pictures are never made smaller, and
    the longer side is not enlarged beyond the engine's limit.
    """
    height, width = rgb.shape[:2]
    scale = max(1.0, min(short_side / min(height, width), LONGEST / max(height, width)))
    if scale == 1.0:
        return rgb, 1.0
    size = round(width * scale), round(height * scale)
    return cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC), scale


def read_picture(rgb: np.ndarray, engine: Engine, short_side: int) -> list[Word]:
    """Return the words on a picture in its pixel coordinates, read on an enlarged copy. Raises `EngineError`."""
    large, scale = enlarged(rgb, short_side)
    return [
        Word(word.text, word.confidence, *(side / scale for side in word[2:])) for word in engine.read(large)
    ]


def read_all(
    images: pa.Table, engine: Engine, short_side: int, threads: int, cache: DownloadCache
) -> pa.Table:
    """Return the READINGS table of an IMAGES table, one row per picture, read by `threads` threads.

    The words of each picture are stored in `cache` under a hash of the picture. If the engine fails on a
    picture, its row has a `problem`. Raises `UserError` if the engine fails on all of them.
    """
    cv2.setNumThreads(1)

    def read(number: int) -> dict[str, Any]:
        data = images.column("image")[number].as_py()
        key = hashlib.sha256(data).hexdigest()
        if (result := cache.get(key)) is None:
            result = json.dumps(_outcome(data, engine, short_side), ensure_ascii=False).encode()
            cache.put(key, result)
        return {"id": images.column("id")[number].as_py(), **json.loads(result)}

    with ThreadPoolExecutor(max_workers=threads) as pool:
        found = pool.map(read, range(len(images)))
        rows = list(logs.progress(found, "read", total=len(images), unit="picture"))
    failed = [row for row in rows if row["problem"]]
    if rows and len(failed) == len(rows):
        raise UserError(
            f"audit.engine: it reads no picture ({failed[0]['problem']}); try its command by hand"
        )
    for row in failed:
        log.warning("%s: not read: %s", row["id"], row["problem"])
    log.info("%d pictures, %d words", len(rows), sum(len(row["words"]) for row in rows))
    return READINGS.rows(rows)


def _outcome(data: bytes, engine: Engine, short_side: int) -> dict[str, Any]:
    try:
        found = read_picture(decode(data), engine, short_side)
    except EngineError as error:
        return {"words": [], "problem": str(error)}
    return {"words": [word._asdict() for word in found], "problem": None}
