"""Backgrounds of drawn pictures: gradients, glows, clouds, textures, and film grain."""

import math
from functools import cache
from statistics import NormalDist

import numpy as np
from PIL import Image, ImageChops

from humancentric.masking.audit.pens import SMOOTH, Palette, Pen, Shapes, arc, clear, mix

COARSER = 8  # gradients and clouds are computed on a grid this many times coarser
TEXTURES = Shapes()


def clouds(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return smooth noise of four octaves, (height, width) float32: mean about 0, standard deviation about 1."""
    total = np.zeros((height, width), np.float32)
    for octave in range(4):
        cells = 3 * 2**octave
        rough = Image.fromarray(rng.standard_normal((cells * 3 // 2, cells), dtype=np.float32))
        total += np.asarray(rough.resize((width, height), Image.Resampling.BICUBIC)) / 1.6**octave
    return total


def backdrop(
    rng: np.random.Generator, tint: Palette, size: tuple[int, int], cloudy: float, glow: float
) -> Image.Image:
    """Return a vertical gradient from `sky` to `low` with clouds and a glow, for a picture of `size`.

    The result is `SMOOTH` times larger than `size`, ready for a pen.
    """
    width, height = size[0] // COARSER, size[1] // COARSER
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    down = (y / height) ** rng.uniform(0.7, 1.5)
    sky, low, light = (np.asarray(colour, np.float32) for colour in (tint.sky, tint.low, tint.light))
    picture = sky + (low - sky) * down[..., None]
    picture *= 1 + 0.12 * cloudy * clouds(rng, height, width)[..., None]
    centre = rng.uniform(0.3, 0.7) * width, rng.uniform(0.3, 0.65) * height
    near = np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (rng.uniform(0.3, 0.5) * width) ** 2)
    picture += (light - picture) * (glow * near)[..., None]
    rough = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    smooth = rough.resize(size, Image.Resampling.BICUBIC)
    return smooth.resize((size[0] * SMOOTH, size[1] * SMOOTH), Image.Resampling.NEAREST)


@TEXTURES("stars")
def _stars(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y, size in rng.random((110, 3)):
        pen.oval(2 * x - 1, 3 * y - 1.5, 0.002 + 0.006 * size**3, fill=clear(tint.light, 0.9))


@TEXTURES("rays")
def _rays(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    x, y, turn = rng.uniform(-0.2, 0.2), rng.uniform(-0.4, 0.6), rng.uniform(0, 20)
    for angle in np.arange(0, 360, 20):
        sides = [math.radians(angle + turn), math.radians(angle + turn + 10)]
        edge = [(x + 3 * math.cos(side), y + 3 * math.sin(side)) for side in sides]
        pen.polygon([(x, y), *edge], clear(tint.light, 0.3))


@TEXTURES("dots")
def _dots(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    step = rng.uniform(0.22, 0.34)
    for row, y in enumerate(np.arange(-1.5, 1.6, step)):
        for x in np.arange(-1.1 + step / 2 * (row % 2), 1.2, step):
            pen.oval(float(x), float(y), 0.22 * step, fill=clear(tint.light, 0.35))


@TEXTURES("confetti")
def _confetti(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y, turn in rng.random((70, 3)):
        colour = tuple(int(v) for v in rng.integers(80, 256, 3))
        with pen.at(float(x), float(y), 0.02, turn=360 * turn):
            pen.box(-1, -0.5, 1, 0.5, colour)


@TEXTURES("stripes")
def _stripes(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    slope = rng.uniform(0.4, 0.9)
    for x in np.arange(-3, 2.4, 0.42):
        stripe = [(x, 1.6), (x + 0.18, 1.6), (x + 0.18 + 3 * slope, -1.6), (x + 3 * slope, -1.6)]
        pen.polygon(stripe, clear(tint.accent, 0.28))


@TEXTURES("a grid")
def _grid(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    level = rng.uniform(0.3, 0.7)
    for x in np.linspace(-5, 5, 25):
        pen.line([(0.12 * x, level), (x, 1.6)], 0.008, clear(tint.accent, 0.8))
    for step in range(9):
        y = level + (1.6 - level) * (step / 8) ** 2
        pen.line([(-1.1, y), (1.1, y)], 0.008, clear(tint.accent, 0.8))


@TEXTURES("blinds")
def _blinds(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    lean = rng.uniform(-0.3, 0.3)
    for y in np.arange(-1.7, 1.7, 0.2):
        slat = [(-1.1, y - lean), (1.1, y + lean), (1.1, y + lean + 0.1), (-1.1, y - lean + 0.1)]
        pen.polygon(slat, clear(tint.dark, 0.55))


@TEXTURES("camouflage")
def _camouflage(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for colour in ((66, 72, 44), (98, 98, 62), (52, 46, 34), (124, 116, 82)):
        for _ in range(11):
            x, y, wide = rng.uniform(-1.1, 1.1), rng.uniform(-1.6, 1.6), rng.uniform(0.16, 0.4)
            outline = zip(arc(x, y, wide, wide * 0.55)[::3], rng.uniform(0.5, 1.2, 14), strict=True)
            patch = [(x + (a - x) * r, y + (b - y) * r) for (a, b), r in outline]
            pen.polygon(patch, clear(mix(colour, tint.low, 0.2), 0.85))


@TEXTURES("soft lights")
def _bokeh(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y, size in rng.random((26, 3)):
        fill = clear(mix(tint.light, tint.accent, float(size)), 0.22)
        pen.oval(2.2 * x - 1.1, 3 * y - 1.5, 0.05 + 0.13 * size, fill=fill)


@TEXTURES("fog")
def _fog(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for _ in range(16):
        x, y = rng.uniform(-1, 1), rng.uniform(-0.6, 1.5)
        pen.oval(x, y, rng.uniform(0.5, 1.1), rng.uniform(0.06, 0.16), clear(tint.light, 0.09))


@TEXTURES("rain")
def _rain(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y in rng.random((90, 2)):
        drop = [(2.2 * x - 1.1, 3 * y - 1.5), (2.2 * x - 1.15, 3 * y - 1.35)]
        pen.line(drop, 0.006, clear(tint.light, 0.45))


@TEXTURES("snow")
def _snow(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y, size in rng.random((90, 3)):
        pen.oval(2 * x - 1, 3 * y - 1.5, 0.006 + 0.016 * size, fill=(250, 252, 255, 225))


@TEXTURES("old paper")
def _paper(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for _ in range(12):
        x, y = rng.uniform(-1, 1), rng.uniform(-1.5, 1.5)
        pen.oval(x, y, rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.4), clear((120, 84, 40), 0.07))
    for width, alpha in ((0.16, 0.12), (0.08, 0.2)):
        pen.line([(-1, -1.5), (1, -1.5), (1, 1.5), (-1, 1.5), (-1, -1.5)], width, clear((84, 54, 22), alpha))


@TEXTURES("broken glass")
def _cracks(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    x, y = rng.uniform(-0.4, 0.4), rng.uniform(-0.6, 0.6)
    for angle in np.arange(0, 360, 24) + rng.uniform(-8, 8, 15):
        points, reach = [(x, y)], 0.0
        while reach < 2:
            reach += rng.uniform(0.2, 0.5)
            bend = math.radians(angle + rng.uniform(-7, 7))
            points.append((x + reach * math.cos(bend), y + reach * math.sin(bend)))
        pen.line(points, 0.007, clear(tint.light, 0.7))


@TEXTURES("a spiral")
def _spiral(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    turns = np.linspace(0.5, 26, 150)
    points = [(0.055 * t * math.cos(t), 0.055 * t * math.sin(t)) for t in turns]
    pen.line(points, 0.05, clear(tint.accent, 0.35))


@TEXTURES("film frames")
def _frames(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for side in (-1, 1):
        pen.box(side * 0.86, -1.6, side * 1.05, 1.6, (18, 18, 20))
        for y in np.arange(-1.5, 1.5, 0.16):
            pen.box(side * 0.95 - 0.045, y, side * 0.95 + 0.045, y + 0.09, (232, 230, 224))


@cache
def _quantiles(spread: float) -> list[int]:
    """Return a lookup table from uniform bytes to normal noise with mean 128 and this standard deviation."""
    normal = NormalDist(128, max(spread, 0.01))
    return [round(min(255, max(0, normal.inv_cdf((byte + 0.5) / 256)))) for byte in range(256)]


def grained(
    rng: np.random.Generator, picture: Image.Image, grain: float, vignette: float, faded: float
) -> Image.Image:
    """Return `picture` with film grain (noise in levels), darker corners (0-1) and faded colours (0-1)."""
    width, height = picture.size
    if faded > 0:
        grey = picture.convert("L").point(lambda level: level * 0.7 + 45)
        picture = Image.blend(
            picture,
            Image.merge("RGB", (grey.point(lambda v: v + 14), grey, grey.point(lambda v: v - 16))),
            faded,
        )
    y, x = np.ogrid[-1:1:75j, -1:1:50j]
    shade = Image.fromarray((255 - 127 * vignette * (x * x + y * y)).astype(np.uint8))
    shade = shade.resize(picture.size, Image.Resampling.BILINEAR)
    picture = ImageChops.multiply(picture, Image.merge("RGB", (shade,) * 3))
    noise = Image.fromarray(rng.integers(0, 256, (height, width), dtype=np.uint8)).point(
        _quantiles(round(grain, 1))
    )
    return ImageChops.add(picture, Image.merge("RGB", (noise,) * 3), offset=-128)
