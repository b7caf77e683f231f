"""Decode pictures of every format into RGB arrays, or name the reason why a file cannot be used."""

import io
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image

MISSING, UNREADABLE, TOO_SMALL, TOO_LARGE = "missing", "unreadable", "too-small", "too-large"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
STORED = ("JPEG", "PNG", "WEBP")  # what the tables of pictures hold
MAX_PIXELS = 50_000_000
ORIENTATION = 0x0112  # the EXIF tag
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageError(Exception):
    """A picture that cannot be used: `reason` is a stable word for counting, `detail` one line for people."""

    def __init__(self, reason: str, detail: str) -> None:
        """Store both, so that rejects can be grouped by reason."""
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class Picture(NamedTuple):
    """An encoded picture as the tables hold it, with the size it has after decoding."""

    data: bytes
    width: int
    height: int


def decode(
    data: bytes | None, *, min_side: int = 1, max_pixels: int = MAX_PIXELS, at_least: int | None = None
) -> np.ndarray:
    """Return the picture in `data` as (height, width, 3) uint8 RGB, upright, transparency on white.

    With `at_least`, a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size, with both sides at least that long; this is
    faster, but the pixels differ from those of a later resize.

    The header is checked before any pixel is decoded; of an animation the first frame is used. Raises
    `ImageError` with the reason ``missing`` (None), ``unreadable`` (no picture, or a damaged or truncated
    one), ``too-small`` (shorter side below `min_side` pixels) or ``too-large`` (above `max_pixels` pixels).
    """
    if data is None:
        raise ImageError(MISSING, "no picture")
    if not data:
        raise ImageError(UNREADABLE, "empty file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own limit of pixels, odd EXIF: checked below
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_size(*image.size, min_side, max_pixels)
                if at_least is not None:
                    image.draft(None, (at_least, at_least))  # does nothing where the format cannot
                image.load()
                return np.asarray(_rgb(_upright(image)))
    except (ImageError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(TOO_LARGE, f"more than {max_pixels} pixels") from error
    except Image.UnidentifiedImageError as error:
        raise ImageError(UNREADABLE, f"{len(data)} bytes that are no {', '.join(FORMATS)}") from error
    except Exception as error:  # decoders raise nearly anything on damaged files
        detail = " ".join(str(error).split())[:200]
        raise ImageError(UNREADABLE, f"{type(error).__name__}: {detail}") from error


def picture(data: bytes | None, *, min_side: int = 1, max_pixels: int = MAX_PIXELS) -> Picture:
    """Return `data` as it is stored: its own bytes if JPEG, PNG or WebP, else PNG; raises as `decode` does."""
    rgb = decode(data, min_side=min_side, max_pixels=max_pixels)
    assert data is not None  # `decode` has raised for a missing picture
    height, width = rgb.shape[:2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            stored = image.format in (*STORED, "MPO")  # a JPEG with further pictures behind the first
    if not stored:
        data = encode_png(rgb)
    return Picture(data, width, height)


def encode_jpeg(rgb: np.ndarray, quality: int = 95) -> bytes:
    """Return (height, width, 3) uint8 RGB as JPEG bytes without chroma subsampling; repeatable."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def encode_png(pixels: np.ndarray) -> bytes:
    """Return (height, width) grey or (height, width, 3) RGB uint8 as lossless PNG bytes; repeatable."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG")
    return buffer.getvalue()


def _check_size(width: int, height: int, min_side: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise ImageError(TOO_LARGE, f"{width}x{height} is more than {max_pixels} pixels")
    if min(width, height) < min_side:
        raise ImageError(TOO_SMALL, f"{width}x{height}, shorter side below {min_side}")


def _upright(image: Image.Image) -> Image.Image:
    try:
        # `ImageOps.exif_transpose` also rewrites the EXIF block, which fails on damaged ones.
        turn = UPRIGHT.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # a damaged EXIF block says nothing about the pixels
        return image
    return image if turn is None else image.transpose(turn)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):  # 16 bits a pixel, which `convert` would clip rather than scale
        values = np.asarray(image).astype(np.int64)
        return Image.fromarray(np.clip(values >> 8, 0, 255).astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        return Image.fromarray(np.nan_to_num(np.asarray(image)).clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        pixels = image.convert("RGBA")
        white = Image.new("RGBA", pixels.size, "white")
        return Image.alpha_composite(white, pixels).convert("RGB")
    return image.convert("RGB")
