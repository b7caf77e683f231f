"""Compose synthetic pictures with text, for which the ink of every letter is known.

Lines of text are set on pictures without text: drawn scenes, textures, plain colours and the user's own pictures.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageOps

from humancentric.core.errors import UserError
from humancentric.core.hashing import generator, pick
from humancentric.core.images import ImageError, decode
from humancentric.masking.audit.backdrops import TEXTURES, backdrop, clouds, grained
from humancentric.masking.audit.lettering import Lettering, Setting, Size, lettering, size_of
from humancentric.masking.audit.looks import LOOKS, TAGLINES, full_name
from humancentric.masking.audit.pens import SMOOTH, Colour, Pen, varied
from humancentric.masking.audit.shapes import SHAPES

log = logging.getLogger("humancentric")

OWN = "own"
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
DRAWN_WIDTH = 400  # minimum in pixels, for which the gradients and shapes of scenes are designed
MARGIN = 3  # pixels between a line and the edge of the picture, and between lines
TRIES = 60  # positions tried for a line before it goes to the next picture
CHOICES = 8  # free positions compared at most; the first with enough contrast is used
CONTRAST = 80  # sufficient difference between ink and picture, in levels of a channel
Window = tuple[slice, slice]


def _scene(rng: np.random.Generator, size: Size, shapes: bool = True) -> np.ndarray:
    look = LOOKS[pick(rng, list(LOOKS))]
    width = max(DRAWN_WIDTH, size[0])
    large = width // 8 * 8, round(size[1] * width / size[0]) // 8 * 8
    tint = varied(rng, pick(rng, look["palettes"]))
    picture = backdrop(rng, tint, large, rng.uniform(0.3, 1.3), rng.uniform(0.1, 0.6))
    pen = Pen(picture)
    if not shapes or rng.random() < 0.5:
        TEXTURES[pick(rng, list(TEXTURES))](pen, rng, tint)
    tall = pen.height / pen.width
    for _ in range(int(rng.integers(1, 5)) if shapes else 0):
        name = pick(rng, (*look["emblems"], *look["ground"]))
        with pen.at(rng.uniform(0.15, 0.85), rng.uniform(0.2, 0.8) * tall, rng.uniform(0.1, 0.35)):
            SHAPES[name](pen, rng, tint)
    picture = grained(rng, picture.reduce(SMOOTH), rng.uniform(3, 9), rng.uniform(0.15, 0.5), 0.0)
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS))


def _texture(rng: np.random.Generator, size: Size) -> np.ndarray:
    if rng.random() < 0.5:
        return _scene(rng, size, shapes=False)
    ground, spread = rng.uniform(20, 235, 3), rng.uniform(5, 45)
    cloudy = clouds(rng, size[1], size[0])[..., None] * spread
    noise = rng.normal(0, rng.uniform(0, 8), (*size[::-1], 1))
    return np.clip(ground + (cloudy + noise), 0, 255).astype(np.uint8)


def _plain(rng: np.random.Generator, size: Size) -> np.ndarray:
    return np.full((*size[::-1], 3), rng.integers(0, 256, 3), np.uint8)


KINDS: dict[str, Callable[[np.random.Generator, Size], np.ndarray]] = {
    "drawn": _scene,
    "texture": _texture,
    "plain": _plain,
}


def own_files(folder: str | Path) -> list[Path]:
    """Return the pictures in a user's folder, sorted by name. Raises `UserError` if there are none."""
    found = sorted(path for path in Path(folder).glob("*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise UserError(
            f"audit.ink.own: {folder} holds no pictures ({', '.join(SUFFIXES)}); name a folder of pictures "
            "without text, or take the key out"
        )
    return found


def background(
    number: int, size: Size, kinds: Sequence[str], own: Sequence[Path], seed: int
) -> tuple[str, np.ndarray]:
    """Return the kind of picture `number` and its pixels (height, width, 3) uint8, without text.

    The kinds take turns; `size` is width and height. The user's `own` pictures are one more kind: each is cropped to
    `size` around its centre. Raises `UserError` if one cannot be read.
    """
    turns = [*kinds, *([OWN] if own else [])]
    kind = turns[number % len(turns)]
    if kind != OWN:
        return kind, KINDS[kind](generator(seed, "audit", "background", *size, number), size)
    path = own[number // len(turns) % len(own)]
    try:
        picture = Image.fromarray(decode(path.read_bytes()))
    except ImageError as error:
        raise UserError(f"audit.ink.own: {path}: {error}; take it out of the folder") from error
    return kind, np.asarray(ImageOps.fit(picture, size, Image.Resampling.LANCZOS))


class Letter(NamedTuple):
    """A letter on a picture."""

    text: str
    setting: Setting
    line: int
    difference: float  # mean levels between its ink and the background, in the channel that differs most


class TextPicture(NamedTuple):
    """A picture (height, width, 3) uint8 with and without text, and the letter that each pixel of ink belongs to."""

    number: int
    kind: str  # of the background
    rgb: np.ndarray
    clear: np.ndarray
    labels: np.ndarray  # (height, width) int32: 0 no ink, k the k-th of `letters`
    letters: list[Letter]


class _Canvas:
    """A picture on which lines are set one after the other."""

    def __init__(self, clear: np.ndarray) -> None:
        self.rgb = clear.astype(np.float32)
        self.used: np.ndarray = np.zeros(clear.shape[:2], bool)
        self.labels: np.ndarray = np.zeros(clear.shape[:2], np.int32)
        self.letters: list[Letter] = []

    def find(self, rng: np.random.Generator, line: Lettering, ink: Colour) -> Window | None:
        """Return a window where the line touches no other, with enough contrast if possible; None if none is free."""
        height, width = line.ink.shape
        rows, columns = self.used.shape[0] - height - MARGIN, self.used.shape[1] - width - MARGIN
        needed, found = _reach(line), []
        for _ in range(TRIES if rows >= MARGIN and columns >= MARGIN else 0):
            y, x = (int(rng.integers(MARGIN, end + 1)) for end in (rows, columns))
            window = slice(y, y + height), slice(x, x + width)
            if self.used[window][needed].any():
                continue
            contrast = float(np.abs(self.rgb[window][needed].mean(axis=0) - ink).max())
            found.append((contrast, window))
            if contrast >= CONTRAST or len(found) == CHOICES:
                break
        return max(found, key=lambda candidate: candidate[0])[1] if found else None

    def write(self, number: int, line: Lettering, setting: Setting, ink: Colour, window: Window) -> None:
        """Set the line `number` in a window; `setting.contrast` blends its colour with the background."""
        shade = np.array((0, 0, 0) if sum(ink) > 3 * 127 else (255, 255, 255), np.float32)
        behind, alpha = line.behind[..., None], line.ink[..., None]
        under = self.rgb[window] * (1 - behind) + shade * behind
        new = line.labels > 0
        ground = under[new].mean(axis=0)
        after = under * (1 - alpha) + (ground + setting.contrast * (np.array(ink) - ground)) * alpha
        change = np.abs(np.rint(after) - np.rint(under))[new]
        owner = line.labels[new]
        levels = [np.bincount(owner, channel) / np.bincount(owner).clip(1) for channel in change.T]
        self.labels[window][new] = owner + len(self.letters)
        for text, *differences in zip(line.letters, *(channel[1:] for channel in levels), strict=True):
            self.letters.append(Letter(text, setting, number, float(max(differences))))
        self.rgb[window] = after
        self.used[window] |= _reach(line)


def _reach(line: Lettering) -> np.ndarray:
    touched = ((line.ink > 0) | (line.behind > 0)).astype(np.uint8)
    return cv2.dilate(touched, np.ones((2 * MARGIN + 1,) * 2, np.uint8)) > 0


def _fitting(rng: np.random.Generator, setting: Setting, size: Size) -> Lettering:
    """Return a random slogan or name, half of the time in capitals, shortened by words, then letters, to fit."""
    text = pick(rng, TAGLINES) if rng.random() < 0.5 else full_name(rng)
    text = text.upper() if rng.random() < 0.5 else text
    look = setting.typeface, setting.letters, setting.rotation
    while len(text) > 1:
        width, height = size_of(text, *look)
        if width + 2 * MARGIN <= size[0] and height + 2 * MARGIN <= size[1]:
            break
        text = text.rsplit(" ", 1)[0] if " " in text else text[:-1]
    return lettering(text, *look, setting.effect)


def text_pictures(
    settings: Sequence[Setting], size: Size, row: Mapping[str, Any], own: Sequence[Path] = (), seed: int = 0
) -> Iterator[TextPicture]:
    """Yield pictures of `size` (width, height) until every setting is rendered as a line on one of them.

    `row` is the config's ``audit.ink``: a picture gets at most ``lines_a_picture`` lines. A line that finds no
    free position moves to the next picture; one that is larger than a whole picture is skipped with a warning. The
    same seed gives the same pictures.
    """
    inks = {name: tuple(bytes.fromhex(value.removeprefix("#"))) for name, value in row["colours"].items()}
    number = done = 0
    while done < len(settings):
        kind, clear = background(number, size, row["backgrounds"], own, seed)
        canvas, first = _Canvas(clear), done
        while done < min(len(settings), first + row["lines_a_picture"]):
            setting = settings[done]
            rng = generator(seed, "audit", "line", *size, done)
            line = _fitting(rng, setting, size)
            window = canvas.find(rng, line, inks[setting.colour])
            if window is None and done > first:
                break
            if window is None:
                log.warning("letters of %d pixels do not fit on %d x %d: left out", setting.letters, *size)
            else:
                canvas.write(done, line, setting, inks[setting.colour], window)
            done += 1
        rgb = np.clip(np.rint(canvas.rgb), 0, 255).astype(np.uint8)
        yield TextPicture(number, kind, rgb, clear, canvas.labels, canvas.letters)
        number += 1
