"""Choose settings of lines of known text, and render the lines with the exact ink of every letter.

A line's settings combine levels of six factors: size, colour, typeface, rotation, contrast and effect.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from humancentric.core.hashing import generator

Size = tuple[int, int]
PAD = 3  # pixels around a line, in addition to a quarter of its em: more than any effect needs
EFFECTS = ("plain", "shadow", "outline", "box")
FACTORS = ("letters", "colour", "typeface", "rotation", "contrast", "effect")


class Setting(NamedTuple):
    """How one line of text is rendered: a level of each of `FACTORS`."""

    letters: int  # size of the em in pixels
    colour: str  # a key of the config's ``audit.ink.colours``
    typeface: str  # a file in matplotlib's font folder, without .ttf
    rotation: int  # degrees, anticlockwise
    contrast: float  # 0 is the colour of the background, 1 that of the ink
    effect: str  # one of `EFFECTS`


def levels_of(row: Mapping[str, Any], letters: Sequence[int]) -> dict[str, list[Any]]:
    """Return the levels of every factor from the config's ``audit.ink`` and the `letters` of one size of picture."""
    return {name: list(letters if name == "letters" else row[f"{name}s"]) for name in FACTORS}


def settings(levels: Mapping[str, Sequence[Any]], lines: int, seed: int) -> list[Setting]:
    """Return `lines` settings in which the levels of each factor are equally frequent, within one.

    Every factor has its own random order (a Latin hypercube), so a few hundred lines suffice where a full grid of
    combinations would need thousands.
    """
    columns = []
    for factor in FACTORS:
        order = generator(seed, "audit", factor).permutation(lines)
        columns.append([levels[factor][int(number) % len(levels[factor])] for number in order])
    return [Setting(*row) for row in zip(*columns, strict=True)]


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a typeface of matplotlib's font folder, `size` in pixels."""
    return ImageFont.truetype(str(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")), size)


class Lettering(NamedTuple):
    """A line rendered on its own canvas; opacities are (height, width) float32 from 0 to 1."""

    ink: np.ndarray  # of all letters
    behind: np.ndarray  # of the effect under them
    labels: np.ndarray  # (height, width) int32: 0 no ink, k the k-th letter
    letters: str  # the characters that have ink, so no spaces


def size_of(text: str, name: str, em: int, rotation: int) -> Size:
    """Return the width and height of the canvas that `lettering` makes for this line."""
    return _rotated_size(_unrotated(text, font(name, em))[0], rotation)


def lettering(text: str, name: str, em: int, rotation: int, effect: str) -> Lettering:
    """Return `text` in the typeface `name`, `em` pixels large, rotated by `rotation` degrees anticlockwise.

    A pixel belongs to a letter if its opacity is at least half of the letter's highest: thin strokes of small letters
    cover no pixel completely. `effect` is one of `EFFECTS`.
    """
    typeface = font(name, em)
    size, (start, baseline) = _unrotated(text, typeface)
    shape = _rotated_size(size, rotation)[::-1]
    ink, best, labels = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.int32)
    letters = []
    for position, letter in enumerate(text):
        x = start + typeface.getlength(text[: position + 1]) - typeface.getlength(letter)
        canvas = Image.new("L", size, 0)
        ImageDraw.Draw(canvas).text((x, baseline), letter, 255, typeface, anchor="ls")
        alpha = _rotated(np.asarray(canvas), rotation)
        if not alpha.any():
            continue
        letters.append(letter)
        own = (alpha >= alpha.max() / 2) & (alpha > best)
        labels[own], best[own] = len(letters), alpha[own]
        np.maximum(ink, alpha, out=ink)
    behind = _plate(size, em, rotation) if effect == "box" else _behind(effect, ink, em)
    return Lettering(ink, behind, labels, "".join(letters))


def _unrotated(text: str, typeface: ImageFont.FreeTypeFont) -> tuple[Size, tuple[float, float]]:
    """Return the canvas size of a line without rotation, and the start of its baseline."""
    left, top, right, bottom = typeface.getbbox(text, anchor="ls")
    pad = PAD + int(typeface.size) // 4
    return (int(right - left) + 2 * pad + 1, int(bottom - top) + 2 * pad + 1), (pad - left, pad - top)


def _rotated_size(size: Size, rotation: int) -> Size:
    sine, cosine = abs(math.sin(math.radians(rotation))), abs(math.cos(math.radians(rotation)))
    width, height = size
    return round(width * cosine + height * sine), round(width * sine + height * cosine)


def _rotated(canvas: np.ndarray, rotation: int) -> np.ndarray:
    height, width = canvas.shape
    if rotation:
        wide, high = _rotated_size((width, height), rotation)
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
    return _rotated(plate, rotation)
