"""What an earlier run of a shard has got of its posters, so that a longer listing costs only what is new."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from humancentric.files import read_json, write_bytes
from humancentric.schemas import IMAGES, REJECTS
from humancentric.spool import Spool
from humancentric.table_streams import stream
from humancentric.tmdb.poster import Limits, Poster

STAGE, DOWNLOAD_FAILED = "image", "download-failed"
PICTURES, ARRIVALS = "images.parquet", "arrivals.json"  # what is sealed
BATCH = 64  # pictures in memory at a time


def write(posters: Iterable[Poster], images: Path, rejects: Path, spool: Spool, limits: Limits) -> str:
    """Write the posters of a shard as they come, to `images` and `rejects`, and seal them; return what was counted.

    The metadata of `images` say when the first and the last of them arrived (`fetched`).
    """
    arrivals, known = {}, set()
    with stream(images, IMAGES) as good, stream(rejects, REJECTS) as bad:
        for poster in posters:
            if poster.reason:
                bad.append(
                    {"id": poster.film, "stage": STAGE, "reason": poster.reason, "detail": poster.detail}
                )
            else:
                size = {"width": poster.width, "height": poster.height}
                good.append({"id": poster.film, "image": poster.data, **size})
                known.add(poster.fetched)
            arrivals[poster.film] = [poster.path, poster.fetched, poster.reason, poster.detail]
        known.discard(None)
        good.describe({"fetched": [min(known), max(known)] if known else []})
    told = f"{good.length} posters, {bad.length} rejects"
    text = json.dumps({"limits": asdict(limits), "posters": arrivals}, ensure_ascii=False)
    piece = spool.folder / ARRIVALS
    write_bytes(piece, text.encode("utf-8"))
    spool.seal(**{PICTURES: images, ARRIVALS: piece})
    return told


class Kept:
    """The posters that are sealed in a spool."""

    def __init__(self, spool: Spool, limits: Limits) -> None:
        """Read what is there; `limits` are those that are to be kept now."""
        pictures, arrivals = spool.sealed(PICTURES), spool.sealed(ARRIVALS)
        found = read_json(arrivals) if pictures and arrivals else {"posters": {}}
        self._posters = found["posters"]
        self._same_limits = found.get("limits") == asdict(limits)
        self._oldest = spool.oldest
        self._rows = _rows(pictures) if pictures else iter(())

    def known(self, film: str, path: str | None) -> Poster | None:
        """Return a film's poster (or the reason that it has none) if it was got under this path and is still good."""
        was, fetched, reason, detail = self._posters.get(film, (None, None, "", ""))
        outdated = fetched is not None and datetime.fromisoformat(fetched).timestamp() < self._oldest
        if path is None or path != was or outdated or reason == DOWNLOAD_FAILED:
            return None
        if reason and not self._same_limits:
            return None
        return Poster(film, path, fetched, kept=True, reason=reason, detail=detail)

    def data(self, film: str) -> bytes:
        """Return the bytes of a known poster; films must be asked for in the order of their ids."""
        return next(data for known, data in self._rows if known == film)


def _rows(pictures: Path) -> Iterator[tuple[str, bytes]]:
    with pq.ParquetFile(pictures) as file:
        for batch in file.iter_batches(BATCH, columns=["id", "image"]):
            yield from zip(batch["id"].to_pylist(), batch["image"].to_pylist(), strict=True)
