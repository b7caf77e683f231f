"""Words on pictures in many typefaces, sizes, colours, angles and effects, with the rectangle of each.

Words are random words, numbers, dates and signs in three scripts, in the typefaces of this machine.
"""

import string
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scenes import colour

LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
VOWELS = "aeiou"
CYRILLIC, GREEK, ACCENTS = "абвгдежзиклмнопрстуфхцчшыэюя", "αβγδεζηθικλμνξοπρστυφχψω", "àéèêöüäçñøåßíóúščžőł"
SMALLEST = 7  # pixels: letters that are lower have no weight in the loss


@cache
def typefaces(folder: str) -> tuple[str, ...]:
    """Return the typefaces under `folder` that have the Latin letters, sorted by their path below it."""
    wanted = "AaGgRrEe09"
    found = []
    for path in sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".ttf", ".otf")):
        try:
            face = ImageFont.truetype(str(path), 24)
            shapes = {bytes(face.getmask(letter)) for letter in wanted}
        except (OSError, ValueError):
            continue
        # Missing glyphs are drawn as one and the same box.
        if len(shapes) > len(wanted) - 2 and all(shapes):
            found.append(str(path))
    return tuple(found)


@cache
def typeface(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the typeface at `size` pixels."""
    return ImageFont.truetype(path, size)


def word(rng: np.random.Generator) -> str:
    """Return a random word, number, date or sign."""
    kind = rng.random()
    length = int(rng.integers(2, 11))
    if kind < 0.08:
        return "".join(rng.choice(list(string.digits + "./:-"), max(2, length // 2)))
    alphabet = LETTERS
    if kind < 0.12:
        alphabet = CYRILLIC if rng.random() < 0.6 else GREEK
    letters = [
        alphabet[min(int(rng.exponential(7)), len(alphabet) - 1)]
        if alphabet == LETTERS
        else rng.choice(list(alphabet))
        for _ in range(length)
    ]
    if alphabet == LETTERS:
        letters[1::2] = [
            str(rng.choice(list(VOWELS))) if rng.random() < 0.6 else letter for letter in letters[1::2]
        ]
        if rng.random() < 0.1:
            letters[0] = str(rng.choice(list(ACCENTS)))
    text = "".join(letters)
    case = rng.random()
    text = text.upper() if case < 0.5 else text.capitalize() if case < 0.75 else text
    return text + str(rng.choice(list(",.!?'s"))) if rng.random() < 0.08 else text


def line(
    rng: np.random.Generator, words: list[str], face: ImageFont.FreeTypeFont, spacing: float, stroke: int
) -> tuple[Image.Image, np.ndarray]:
    """Return the ink of a line (mode L) and the upright rectangles (n, 4: left, top, right, bottom) of its words."""
    size = face.size
    edge, gap = stroke + 2, size * rng.uniform(0.22, 0.5)
    parts: list[tuple[str, float]] = []
    spans = []
    x = float(edge)
    for text in words:
        start = len(parts)
        if spacing:
            for letter in text:
                parts.append((letter, x))
                x += face.getlength(letter) + spacing * size
            x -= spacing * size
        else:
            parts.append((text, x))
            x += face.getlength(text)
        spans.append((start, len(parts)))
        x += gap + spacing * size
    height = int(size * 2) + 2 * edge
    boxes = [face.getbbox(text, stroke_width=stroke, anchor="ls") for text, _ in parts]
    base = size * 1.4 + edge
    ink = Image.new("L", (int(x) + size, height), 0)
    draw = ImageDraw.Draw(ink)
    for text, left in parts:
        draw.text((left, base), text, 255, face, anchor="ls", stroke_width=stroke)
    rectangles = [
        (
            min(boxes[i][0] + parts[i][1] for i in range(*span)),
            min(boxes[i][1] for i in range(*span)) + base,
            max(boxes[i][2] + parts[i][1] for i in range(*span)),
            max(boxes[i][3] for i in range(*span)) + base,
        )
        for span in spans
    ]
    return ink, np.array(rectangles, np.float32)


def inked(rng: np.random.Generator, picture: Image.Image, ink: Image.Image, thick: int) -> Image.Image:
    """Return `picture` with ink in a random colour and with a random effect; `ink` is a mask of its size."""
    effect = rng.random()
    fill, shade = colour(rng), colour(rng)
    if rng.random() < 0.45:
        fill = (int(rng.integers(225, 256)),) * 3  # the most common colour on posters
    under = np.asarray(picture, np.float32)[np.asarray(ink) > 128]
    if len(under) and np.abs(under.mean(axis=0) - fill).max() < 60:
        fill = tuple(
            int(255 - value) if abs(value - 128) > 40 else (255 if value < 128 else 0) for value in fill
        )
    if effect < 0.2:  # shadow
        away = tuple(int(v) for v in rng.integers(1, 2 + thick, 2))
        shadow = Image.new("L", ink.size, 0)
        shadow.paste(ink, away)
        picture.paste(shade, mask=shadow.filter(ImageFilter.GaussianBlur(rng.uniform(0, 2))))
    elif effect < 0.35:  # outline or glow
        wide = ink.filter(ImageFilter.MaxFilter(3 + 2 * int(thick > 2)))
        picture.paste(shade, mask=wide.filter(ImageFilter.GaussianBlur(rng.uniform(0, 3))))
    if effect > 0.85:  # two-coloured letters
        y = np.linspace(0, 1, ink.height)[:, None, None]
        mixed = np.array(fill) * (1 - y) + np.array(colour(rng)) * y
        over = Image.fromarray(np.broadcast_to(mixed, (ink.height, ink.width, 3)).astype(np.uint8))
    else:
        over = Image.new("RGB", ink.size, fill)
    alpha = rng.uniform(0.75, 1.0)
    picture.paste(over, mask=ink.point(lambda value: int(value * alpha)))
    return picture


def block(rng: np.random.Generator, side: int, fonts: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the ink (side, side; uint8) of one line or several, the corners of its words, and its size in pixels."""
    size = int(np.exp(rng.uniform(np.log(8), np.log(side * 0.36))))
    face = typeface(fonts[int(rng.integers(len(fonts)))], size)
    spacing = rng.uniform(0.15, 0.9) if rng.random() < 0.2 else 0.0
    stroke = int(rng.random() < 0.15) * max(1, size // 18)
    rows = 1 if size > 28 or rng.random() < 0.5 else int(rng.integers(2, 6))
    turn = rng.normal(0, 4) if rng.random() < 0.8 else rng.uniform(-45, 45)
    turn += 90 * int(rng.choice([-1, 1])) if rng.random() < 0.05 else 0
    centre = rng.uniform(0.1, 0.9, 2) * side
    sine = np.sin(np.deg2rad(turn)), np.cos(np.deg2rad(turn))
    layer, corners = np.zeros((side, side), np.uint8), []
    for row in range(rows):
        number = int(rng.integers(1, 2 + 60 // size + int(rows > 1) * 3))
        ink, boxes = line(rng, [word(rng) for _ in range(number)], face, spacing, stroke)
        moved = cv2.getRotationMatrix2D((ink.width / 2, ink.height / 2), turn, 1.0)
        down = (row - (rows - 1) / 2) * size * 1.2
        moved[:, 2] += centre - (ink.width / 2, ink.height / 2) + np.multiply(sine, down)
        turned = cv2.warpAffine(np.asarray(ink), moved, (side, side), flags=cv2.INTER_LINEAR)
        layer = np.maximum(layer, turned)
        quads = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
        corners.append(cv2.transform(quads.astype(np.float32), moved))
    return layer, np.concatenate(corners), size


def write(
    rng: np.random.Generator, picture: Image.Image, fonts: tuple[str, ...], most: int = 7
) -> tuple[Image.Image, np.ndarray]:
    """Return the picture with up to `most` lines or blocks, and the corners (n, 4, 2; x, y) of every word.

    Corners go clockwise from the upper left as the word is read. Lines that touch earlier ones are left out.
    """
    side = picture.width
    used = np.zeros((side, side), np.uint8)
    corners: list[np.ndarray] = []
    for _ in range(int(rng.integers(0, most + 1))):
        layer, quads, size = block(rng, side, fonts)
        area = np.zeros((side, side), np.uint8)
        cv2.fillPoly(area, list(np.round(quads).astype(np.int32)), 1)
        grown = cv2.dilate(area, np.ones((5, 5), np.uint8))
        if (grown & used).any() or not layer.any():
            continue
        used |= area
        if rng.random() < 0.06:  # a plate behind the words
            plate = Image.fromarray(cv2.dilate(area, np.ones((2 * (size // 6) + 3,) * 2, np.uint8)) * 255)
            picture.paste(colour(rng), mask=plate)
        picture = inked(rng, picture, Image.fromarray(layer), max(1, size // 14))
        corners.extend(quads)
    if rng.random() < 0.25:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 1.0)))
    return picture, np.array(corners, np.float32).reshape(-1, 4, 2)
