"""Registry of all shapes by the words that captions use for them; each is drawn into a pen's frame.

Shapes without random parts are written in the notation of `pens.draw`, in the TOML file next to this module. Those
with random parts are functions.
"""

import tomllib
from functools import partial
from pathlib import Path

import numpy as np

from humancentric.masking.audit.pens import BLACK, WHITE, Palette, Pen, Shapes, arc, clear, draw, mix, star
from humancentric.masking.audit.shapes_nature import NATURE

DRAWINGS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SHAPES = Shapes({name: partial(draw, drawing=text) for name, text in DRAWINGS.items()} | NATURE)


@SHAPES("a cartoon creature")
def _creature(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    coat = mix(tint.accent, tuple(int(v) for v in rng.integers(60, 255, 3)), 0.5)
    wide, tall = rng.uniform(0.6, 0.85), rng.uniform(0.65, 0.9)
    for side in (-1, 1):
        pen.oval(side * wide * 0.55, 0.05 - tall, 0.17, rng.uniform(0.15, 0.45), coat)
        pen.oval(side * 0.35, 0.93, 0.25, 0.12, mix(coat, (0, 0, 0), 0.25))
    pen.oval(0, 0.12, wide, tall, coat)
    pen.oval(0, 0.4, wide * 0.6, tall * 0.5, mix(coat, WHITE, 0.45))
    look = rng.uniform(-0.06, 0.06)
    for side in (-1, 1):
        pen.oval(side * 0.28, -0.2, 0.23, 0.27, WHITE)
        pen.oval(side * 0.28 + look, -0.16, 0.11, 0.14, (30, 26, 40))
        pen.oval(side * 0.28 + look + 0.04, -0.22, 0.04, fill=WHITE)
    pen.polygon(arc(0, 0.2, 0.3, 0.24, 0, 180), (120, 26, 44))


@SHAPES("a strip of film")
def _film_strip(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    pen.box(-1.3, -0.55, 1.3, 0.55, BLACK)
    for x in np.arange(-1.25, 1.3, 0.2):
        for y in (-0.49, 0.41):
            pen.box(x, y, x + 0.1, y + 0.08, (228, 226, 220))
    for x in (-1.2, -0.4, 0.4):
        grey = mix(tint.low, (150, 146, 138), 0.55)
        pen.box(x, -0.36, x + 0.74, 0.34, grey)
        heights = 0.34, rng.uniform(-0.1, 0.1), 0.15, rng.uniform(-0.2, 0.1), 0.34
        hills = [(x + across, y) for across, y in zip((0, 0.25, 0.45, 0.6, 0.74), heights, strict=True)]
        pen.polygon(hills, mix(grey, tint.dark, 0.55))
        pen.oval(x + 0.55, -0.2, 0.07, fill=mix(grey, WHITE, 0.6))


@SHAPES("photographs")
def _photographs(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y in ((-0.45, -0.4), (0.45, -0.35), (-0.35, 0.45), (0.5, 0.5)):
        x, y = x + rng.uniform(-0.08, 0.08), y + rng.uniform(-0.08, 0.08)
        grey = mix(tint.low, (168, 162, 150), 0.6)
        pen.box(x - 0.46, y - 0.46, x + 0.46, y + 0.46, (240, 237, 228))
        pen.box(x - 0.4, y - 0.4, x + 0.4, y + 0.28, grey)
        pen.polygon([*arc(x, y + 0.3, 0.3, 0.25, 180, 360)], mix(grey, tint.dark, 0.75))
        pen.oval(x, y - 0.08, 0.14, 0.18, mix(grey, tint.dark, 0.6))


@SHAPES("an explosion")
def _explosion(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    fires = (226, 62, 20), (250, 134, 24), (255, 206, 64), (255, 246, 200)
    for size, fire in zip((1.0, 0.76, 0.52, 0.28), fires, strict=True):
        corners = star(0, 0, 13, size, size * 0.6, float(rng.uniform(0, 40)))
        pen.polygon([(x * rng.uniform(0.85, 1.1), y * rng.uniform(0.85, 1.1)) for x, y in corners], fire)


@SHAPES("an eye")
def _eye(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    lid = [*arc(0, 0.35, 1.0, 0.75, 205, 335), *arc(0, -0.35, 1.0, 0.75, 25, 155)]
    pen.polygon([(x * 1.08, y * 1.18) for x, y in lid], tint.dark)
    pen.polygon(lid, mix(tint.light, WHITE, 0.4))
    pen.oval(0, 0, 0.36, fill=tint.accent)
    for angle in range(0, 360, 20):
        pen.line([(0, 0), arc(0, 0, 0.34, 0.34, angle, angle + 1)[0]], 0.02, mix(tint.accent, tint.dark, 0.5))
    pen.oval(0, 0, 0.17, fill=BLACK)
    pen.oval(0.1, -0.11, 0.07, fill=WHITE)


@SHAPES("bloody scratches")
def _claws(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x in (-0.6, -0.2, 0.2, 0.6):
        lean = rng.uniform(0.1, 0.3)
        blood = mix(tint.accent, (140, 0, 6), 0.5)
        pen.polygon([(x + lean, -1), (x + 0.1, 0.1), (x - lean, 1), (x - 0.09, 0.0)], blood)


@SHAPES("barbed wire")
def _barbed_wire(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x in (-0.85, 0.05, 0.9):
        pen.line([(x, 1), (x + rng.uniform(-0.12, 0.12), -0.2)], 0.07, tint.dark)
    for y in (0.0, 0.35, 0.7):
        pen.line([(-1.2, y), (-0.4, y + 0.08), (0.5, y - 0.04), (1.2, y + 0.06)], 0.025, tint.dark)
        for x in np.linspace(-1.1, 1.1, 9):
            pen.line([(x - 0.05, y - 0.07), (x + 0.05, y + 0.09)], 0.025, tint.dark)
            pen.line([(x + 0.05, y - 0.07), (x - 0.05, y + 0.09)], 0.025, tint.dark)


@SHAPES("a castle")
def _castle(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    ink = mix(tint.dark, tint.sky, 0.15)
    pen.box(-0.6, 0.2, 0.6, 1, ink)
    for x, top in ((-0.7, -0.1), (0.7, -0.05), (-0.25, -0.35), (0.3, -0.5)):
        pen.box(x - 0.15, top, x + 0.15, 1, ink)
        pen.polygon([(x - 0.2, top), (x, top - 0.5), (x + 0.2, top)], mix(tint.accent, ink, 0.4))
        pen.box(x - 0.035, top + 0.15, x + 0.035, top + 0.32, tint.light)
    pen.polygon([(-0.14, 1), (-0.14, 0.72), *arc(0, 0.72, 0.14, 0.14, 180, 360), (0.14, 1)], tint.light)


@SHAPES("a heart")
def _heart(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    angles = np.linspace(0, 2 * np.pi, 44)
    x = np.sin(angles) ** 3
    y = -(13 * np.cos(angles) - 5 * np.cos(2 * angles) - 2 * np.cos(3 * angles) - np.cos(4 * angles)) / 16
    red = mix(tint.accent, (226, 30, 70), 0.6)
    pen.polygon(list(zip(x * 0.95, y * 0.95, strict=True)), red)
    pen.polygon(list(zip(x * 0.5 - 0.22, y * 0.5 - 0.25, strict=True)), mix(red, WHITE, 0.22))


@SHAPES("a grinning face")
def _smiley(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    pen.oval(0, 0, 0.95, fill=mix((255, 212, 58), tint.accent, 0.2))
    for side in (-1, 1):
        pen.oval(side * 0.38, -0.18, 0.27, fill=WHITE)
        pen.ring(side * 0.38, -0.18, 0.3, 0.08, BLACK)
        pen.oval(side * 0.38 + rng.uniform(-0.1, 0.1), -0.14, 0.1, fill=BLACK)
    pen.polygon(arc(0, 0.36, 0.55, 0.42, 0, 180), (150, 24, 40))
    pen.box(-0.42, 0.36, 0.42, 0.47, WHITE)
    if rng.random() < 0.5:
        draw(pen, rng, tint, "polygon black 0,.12 .3,.08 .55,.3 .25,.3 0,.22 -.25,.3 -.55,.3 -.3,.08")


@SHAPES("an umbrella")
def _umbrella(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for _ in range(26):
        x, y = rng.uniform(-1, 1), rng.uniform(-1, 0.9)
        pen.line([(x, y), (x - 0.05, y + 0.16)], 0.015, clear(tint.light, 0.6))
    draw(pen, rng, tint, "line dark .05 0,-.4 0,.8 .1,.92 .22,.82")
    draw(pen, rng, tint, "polygon accent arc:0,-.05,.9,.75,180,360 .6,-.15 .3,-.05 0,-.15 -.3,-.05 -.6,-.15")


@SHAPES("a wreath")
def _wreath(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y in arc(0, 0, 0.68, 0.68):
        leaves = star(x, y, 7, rng.uniform(0.2, 0.3), 0.1, float(rng.uniform(0, 90)))
        pen.polygon(leaves, mix((24, 92, 54), tint.dark, rng.uniform(0, 0.3)))
    for x, y in arc(0, 0, 0.68, 0.68)[::4]:
        pen.oval(x, y, 0.07, fill=(214, 36, 48))
    for side in (-1, 1):
        pen.polygon([(0, 0.65), (side * 0.42, 0.42), (side * 0.42, 0.88)], (200, 28, 44))
    pen.oval(0, 0.65, 0.1, fill=(168, 18, 36))


@SHAPES("a computer screen")
def _screen(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    pen.box(-0.95, -0.75, 0.95, 0.5, mix(tint.dark, WHITE, 0.2))
    pen.box(-0.86, -0.66, 0.86, 0.41, (18, 24, 34))
    for row in range(8):
        left = -0.78 + 0.12 * int(rng.integers(0, 4))
        colour = ((110, 220, 150), (240, 190, 90), (120, 180, 250), (230, 110, 130))[int(rng.integers(4))]
        y = -0.58 + 0.125 * row
        pen.box(left, y, left + rng.uniform(0.3, 0.8), y + 0.055, colour)
    pen.polygon([(-0.15, 0.5), (0.15, 0.5), (0.25, 0.85), (-0.25, 0.85)], mix(tint.dark, WHITE, 0.35))
    pen.box(-0.5, 0.83, 0.5, 0.93, mix(tint.dark, WHITE, 0.25))
