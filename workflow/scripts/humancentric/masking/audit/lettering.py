"""One line of text as ink: the exact pixels of every letter, turned and set with the effects of the demo."""

import math
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from humancentric.masking.audit.drawing.typography import font

Size = tuple[int, int]
PAD = 3  # pixels around a line, and a quarter of its em: the effects reach less far


class Lettering(NamedTuple):
    """A line on a canvas of its own, opacities 0-1 as (height, width) float32."""

    ink: np.ndarray  # of all letters
    behind: np.ndarray  # of the effect under them
    labels: np.ndarray  # (height, width) int32: 0 no ink, k the k-th letter
    letters: str  # those with ink, without spaces


def size_of(text: str, name: str, em: int, rotation: int) -> Size:
    """Return width and height of the canvas that `lettering` would need for these."""
    return _turned_size(_level(text, font(name, em))[0], rotation)


def lettering(text: str, name: str, em: int, rotation: int, effect: str) -> Lettering:
    """Return `text` in the typeface `name`, `em` pixels large, turned by `rotation` degrees anticlockwise.

    A pixel is a letter's ink where that letter covers at least half of what it covers at most anywhere: thin strokes
    of small letters cover no pixel whole. `effect` is one of `typography.EFFECTS`.
    """
    typeface = font(name, em)
    size, (start, baseline) = _level(text, typeface)
    shape = _turned_size(size, rotation)[::-1]
    ink, best, labels = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.int32)
    letters = []
    for place, letter in enumerate(text):
        x = start + typeface.getlength(text[: place + 1]) - typeface.getlength(letter)
        canvas = Image.new("L", size, 0)
        ImageDraw.Draw(canvas).text((x, baseline), letter, 255, typeface, anchor="ls")
        alpha = _turned(np.asarray(canvas), rotation)
        if not alpha.any():
            continue
        letters.append(letter)
        own = (alpha >= alpha.max() / 2) & (alpha > best)
        labels[own], best[own] = len(letters), alpha[own]
        np.maximum(ink, alpha, out=ink)
    behind = _plate(size, em, rotation) if effect == "box" else _behind(effect, ink, em)
    return Lettering(ink, behind, labels, "".join(letters))


def _level(text: str, typeface: ImageFont.FreeTypeFont) -> tuple[Size, tuple[float, float]]:
    """Return the size of the canvas of a line that is not turned, and where on it the line starts."""
    left, top, right, bottom = typeface.getbbox(text, anchor="ls")
    pad = PAD + int(typeface.size) // 4
    return (int(right - left) + 2 * pad + 1, int(bottom - top) + 2 * pad + 1), (pad - left, pad - top)


def _turned_size(size: Size, rotation: int) -> Size:
    sine, cosine = abs(math.sin(math.radians(rotation))), abs(math.cos(math.radians(rotation)))
    width, height = size
    return round(width * cosine + height * sine), round(width * sine + height * cosine)


def _turned(canvas: np.ndarray, rotation: int) -> np.ndarray:
    height, width = canvas.shape
    if rotation:
        wide, high = _turned_size((width, height), rotation)
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), rotation, 1.0)
        matrix[:, 2] += (wide - width) / 2, (high - height) / 2
        canvas = cv2.warpAffine(canvas, matrix, (wide, high), flags=cv2.INTER_CUBIC)
    return canvas.astype(np.float32) / 255


def _behind(effect: str, ink: np.ndarray, em: int) -> np.ndarray:
    stroke = max(1, em // 16)
    if effect == "outline":
        return cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * stroke + 1,) * 2))
    if effect == "shadow":
        return 0.75 * np.roll(ink, (stroke + 1, stroke + 1), axis=(0, 1))
    return np.zeros_like(ink)


def _plate(size: Size, em: int, rotation: int) -> np.ndarray:
    pad = PAD + em // 4 - round(0.18 * em)
    plate = np.zeros(size[::-1], np.uint8)
    plate[pad : size[1] - pad, pad : size[0] - pad] = round(0.85 * 255)
    return _turned(plate, rotation)
