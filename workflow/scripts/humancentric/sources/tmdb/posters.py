"""Download the posters of one shard of a listing, check them, and store their bytes unchanged.

Posters of an earlier run are reused, so that a longer listing costs only the new ones.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from humancentric.core import logs
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.files import read_json, write_bytes
from humancentric.core.http_client import LARGEST_BODY
from humancentric.core.http_transport import ServiceError
from humancentric.core.images import MAX_PIXELS, MISSING, TOO_LARGE, ImageError, decode
from humancentric.core.schemas import IMAGES, REJECTS
from humancentric.core.tables import TableFile, stream
from humancentric.sources.tmdb.api import POSTER_PATH, Client


@dataclass(frozen=True)
class Limits:
    """The limits of a usable picture: its shorter side and its area in pixels, its size in bytes."""

    min_side: int = 64
    max_pixels: int = MAX_PIXELS
    max_bytes: int = LARGEST_BODY


@dataclass(frozen=True)
class Poster:
    """A film's poster: its bytes as received and its size in pixels, or the `reason` why there is none.

    `path` is its name at the service and `fetched` the time of its arrival (UTC, ISO 8601; None from a replica).
    `cached` is true if its bytes are stored from an earlier run.
    """

    film: str
    path: str | None = None
    fetched: str | None = None
    cached: bool = False
    data: bytes = b""
    width: int = 0
    height: int = 0
    reason: str = ""
    detail: str = ""

    def refused(self, reason: str, detail: str) -> "Poster":
        """Return the poster without its picture, with the reason."""
        return replace(self, data=b"", reason=reason, detail=detail)

    def checked(self, data: bytes, limits: Limits) -> "Poster":
        """Return the poster with the picture `data` and its size, or with the reason why it is unusable."""
        if len(data) > limits.max_bytes:
            return self.refused(TOO_LARGE, f"more than {limits.max_bytes} bytes")
        try:
            height, width = decode(data, min_side=limits.min_side, max_pixels=limits.max_pixels).shape[:2]
        except ImageError as error:
            return self.refused(error.reason, error.detail)
        return replace(self, data=data, width=width, height=height)


STAGE, DOWNLOAD_FAILED = "image", "download-failed"
PICTURES, ARRIVALS = "images.parquet", "arrivals.json"  # of an earlier run
BATCH = 64  # pictures in memory at a time


def write(
    posters: Iterable[Poster], images: Path, rejects: Path, cache: DownloadCache, limits: Limits
) -> str:
    """Write the posters of a shard to `images` and `rejects`, and to `cache` for later runs; return their counts.

    The metadata of `images` hold the times of the first and the last arrival (`fetched`).
    """
    arrivals: dict[str, list[str | None]] = {}
    times: set[str] = set()
    with stream(images, IMAGES) as accepted, stream(rejects, REJECTS) as rejected:
        for poster in posters:
            if poster.reason:
                rejected.append(
                    {"id": poster.film, "stage": STAGE, "reason": poster.reason, "detail": poster.detail}
                )
            else:
                size = {"width": poster.width, "height": poster.height}
                accepted.append({"id": poster.film, "image": poster.data, **size})
                times |= {poster.fetched} if poster.fetched else set()
            arrivals[poster.film] = [poster.path, poster.fetched, poster.reason, poster.detail]
        accepted.describe({"fetched": [min(times), max(times)] if times else []})
    summary = f"{accepted.length} posters, {rejected.length} rejects"
    text = json.dumps({"limits": asdict(limits), "posters": arrivals}, ensure_ascii=False)
    path = cache.folder / ARRIVALS
    write_bytes(path, text.encode("utf-8"))
    cache.commit(**{PICTURES: images, ARRIVALS: path})
    return summary


class PosterCache:
    """The posters of an earlier run in a download cache."""

    def __init__(self, cache: DownloadCache, limits: Limits) -> None:
        """Read the stored posters; `limits` are those of this run."""
        pictures, arrivals = cache.committed(PICTURES), cache.committed(ARRIVALS)
        found = read_json(arrivals) if pictures and arrivals else {"posters": {}}
        self._posters = found["posters"]
        self._same_limits = found.get("limits") == asdict(limits)
        self._oldest = cache.oldest
        self._rows = _rows(pictures) if pictures else iter(())

    def known(self, film: str, path: str | None) -> Poster | None:
        """Return a film's stored poster, or the reason why it has none, if its path is the same and it is valid."""
        stored_path, fetched, reason, detail = self._posters.get(film, (None, None, "", ""))
        outdated = fetched is not None and datetime.fromisoformat(fetched).timestamp() < self._oldest
        if path is None or path != stored_path or outdated or reason == DOWNLOAD_FAILED:
            return None
        if reason and not self._same_limits:
            return None
        return Poster(film, path, fetched, cached=True, reason=reason, detail=detail)

    def data(self, film: str) -> bytes:
        """Return the bytes of a known poster; must be called in the order of the films' ids."""
        return next(data for known, data in self._rows if known == film)


def _rows(pictures: Path) -> Iterator[tuple[str, bytes]]:
    with TableFile(pictures) as file:
        for batch in file.iter_batches(BATCH, columns=["id", "image"]):
            yield from zip(batch["id"].to_pylist(), batch["image"].to_pylist(), strict=True)


# Number and share of failed posters that are tolerated; with more than both, the service does not work.
TOLERATED = (3, 0.01)
# Stored in the download cache for a poster that the service does not have, or that has too many bytes.
ABSENT, OVERSIZED = b"404", b"413"


def fetch(
    client: Client,
    wanted: Sequence[tuple[str, str | None]],
    sizes: Sequence[str],
    cache: DownloadCache,
    limits: Limits = Limits(),
) -> Iterator[Poster]:
    """Yield the posters of the films `wanted` (id, poster_path) in the order of their ids.

    `sizes` are the renditions in order of preference: the next one is tried if the service answers 404. The
    reasons for a missing poster are missing, bad-path, not-found, unreadable, too-small, too-large and
    download-failed. A poster in `cache`, in a file of its own or of an earlier run, is not requested again. Raises
    `UserError` if the service fails for more than a few posters.
    """
    earlier = PosterCache(cache, limits)
    tolerated = max(TOLERATED[0], int(TOLERATED[1] * len(wanted)))
    failed = 0

    def arrive(item: tuple[str, str | None]) -> Poster:
        return earlier.known(*item) or _download(client, cache, sizes, limits, *item)

    arriving = client.each(arrive, sorted(wanted))
    for poster in logs.progress(arriving, "posters", total=len(wanted), unit="poster"):
        failed += poster.reason == DOWNLOAD_FAILED
        if failed > tolerated:
            arriving.close()
            remedy = "check network and tmdb.image_url, then run again: what has been downloaded is kept"
            raise UserError(f"{failed} posters could not be fetched, the last: {poster.detail}; {remedy}")
        if poster.reason:
            yield poster
        else:
            data = earlier.data(poster.film) if poster.cached else cache.get(_key(poster))
            yield poster.checked(data or b"", limits)


def _download(
    client: Client, cache: DownloadCache, sizes: Sequence[str], limits: Limits, film: str, path: str | None
) -> Poster:
    """Return the film's poster, with its bytes in the cache, or the reason why it has none; runs on many threads."""
    poster = Poster(film, path)
    if not path:
        return poster.refused(MISSING, "the listing names no poster")
    if not POSTER_PATH.fullmatch(path):
        return poster.refused("bad-path", f"{path[:200]!r} is not a plain file name")
    data = cache.get(_key(poster))
    if data is None:
        try:
            data = client.poster(sizes, path, limits.max_bytes) or ABSENT
        except ServiceError as error:
            if not error.oversized:
                # Without the URL, since a replica's port changes from run to run.
                return poster.refused(DOWNLOAD_FAILED, str(error).partition(": ")[2])
            data = OVERSIZED
        cache.put(_key(poster), data)
    if client.stamped:
        arrived = datetime.fromtimestamp(cache.fetched_at(_key(poster)), UTC)
        poster = replace(poster, fetched=arrived.isoformat(timespec="seconds"))
    if data == OVERSIZED:
        return poster.refused(TOO_LARGE, f"more than {limits.max_bytes} bytes")
    return poster if data != ABSENT else poster.refused("not-found", f"no {path} in {', '.join(sizes)}")


def _key(poster: Poster) -> str:
    return f"{poster.film}-{(poster.path or '')[1:]}"
