"""Scale grey values of more than 8 bits to 0-255, by the range that the file states or else by its type and values."""

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

# Tags of TIFF 6.0.
BITS, PHOTOMETRIC, LARGEST, FORMAT, RANGE_FROM, RANGE_TO = 258, 262, 281, 339, 340, 341
WHITE_IS_ZERO, UNSIGNED, SIGNED = 0, 1, 2
WHOLE_TYPES = (16, 32)  # bits that may hold values of fewer bits
USUAL_BITS = (8, 12, 16, 24)
OVERSHOOT = 16  # floats up to this are 0 to 1: as 0 to 255 they would be nearly black


def grey(image: Image.Image) -> np.ndarray:
    """Return (height, width) uint8 of a decoded picture of mode ``I``, ``I;16`` or ``F``; values outside are clipped.

    PNG always uses its 16 bits. The range of a TIFF is, in this order: SMinSampleValue to SMaxSampleValue; its bits, if
    they are neither 16 nor 32; the fewest of 8, 12, 16 and 24 bits that hold its values and its MaxSampleValue. Floats
    are 0 to 1 unless one is above 16, else whole numbers. Negative values without a stated range are black.
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
    """Return the value that the tag has for the first sample."""
    value = image.tag_v2.get(tag, default)
    return float(value[0] if isinstance(value, tuple) else value)
