"""Run OCR on a table of pictures and cache the result of each picture."""

import hashlib
import json
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
import pyarrow as pa

from humancentric.core import logs
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.images import decode
from humancentric.core.schemas import READINGS
from humancentric.masking.audit.ocr_engines import Engine, EngineError, Word

log = logging.getLogger("humancentric")


def enlarged(rgb: np.ndarray, short_side: int) -> tuple[np.ndarray, float]:
    """Return the picture with a shorter side of at least `short_side` pixels, and by how much it was enlarged.

    Engines are made for scans of books, whose letters are larger than a poster's. Nothing is made smaller.
    """
    height, width = rgb.shape[:2]
    scale = max(1.0, short_side / min(height, width))
    if scale == 1.0:
        return rgb, 1.0
    size = round(width * scale), round(height * scale)
    return cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC), scale


def read_picture(rgb: np.ndarray, engine: Engine, short_side: int) -> list[Word]:
    """Return the words on a picture in its own pixels, read on the enlarged one; raises `EngineError`."""
    large, scale = enlarged(rgb, short_side)
    return [
        Word(word.text, word.confidence, *(side / scale for side in word[2:])) for word in engine.read(large)
    ]


def read_all(
    images: pa.Table, engine: Engine, short_side: int, threads: int, spool: DownloadCache
) -> pa.Table:
    """Return the READINGS of an IMAGES table, one row a picture; `threads` pictures are read at one time.

    Each picture's words are put into `spool` under a hash of the picture, and taken from there when a run that was
    killed is repeated. A picture that the engine fails on is a row with its `problem`; where it fails on all, that is
    a `UserError`.
    """
    cv2.setNumThreads(1)

    def read(number: int) -> dict[str, Any]:
        data = images.column("image")[number].as_py()
        key = hashlib.sha256(data).hexdigest()
        kept = spool.get(key)
        if kept is None:
            kept = json.dumps(_outcome(data, engine, short_side), ensure_ascii=False).encode()
            spool.put(key, kept)
        outcome = json.loads(kept)
        return {"id": images.column("id")[number].as_py(), **outcome}

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


def _outcome(data: bytes, engine: Engine, short_side: int) -> Mapping[str, Any]:
    try:
        words = read_picture(decode(data), engine, short_side)
    except EngineError as error:
        return {"words": [], "problem": str(error)}
    return {"words": [word._asdict() for word in words], "problem": None}
