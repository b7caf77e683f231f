"""Pictures without any text to set letters on: drawn scenes, textures, plain colours, a user's own."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from humancentric.core.errors import UserError
from humancentric.core.images import ImageError, decode
from humancentric.core.rng import generator, pick
from humancentric.masking.audit.drawing.backdrops import TEXTURES, backdrop, clouds, grained
from humancentric.masking.audit.drawing.looks import LOOKS, Look
from humancentric.masking.audit.drawing.pens import SMOOTH, Pen, varied
from humancentric.masking.audit.drawing.shapes import SHAPES

Size = tuple[int, int]
OWN = "own"
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
# The demo's posters are drawn at least this wide: gradients and shapes are made for it.
DRAWN_WIDTH = 400


def _scene(rng: np.random.Generator, size: Size, shapes: bool) -> np.ndarray:
    look: Look = LOOKS[pick(rng, list(LOOKS))]
    width = max(DRAWN_WIDTH, size[0])
    large = width // 8 * 8, round(size[1] * width / size[0]) // 8 * 8
    tint = varied(rng, pick(rng, look.palettes))
    picture = backdrop(rng, tint, large, rng.uniform(0.3, 1.3), rng.uniform(0.1, 0.6))
    pen = Pen(picture)
    if not shapes or rng.random() < 0.5:
        TEXTURES[pick(rng, list(TEXTURES))](pen, rng, tint)
    tall = pen.height / pen.width
    for _ in range(int(rng.integers(1, 5)) if shapes else 0):
        name = pick(rng, (*look.emblems, *look.ground))
        with pen.at(rng.uniform(0.15, 0.85), rng.uniform(0.2, 0.8) * tall, rng.uniform(0.1, 0.35)):
            SHAPES[name](pen, rng, tint)
    picture = grained(rng, picture.reduce(SMOOTH), rng.uniform(3, 9), rng.uniform(0.15, 0.5), 0.0)
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS))


def _drawn(rng: np.random.Generator, size: Size) -> np.ndarray:
    return _scene(rng, size, shapes=True)


def _texture(rng: np.random.Generator, size: Size) -> np.ndarray:
    if rng.random() < 0.5:
        return _scene(rng, size, shapes=False)
    ground, spread = rng.uniform(20, 235, 3), rng.uniform(5, 45)
    noise = clouds(rng, size[1], size[0])[..., None] * spread + rng.normal(
        0, rng.uniform(0, 8), (*size[::-1], 1)
    )
    return np.clip(ground + noise, 0, 255).astype(np.uint8)


def _plain(rng: np.random.Generator, size: Size) -> np.ndarray:
    return np.full((*size[::-1], 3), rng.integers(0, 256, 3), np.uint8)


KINDS: dict[str, Callable[[np.random.Generator, Size], np.ndarray]] = {
    "drawn": _drawn,
    "texture": _texture,
    "plain": _plain,
}


def own_files(folder: str | Path) -> list[Path]:
    """Return the pictures in a user's folder, by name; `UserError` where there are none."""
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

    The kinds take turns; `size` is width and height. `own` are a user's pictures, a kind of their own after the
    others: each is cut to `size` around its middle. Raises `UserError` for one that can't be read.
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
