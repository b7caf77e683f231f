"""Decode pictures of every format into RGB arrays, or name the reason why a file cannot be used."""

import io
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import TiffImageFile

from humancentric.core.escaping import without_secrets

BAD, NOT_FOUND, REFUSED = "bad-address", "not-found", "refused"  # reasons for pictures with URLs
MISSING, UNREADABLE, TOO_SMALL, TOO_LARGE = "missing", "unreadable", "too-small", "too-large"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
STORED = ("JPEG", "PNG", "WEBP")  # formats that the tables of pictures store as they are
MAX_PIXELS = 50_000_000
MAX_SIDE = 65_500  # pixels; the limit of JPEG, in which masked pictures are stored
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the last two: BigTIFF
PNG_DEPTH = 24  # offset of the byte that holds the bit depth
LONGEST = 16  # aspect ratio up to which an encoder resizes a picture as a whole
# Tags of TIFF 6.0.
BITS, PHOTOMETRIC, LARGEST, FORMAT, RANGE_FROM, RANGE_TO = 258, 262, 281, 339, 340, 341
WHITE_IS_ZERO, UNSIGNED, SIGNED = 0, 1, 2
WHOLE_TYPES = (16, 32)  # bit depths whose values may use fewer bits
USUAL_BITS = (8, 12, 16, 24)
OVERSHOOT = 16  # floats up to this count as 0 to 1: as 0 to 255 they would be nearly black
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

# Pillow rejects a PNG whose text or colour profile exceeds 1 MB; profiles of printers are larger.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 2**20
PngImagePlugin.MAX_TEXT_MEMORY = 64 * 2**20


class ImageError(Exception):
    """A picture that cannot be used: `reason` is a stable word for counting, `detail` one line for people."""

    def __init__(self, reason: str, detail: str) -> None:
        """Store both, `detail` without secrets in URLs."""
        self.reason, self.detail = reason, without_secrets(detail)
        super().__init__(f"{reason}: {self.detail}")


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
    one), ``too-small`` (shorter side below `min_side` pixels) or ``too-large`` (above `max_pixels` pixels, or a side
    above 65,500, the limit of JPEG). `_grey` states how grey values of more than 8 bits become 8 bits.
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
                return np.asarray(_upright(_rgb(image, data), image))
    except (ImageError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(TOO_LARGE, f"more than {max_pixels} pixels") from error
    except Image.UnidentifiedImageError as error:
        raise ImageError(UNREADABLE, _unidentified(data)) from error
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
    if max(width, height) > MAX_SIDE:
        raise ImageError(TOO_LARGE, f"{width}x{height}, longer side above {MAX_SIDE}")
    if min(width, height) < min_side:
        raise ImageError(TOO_SMALL, f"{width}x{height}, shorter side below {min_side}")


def _unidentified(data: bytes) -> str:
    if data.startswith(TIFF_STARTS):
        return "a TIFF of a kind that cannot be read; save it with 8 bits per sample"
    return f"{len(data)} bytes that are not {', '.join(FORMATS)}"


def _upright(rgb: Image.Image, image: Image.Image) -> Image.Image:
    """Return `rgb`, the pixels of the file `image`, turned as its EXIF block states."""
    try:
        # `ImageOps.exif_transpose` also rewrites the EXIF block, which fails on damaged ones.
        turn = UPRIGHT.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # a damaged EXIF block says nothing about the pixels
        return rgb
    return rgb if turn is None else rgb.transpose(turn)


def _rgb(image: Image.Image, data: bytes) -> Image.Image:
    if image.format == "TIFF":
        _check_colours(image)
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I") or image.mode == "F":  # `convert` would clip rather than scale
        values = _grey(image)
        if "transparency" in image.info:
            values[np.asarray(image) == image.info["transparency"]] = 255
        return Image.fromarray(values).convert("RGB")
    if image.has_transparency_data:
        if image.format == "PNG":
            _scale_transparency(image, data[PNG_DEPTH])
        pixels = image.convert("RGBA")
        white = Image.new("RGBA", pixels.size, "white")
        return Image.alpha_composite(white, pixels).convert("RGB")
    return image.convert("RGB")


def _scale_transparency(image: Image.Image, depth: int) -> None:
    """Scale the transparent colour of a PNG as Pillow scales the pixels: grey of 2 and 4 bits, colours of 16."""
    colour = image.info.get("transparency")  # None where the pixels have an alpha channel
    if colour is None:
        return
    if image.mode == "L" and depth < 8:
        image.info["transparency"] = colour * 255 // (2**depth - 1)
    elif image.mode == "RGB" and depth == 16:
        image.info["transparency"] = tuple(value >> 8 for value in colour)


def _check_colours(image: Image.Image) -> None:
    """Raise `ImageError` for 16-bit colours that use at most 12 bits, of which Pillow keeps at most 4."""
    bits = image.tag_v2.get(BITS, (1,))  # type: ignore[attr-defined]
    if image.mode in ("RGB", "RGBA") and max(bits) == 16:
        brightest = np.asarray(image)[..., :3].max()
        if brightest < 16:
            raise ImageError(
                UNREADABLE, "a TIFF whose 16 bits hold 12 or fewer; save it with 8 bits per sample"
            )


def size_for_card(data: bytes) -> tuple[int, int] | None:
    """Return the width and height of a picture that a GPU can decode, else None.

    Such a picture is an upright JPEG with grey or RGB pixels, not too elongated to be resized as a whole.
    """
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            upright = image.getexif().get(ORIENTATION, 1) == 1
            suitable = image.mode in ("L", "RGB") and image.width * image.height <= MAX_PIXELS
            elongated = max(image.size) > LONGEST * min(image.size)
            return image.size if upright and suitable and not elongated else None
    except Exception:  # damaged files raise nearly anything; decoding on the CPU reports them
        return None


def _grey(image: Image.Image) -> np.ndarray:
    """Scale a decoded picture of mode ``I``, ``I;16`` or ``F`` to (height, width) uint8, clipping values out of range.

    PNG always uses its 16 bits. The range of a TIFF is, in this order: SMinSampleValue to SMaxSampleValue; its bits, if
    they are neither 16 nor 32; the fewest of 8, 12, 16 and 24 bits that hold its values and its MaxSampleValue. Floats
    range from 0 to 1 unless one is above 16, else they are integers. Negative values without a stated range are black.
    """
    values = np.asarray(image)
    if not isinstance(image, TiffImageFile):
        return (values >> 8).astype(np.uint8)
    kind, stored = _stated(image, FORMAT, UNSIGNED), int(_stated(image, BITS, 1))
    low, high = _stated(image, RANGE_FROM, 0), _stated(image, RANGE_TO, 0)
    if values.dtype == np.int32 and kind == UNSIGNED:
        values = values.view(np.uint32)  # Pillow has no unsigned mode of 32 bits
    if high > low:
        scaled = _stretched(values, low, high)
    elif values.dtype.kind == "f":
        scaled = _floats(values)
    else:
        bits = stored - (kind == SIGNED)
        if stored in WHOLE_TYPES:
            # MaxSampleValue may be the picture's own largest value, so only its number of bits counts.
            largest = max(float(values.max()), _stated(image, LARGEST, 0))
            bits = next((usual for usual in USUAL_BITS if usual < bits and largest < 2**usual), bits)
        scaled = (np.maximum(values, 0) >> (bits - 8)).clip(0, 255).astype(np.uint8)
    return 255 - scaled if _stated(image, PHOTOMETRIC, 1) == WHITE_IS_ZERO else scaled


def _floats(values: np.ndarray) -> np.ndarray:
    largest = float(np.max(values, where=np.isfinite(values), initial=0))
    if largest <= OVERSHOOT:
        return _stretched(values, 0, 1)
    bits = next((bits for bits in USUAL_BITS if largest < 2**bits), None)
    return _stretched(values, 0, 2**bits - 1 if bits else largest)


def _stretched(values: np.ndarray, low: float, high: float) -> np.ndarray:
    share = (values.astype(np.float64) - low) / (high - low)
    return np.rint(np.nan_to_num(share).clip(0, 1) * 255).astype(np.uint8)


def _stated(image: TiffImageFile, tag: int, default: float) -> float:
    """Return the value of a TIFF tag for the first channel."""
    value = image.tag_v2.get(tag, default)
    return float(value[0] if isinstance(value, tuple) else value)
