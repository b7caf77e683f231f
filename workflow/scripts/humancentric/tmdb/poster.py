"""One film's poster: what arrived, what it must be to be used, or why there is none."""

from dataclasses import dataclass, replace

from humancentric.images import MAX_PIXELS, TOO_LARGE, ImageError, decode
from humancentric.web.polite import LARGEST_BODY


@dataclass(frozen=True)
class Limits:
    """What a picture must be to be used: its shorter side and its area in pixels, its size in bytes."""

    min_side: int = 64
    max_pixels: int = MAX_PIXELS
    max_bytes: int = LARGEST_BODY


@dataclass(frozen=True)
class Poster:
    """A film's poster: its bytes as received and its size in pixels, or the `reason` why there is none.

    `path` is its name at the service and `fetched` when it arrived (UTC, ISO 8601; None from a replica). `kept` says
    that an earlier run has its bytes.
    """

    film: str
    path: str | None = None
    fetched: str | None = None
    kept: bool = False
    data: bytes = b""
    width: int = 0
    height: int = 0
    reason: str = ""
    detail: str = ""

    def refused(self, reason: str, detail: str) -> "Poster":
        """Return it without a picture, for a reason."""
        return replace(self, data=b"", reason=reason, detail=detail)

    def judged(self, data: bytes, limits: Limits) -> "Poster":
        """Return it with the picture `data` and its size, or with the reason why that is no picture to work with."""
        if len(data) > limits.max_bytes:
            return self.refused(TOO_LARGE, f"more than {limits.max_bytes} bytes")
        try:
            height, width = decode(data, min_side=limits.min_side, max_pixels=limits.max_pixels).shape[:2]
        except ImageError as error:
            return self.refused(error.reason, error.detail)
        return replace(self, data=data, width=width, height=height)
