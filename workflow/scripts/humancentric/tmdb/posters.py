"""The posters of one shard of a listing: fetched, looked at, and handed on exactly as they came."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from humancentric import logs
from humancentric.errors import UserError
from humancentric.images import MISSING, TOO_LARGE
from humancentric.spool import Spool
from humancentric.tmdb.client import POSTER_PATH, Client
from humancentric.tmdb.kept import DOWNLOAD_FAILED, Kept
from humancentric.tmdb.poster import Limits, Poster
from humancentric.web.transport import ServiceError

# Posters that may fail for good before the service counts as out of order: number, share.
TOLERATED = (3, 0.01)
# Kept in the spool for a poster that the service does not have, or that has more bytes than it may.
ABSENT, OVERSIZED = b"404", b"413"


def fetch(
    client: Client,
    wanted: Sequence[tuple[str, str | None]],
    sizes: Sequence[str],
    spool: Spool,
    limits: Limits = Limits(),  # noqa: B008 - limits are frozen
) -> Iterator[Poster]:
    """Yield the posters of the films `wanted` (id, poster_path) in the order of their ids.

    `sizes` are the renditions in order of preference: the next one is tried where the service answers 404. The
    reasons not to have one are missing, bad-path, not-found, unreadable, too-small, too-large and download-failed. A
    poster that is in `spool`, as a piece or sealed, is not asked for again. Raises `UserError` when more than a few
    posters cannot be had because of the service.
    """
    kept = Kept(spool, limits)
    tolerated = max(TOLERATED[0], int(TOLERATED[1] * len(wanted)))
    failed = 0

    def arrive(item: tuple[str, str | None]) -> Poster:
        return kept.known(*item) or _arrive(client, spool, sizes, limits, *item)

    arriving = client.each(arrive, sorted(wanted))
    for poster in logs.progress(arriving, "posters", total=len(wanted), unit="poster"):
        failed += poster.reason == DOWNLOAD_FAILED
        if failed > tolerated:
            arriving.close()
            remedy = "check network and tmdb.image_url, then run again: what arrived is kept"
            raise UserError(f"{failed} posters could not be fetched, the last: {poster.detail}; {remedy}")
        if poster.reason:
            yield poster
        else:
            data = kept.data(poster.film) if poster.kept else spool.get(_key(poster))
            yield poster.judged(data, limits)


def _arrive(
    client: Client, spool: Spool, sizes: Sequence[str], limits: Limits, film: str, path: str | None
) -> Poster:
    """Return the film's poster, whose bytes are in the spool now, or why they cannot be; runs on many threads."""
    poster = Poster(film, path)
    if not path:
        return poster.refused(MISSING, "the listing names no poster")
    if not POSTER_PATH.fullmatch(path):
        return poster.refused("bad-path", f"{path[:200]!r} is no plain file name")
    data = spool.get(_key(poster))
    if data is None:
        try:
            data = client.poster(sizes, path, limits.max_bytes) or ABSENT
        except ServiceError as error:
            if not error.oversized:
                # Without the address: a replica's port is another one every time.
                return poster.refused(DOWNLOAD_FAILED, str(error).partition(": ")[2])
            data = OVERSIZED
        spool.put(_key(poster), data)
    if client.stamped:
        arrived = datetime.fromtimestamp(spool.arrived(_key(poster)), UTC)
        poster = replace(poster, fetched=arrived.isoformat(timespec="seconds"))
    if data == OVERSIZED:
        return poster.refused(TOO_LARGE, f"more than {limits.max_bytes} bytes")
    return poster if data != ABSENT else poster.refused("not-found", f"no {path} in {', '.join(sizes)}")


def _key(poster: Poster) -> str:
    return f"{poster.film}-{(poster.path or '')[1:]}"
