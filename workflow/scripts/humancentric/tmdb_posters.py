"""The posters of one shard of a listing: fetched, looked at, and kept exactly as they came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from humancentric import logs
from humancentric.errors import UserError
from humancentric.images import MAX_PIXELS, ImageError, decode
from humancentric.schemas import IMAGES, REJECTS
from humancentric.shards import shard_of
from humancentric.spool import Spool
from humancentric.tmdb_client import POSTER_PATH, Client
from humancentric.transport import ServiceError

STAGE = "image"
TOLERATED = (
    3,
    0.01,
)  # posters that may fail for good before the service counts as out of order: number, share
ABSENT = b"404"  # kept in the spool for a poster that the service does not have


@dataclass(frozen=True)
class Poster:
    """A film's poster: its bytes as received and its size in pixels, or why there is none."""

    film: str
    data: bytes = b""
    width: int = 0
    height: int = 0
    reason: str = ""
    detail: str = ""


def fetch(
    client: Client,
    listing: pa.Table,
    shard: str,
    shards: int,
    sizes: Sequence[str],
    spool: Spool,
    *,
    min_side: int = 64,
    max_pixels: int = MAX_PIXELS,
) -> tuple[pa.Table, pa.Table]:
    """Return the posters (IMAGES) and the rejects (REJECTS) of the films of `listing` that belong to `shard`.

    `sizes` are the renditions in order of preference: the next one is tried where the service answers 404. The
    reasons are missing, bad-path, not-found, unreadable, too-small, too-large and download-failed. A poster in `spool`
    is not asked for again. Raises `UserError` when more than a few posters cannot be had because of the service.
    """
    films = zip(listing["id"].to_pylist(), listing["image_source"].to_pylist(), strict=True)
    wanted = [(film, path) for film, path in films if shard_of(film, shards) == shard]
    tolerated = max(TOLERATED[0], int(TOLERATED[1] * len(wanted)))
    posters: list[Poster] = []
    failed = 0
    arriving = client.each(lambda item: _arrive(client, spool, sizes, *item), wanted)
    for arrived in logs.progress(arriving, f"posters {shard}", total=len(wanted), unit="poster"):
        poster = _judged(arrived, min_side, max_pixels)
        posters.append(poster)
        failed += poster.reason == "download-failed"
        if failed > tolerated:
            arriving.close()
            remedy = "check network and tmdb.image_url, then run again: what arrived is kept"
            raise UserError(f"{failed} posters could not be fetched, the last: {poster.detail}; {remedy}")
    return _images(posters), _rejects(posters)


def _arrive(client: Client, spool: Spool, sizes: Sequence[str], film: str, path: str | None) -> Poster:
    """Return the film's poster, now in the spool, or why it cannot be there; runs on many threads."""
    if not path:
        return Poster(film, reason="missing", detail="the listing names no poster")
    if not POSTER_PATH.fullmatch(path):
        return Poster(film, reason="bad-path", detail=f"{path[:200]!r} is no plain file name")
    key = f"{film}-{path[1:]}"
    data = spool.get(key)
    if data is None:
        try:
            data = _download(client, sizes, path)
        except ServiceError as error:
            return Poster(film, reason="download-failed", detail=str(error))
        spool.put(key, data)
    if data == ABSENT:
        return Poster(film, reason="not-found", detail=f"no {path} in {', '.join(sizes)}")
    return Poster(film, data)


def _judged(poster: Poster, min_side: int, max_pixels: int) -> Poster:
    """Return the poster with its size, or the reason why it is no picture to work with."""
    if poster.reason:
        return poster
    try:
        height, width = decode(poster.data, min_side=min_side, max_pixels=max_pixels).shape[:2]
    except ImageError as error:
        return Poster(poster.film, reason=error.reason, detail=error.detail)
    return replace(poster, width=width, height=height)


def _download(client: Client, sizes: Sequence[str], path: str) -> bytes:
    for size in sizes:
        try:
            return client.image(size, path)
        except ServiceError as error:
            if error.status != 404:
                raise
    return ABSENT


def _images(posters: Sequence[Poster]) -> pa.Table:
    good = [poster for poster in posters if not poster.reason]
    columns = {
        "id": [poster.film for poster in good],
        "image": [poster.data for poster in good],
        "width": [poster.width for poster in good],
        "height": [poster.height for poster in good],
    }
    return pa.table(columns, schema=IMAGES.empty().schema)


def _rejects(posters: Sequence[Poster]) -> pa.Table:
    bad = [poster for poster in posters if poster.reason]
    columns = {
        "id": [poster.film for poster in bad],
        "stage": [STAGE] * len(bad),
        "reason": [poster.reason for poster in bad],
        "detail": [poster.detail for poster in bad],
    }
    return pa.table(columns, schema=REJECTS.empty().schema)
