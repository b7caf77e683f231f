"""Draw plants, skies and landscapes with random parts into a pen's frame."""

import math

import numpy as np

from humancentric.masking.audit.pens import (
    WHITE,
    Palette,
    Pen,
    Shapes,
    arc,
    clear,
    mix,
    star,
)

NATURE = Shapes()


@NATURE("a rose")
def _rose(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    pen.line([(0, 0), (0.08, 0.5), (-0.02, 1)], 0.06, (40, 96, 52))
    pen.polygon([(0.06, 0.55), (0.4, 0.3), (0.5, 0.55)], (52, 122, 62))
    for size, shade in ((0.5, 0.35), (0.4, 0.2), (0.3, 0.05), (0.2, 0.25), (0.1, 0.0)):
        petals = star(0, -0.3, 6, size, size * 0.82, float(rng.uniform(0, 60)))
        pen.polygon(petals, mix((222, 34, 66), tint.dark, shade))


@NATURE("a full moon")
def _moon(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for radius, alpha in ((1.0, 0.1), (0.86, 0.14)):
        pen.oval(0, 0, radius, fill=clear(tint.light, alpha))
    pen.oval(0, 0, 0.72, fill=mix(tint.light, tint.accent, 0.12))
    for _ in range(5):
        x, y = rng.uniform(-0.42, 0.42, 2)
        pen.oval(x, y, rng.uniform(0.05, 0.15), fill=clear(tint.low, 0.25))


@NATURE("bare branches")
def _bare_tree(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    def branch(x: float, y: float, angle: float, length: float, depth: int) -> None:
        end = (x + length * math.cos(angle), y + length * math.sin(angle))
        pen.line([(x, y), end], 0.012 + 0.035 * depth * depth / 12, tint.dark)
        if depth:
            for side in (-1, 1):
                turn = side * rng.uniform(0.25, 0.75)
                branch(*end, angle + turn, length * rng.uniform(0.62, 0.8), depth - 1)

    branch(0, 1.05, -math.pi / 2, 0.62, 5)


@NATURE("a tree")
def _leafy_tree(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    pen.polygon([(-0.1, 1), (0.1, 1), (0.05, 0.1), (-0.05, 0.1)], tint.dark)
    for _ in range(9):
        x, y = rng.uniform(-0.5, 0.5), rng.uniform(-0.65, 0.15)
        pen.oval(x, y, rng.uniform(0.25, 0.42), fill=mix(tint.dark, tint.accent, rng.uniform(0.1, 0.5)))


@NATURE("snowy firs")
def _firs(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, size in ((-0.6, 0.75), (0.62, 0.65), (0.0, 1.0)):
        for step in range(4):
            top, wide = 1 - 2 * size + step * 0.42 * size, (0.22 + 0.12 * step) * size
            green = mix((22, 74, 48), tint.dark, 0.3)
            pen.polygon([(x, top), (x + wide, top + 0.55 * size), (x - wide, top + 0.55 * size)], green)
            snow = [(x, top), (x + wide * 0.4, top + 0.2 * size), (x - wide * 0.3, top + 0.24 * size)]
            pen.polygon(snow, (238, 244, 250))
            pen.oval(x + rng.uniform(-wide, wide) * 0.6, top + 0.45 * size, 0.045, fill=(255, 206, 84))
        pen.box(x - 0.06 * size, 1 - 0.2 * size, x + 0.06 * size, 1, (70, 48, 34))


@NATURE("a cactus")
def _cactus(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    ink = mix(tint.dark, (34, 70, 40), 0.4)
    pen.line([(0, 1.02), (0, -0.78)], 0.3, ink)
    pen.oval(0, -0.78, 0.15, fill=ink)
    for side, elbow, top in ((-1, rng.uniform(0.0, 0.3), -0.4), (1, rng.uniform(-0.2, 0.2), -0.55)):
        pen.line([(0, elbow), (side * 0.48, elbow), (side * 0.48, top)], 0.2, ink)
        pen.oval(side * 0.48, top, 0.1, fill=ink)


@NATURE("desert rocks")
def _mesa(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, wide, top in ((-0.95, 0.5, 0.0), (0.1, 0.35, 0.3), (0.95, 0.55, -0.15)):
        rock = mix(tint.low, tint.dark, rng.uniform(0.45, 0.65))
        outline = (-1, 1), (-0.75, top + 0.35), (-0.6, top), (0.6, top), (0.75, top + 0.35), (1, 1)
        pen.polygon([(x + wide * across, y) for across, y in outline], rock)
        pen.box(x - wide * 0.64, top + 0.12, x + wide * 0.64, top + 0.18, mix(rock, tint.accent, 0.35))


@NATURE("mountains")
def _mountains(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for row, share in enumerate((0.3, 0.55, 0.85)):
        ink = mix(tint.low, tint.dark, share)
        for x in np.linspace(-1.1, 1.1, 4 - row // 2):
            x, top, wide = (
                x + rng.uniform(-0.2, 0.2),
                rng.uniform(-0.75, -0.2) + 0.4 * row,
                rng.uniform(0.55, 0.9),
            )
            pen.polygon([(x - wide, 1.1), (x, top), (x + wide, 1.1)], ink)
            if row < 2:
                deep = top + 0.22 * (1.1 - top)
                zigzag = (x + 0.05, deep - 0.08), (x - 0.06, deep + 0.05)
                snow = [(x, top), (x + wide * 0.22, deep), *zigzag, (x - wide * 0.22, deep)]
                pen.polygon(snow, mix(tint.light, ink, 0.15))


@NATURE("hills")
def _hills(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for row, share in enumerate((0.25, 0.5, 0.75)):
        x, top = rng.uniform(-0.8, 0.8), 0.25 + 0.25 * row
        pen.oval(x, top + 1.2, 1.6, 1.2, mix(tint.accent, tint.dark, share))
        pen.oval(-x, top + 1.3, 1.5, 1.15, mix(tint.accent, tint.dark, share + 0.08))


@NATURE("a city skyline")
def _skyline(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for row, share in enumerate((0.55, 0.9)):
        x = -1.3
        while x < 1.3:
            wide, top = rng.uniform(0.16, 0.34), rng.uniform(-0.55, 0.35) + 0.3 * row
            pen.box(x, top, x + wide, 1.2, mix(tint.low, tint.dark, share))
            if row:
                for _ in range(7):
                    u, v = x + rng.uniform(0.02, wide - 0.05), rng.uniform(top + 0.05, 1)
                    pen.box(u, v, u + 0.03, v + 0.05, clear(tint.accent, 0.8))
            x += wide


@NATURE("the sea")
def _sea(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for row in range(5):
        top = 0.1 + 0.24 * row
        phase = rng.uniform(0, 6.3)
        crest = [(x, top + 0.05 * math.sin(7 * x + phase)) for x in np.linspace(-1.2, 1.2, 25)]
        pen.polygon([*crest, (1.2, 1.5), (-1.2, 1.5)], mix(tint.low, tint.dark, 0.25 + 0.14 * row))


@NATURE("gravestones")
def _graves(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, size in ((-0.7, 0.6), (0.65, 0.7), (-0.05, 0.9)):
        stone = mix(tint.low, tint.dark, 0.7)
        lean = rng.uniform(-0.1, 0.1)
        left, right, top = x - 0.3 * size, x + 0.3 * size, 1 - 1.1 * size
        pen.polygon([(left, 1), *arc(x + lean, top, 0.3 * size, 0.3 * size, 180, 360), (right, 1)], stone)
        pen.line([(x + lean, top - 0.12 * size), (x + lean, top + 0.4 * size)], 0.06 * size, tint.dark)
        pen.line(
            [(x + lean - 0.14 * size, top + 0.03), (x + lean + 0.14 * size, top + 0.03)],
            0.06 * size,
            tint.dark,
        )


@NATURE("a ringed planet")
def _planet(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    pen.oval(0, 0, 0.62, fill=mix(tint.accent, tint.dark, 0.25))
    for step in range(1, 7):
        pen.oval(
            -0.035 * step,
            -0.03 * step,
            0.62 - 0.07 * step,
            fill=clear(mix(tint.accent, tint.light, 0.1 * step), 0.5),
        )
    ring = [(x * 0.94 - y * 0.34, x * 0.34 + y * 0.94) for x, y in arc(0, 0, 1.0, 0.26, -20, 200)]
    pen.line(ring, 0.06, tint.light)


@NATURE("magic sparkles")
def _stars_and_swirl(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for step in range(26):
        angle, radius = step * 0.42, 0.08 + 0.035 * step
        x, y = radius * math.cos(angle), radius * math.sin(angle) * 0.9
        size = rng.uniform(0.04, 0.14)
        pen.polygon(star(x, y, 4, size, size * 0.25), mix(tint.light, tint.accent, rng.uniform(0, 0.7)))


@NATURE("the globe")
def _globe(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    pen.oval(0, 0, 0.95, fill=mix(tint.accent, (36, 92, 142), 0.7))
    for _ in range(7):
        x, y = rng.uniform(-0.5, 0.5, 2)
        corners = star(x, y, 7, rng.uniform(0.2, 0.36), 0.15, float(rng.uniform(0, 90)))
        pen.polygon(corners, mix((92, 132, 74), tint.light, 0.2))
    for rx in (0.3, 0.65):
        pen.line(arc(0, 0, rx, 0.95), 0.02, clear(WHITE, 0.6))
    for y in (-0.45, 0, 0.45):
        wide = (0.9 - y * y) ** 0.5
        pen.line([(-wide, y), (wide, y)], 0.02, clear(WHITE, 0.6))
    pen.ring(0, 0, 0.95, 0.05, tint.light)
