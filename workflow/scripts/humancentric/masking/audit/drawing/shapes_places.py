"""Draw everyday objects, plants, skies and landscapes into a pen's frame."""

import math

import numpy as np

from humancentric.masking.audit.drawing.pens import Palette, Pen, arc, clear, mix, star

WHITE = (255, 255, 255)
BLACK = (16, 14, 18)


def heart(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a heart."""
    angles = np.linspace(0, 2 * np.pi, 44)
    x = np.sin(angles) ** 3
    y = -(13 * np.cos(angles) - 5 * np.cos(2 * angles) - 2 * np.cos(3 * angles) - np.cos(4 * angles)) / 16
    red = mix(tint.accent, (226, 30, 70), 0.6)
    pen.polygon(list(zip(x * 0.95, y * 0.95, strict=True)), red)
    pen.polygon(list(zip(x * 0.5 - 0.22, y * 0.5 - 0.25, strict=True)), mix(red, WHITE, 0.22))


def rose(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a rose."""
    pen.line([(0, 0), (0.08, 0.5), (-0.02, 1)], 0.06, (40, 96, 52))
    pen.polygon([(0.06, 0.55), (0.4, 0.3), (0.5, 0.55)], (52, 122, 62))
    for size, shade in ((0.5, 0.35), (0.4, 0.2), (0.3, 0.05), (0.2, 0.25), (0.1, 0.0)):
        pen.polygon(
            star(0, -0.3, 6, size, size * 0.82, float(rng.uniform(0, 60))),
            mix((222, 34, 66), tint.dark, shade),
        )


def house(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a friendly house."""
    pen.box(0.3, -0.75, 0.48, -0.2, (150, 74, 58))
    pen.box(-0.7, -0.1, 0.7, 1, mix(tint.light, (250, 226, 176), 0.5))
    pen.polygon([(-0.9, -0.05), (0, -0.8), (0.9, -0.05)], mix(tint.accent, (196, 62, 48), 0.6))
    pen.box(-0.14, 0.45, 0.16, 1, (120, 74, 46))
    for x in (-0.5, 0.32):
        pen.box(x, 0.15, x + 0.24, 0.42, (120, 190, 224))
        pen.line([(x + 0.12, 0.15), (x + 0.12, 0.42)], 0.03, WHITE)


def balloons(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a bunch of balloons."""
    for x, y, colour in (
        (-0.5, -0.35, (238, 70, 80)),
        (0.5, -0.3, (62, 150, 230)),
        (0.02, -0.6, (250, 196, 50)),
        (0.05, -0.05, (96, 190, 104)),
    ):
        pen.line([(x, y), (0, 1)], 0.018, tint.dark)
        pen.oval(x, y, 0.32, 0.38, mix(colour, tint.accent, 0.15))
        pen.oval(x - 0.1, y - 0.14, 0.07, 0.1, clear(WHITE, 0.7))


def smiley(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a grinning face with glasses and a moustache."""
    pen.oval(0, 0, 0.95, fill=mix((255, 212, 58), tint.accent, 0.2))
    for side in (-1, 1):
        pen.oval(side * 0.38, -0.18, 0.27, fill=WHITE)
        pen.ring(side * 0.38, -0.18, 0.3, 0.08, BLACK)
        pen.oval(side * 0.38 + rng.uniform(-0.1, 0.1), -0.14, 0.1, fill=BLACK)
    pen.polygon(arc(0, 0.36, 0.55, 0.42, 0, 180), (150, 24, 40))
    pen.box(-0.42, 0.36, 0.42, 0.47, WHITE)
    if rng.random() < 0.5:
        pen.polygon(
            [
                (0, 0.12),
                (0.3, 0.08),
                (0.55, 0.3),
                (0.25, 0.3),
                (0, 0.22),
                (-0.25, 0.3),
                (-0.55, 0.3),
                (-0.3, 0.08),
            ],
            BLACK,
        )


def banana(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a banana skin, waiting."""
    yellow = (250, 214, 54)
    pen.polygon([*arc(0, -0.3, 0.9, 1.0, 20, 160), *arc(0, -0.75, 0.8, 1.0, 150, 30)], yellow)
    pen.polygon([(-0.9, -0.1), (-0.98, -0.35), (-0.78, -0.3), (-0.72, -0.1)], (96, 70, 30))
    pen.oval(0.83, 0.02, 0.07, fill=(96, 70, 30))
    pen.line(arc(0, -0.55, 0.8, 1.0, 40, 140), 0.03, (214, 170, 30))


def umbrella(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw an umbrella in the rain."""
    for _ in range(26):
        x, y = rng.uniform(-1, 1), rng.uniform(-1, 0.9)
        pen.line([(x, y), (x - 0.05, y + 0.16)], 0.015, clear(tint.light, 0.6))
    pen.line([(0, -0.4), (0, 0.8), (0.1, 0.92), (0.22, 0.82)], 0.05, tint.dark)
    pen.polygon(
        [
            *arc(0, -0.05, 0.9, 0.75, 180, 360),
            (0.6, -0.15),
            (0.3, -0.05),
            (0, -0.15),
            (-0.3, -0.05),
            (-0.6, -0.15),
        ],
        tint.accent,
    )


def window(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a window with somebody looking out."""
    pen.box(-0.75, -0.95, 0.75, 0.95, tint.dark)
    pen.box(-0.63, -0.83, 0.63, 0.83, mix(tint.light, tint.accent, 0.35))
    pen.oval(0.18, -0.05, 0.2, 0.24, tint.dark)
    pen.polygon([(-0.25, 0.83), (-0.12, 0.35), (0.18, 0.18), (0.48, 0.35), (0.6, 0.83)], tint.dark)
    pen.line([(0, -0.9), (0, 0.9)], 0.07, tint.dark)
    pen.line([(-0.7, -0.1), (0.7, -0.1)], 0.07, tint.dark)


def television(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw an old television set with colour bars."""
    pen.line([(-0.45, -0.98), (0, -0.6), (0.5, -0.95)], 0.04, tint.dark)
    pen.box(-0.95, -0.62, 0.95, 0.72, mix((124, 80, 48), tint.dark, 0.3))
    bars = (
        (235, 235, 235),
        (220, 210, 60),
        (70, 200, 210),
        (70, 190, 80),
        (200, 70, 190),
        (205, 60, 50),
        (50, 70, 190),
    )
    for step, bar in enumerate(bars):
        pen.box(-0.82 + 0.18 * step, -0.48, -0.64 + 0.18 * step, 0.56, bar)
    for y in (-0.25, 0.05):
        pen.oval(0.7, y, 0.09, fill=tint.light)
    for x in (-0.6, 0.6):
        pen.polygon([(x - 0.1, 0.72), (x + 0.1, 0.72), (x * 1.25, 1.0)], tint.dark)


def wreath(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a Christmas wreath with a bow."""
    for x, y in arc(0, 0, 0.68, 0.68):
        pen.polygon(
            star(x, y, 7, rng.uniform(0.2, 0.3), 0.1, float(rng.uniform(0, 90))),
            mix((24, 92, 54), tint.dark, rng.uniform(0, 0.3)),
        )
    for x, y in arc(0, 0, 0.68, 0.68)[::4]:
        pen.oval(x, y, 0.07, fill=(214, 36, 48))
    for side in (-1, 1):
        pen.polygon([(0, 0.65), (side * 0.42, 0.42), (side * 0.42, 0.88)], (200, 28, 44))
    pen.oval(0, 0.65, 0.1, fill=(168, 18, 36))


def pot(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a steaming pot."""
    for x in (-0.3, 0, 0.3):
        pen.line([(x, -0.25), (x + 0.1, -0.45), (x - 0.06, -0.65), (x + 0.06, -0.9)], 0.06, clear(WHITE, 0.6))
    pen.box(-0.85, 0.15, 0.85, 0.27, mix(tint.accent, tint.dark, 0.5))
    pen.polygon(
        [(-0.65, 0.0), (0.65, 0.0), (0.6, 0.85), (0.5, 0.95), (-0.5, 0.95), (-0.6, 0.85)], tint.accent
    )
    pen.polygon([*arc(0, 0.0, 0.7, 0.2, 180, 360)], mix(tint.accent, tint.dark, 0.3))
    pen.oval(0, -0.22, 0.09, fill=tint.dark)


def glass(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a glass of red wine."""
    pen.polygon(
        [(-0.42, -0.95), (0.42, -0.95), (0.45, -0.4), *arc(0, -0.4, 0.45, 0.5, 0, 180)], clear(WHITE, 0.5)
    )
    pen.polygon([(0.45, -0.45), *arc(0, -0.4, 0.43, 0.47, 0, 180), (-0.45, -0.45)], (142, 22, 48))
    pen.line([(0, 0.1), (0, 0.85)], 0.06, mix(tint.light, tint.dark, 0.25))
    pen.oval(0, 0.9, 0.4, 0.08, mix(tint.light, tint.dark, 0.25))


def screen(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a computer with lines of code on its screen."""
    pen.box(-0.95, -0.75, 0.95, 0.5, mix(tint.dark, WHITE, 0.2))
    pen.box(-0.86, -0.66, 0.86, 0.41, (18, 24, 34))
    for row in range(8):
        left = -0.78 + 0.12 * int(rng.integers(0, 4))
        colour = ((110, 220, 150), (240, 190, 90), (120, 180, 250), (230, 110, 130))[int(rng.integers(4))]
        y = -0.58 + 0.125 * row
        pen.box(left, y, left + rng.uniform(0.3, 0.8), y + 0.055, colour)
    pen.polygon([(-0.15, 0.5), (0.15, 0.5), (0.25, 0.85), (-0.25, 0.85)], mix(tint.dark, WHITE, 0.35))
    pen.box(-0.5, 0.83, 0.5, 0.93, mix(tint.dark, WHITE, 0.25))


def smile(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a smiling face."""
    pen.oval(0, 0, 0.95, fill=(255, 214, 70))
    for side in (-1, 1):
        pen.oval(side * 0.33, -0.25, 0.1, 0.15, BLACK)
        pen.oval(side * 0.6, 0.15, 0.14, 0.09, (250, 150, 110))
    pen.line(arc(0, 0.05, 0.5, 0.5, 20, 160), 0.09, BLACK)


def frown(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a sad face with a tear."""
    pen.oval(0, 0, 0.95, fill=mix((104, 122, 150), tint.low, 0.35))
    for side in (-1, 1):
        pen.oval(side * 0.33, -0.15, 0.1, 0.14, BLACK)
        pen.line([(side * 0.15, -0.45), (side * 0.5, -0.34)], 0.07, BLACK)
    pen.line(arc(0, 0.75, 0.48, 0.45, 210, 330), 0.09, BLACK)
    pen.polygon([(0.42, 0.05), (0.52, 0.3), (0.42, 0.42), (0.32, 0.3)], (120, 190, 240))


HOMELY = {
    "a heart": heart,
    "a rose": rose,
    "a house": house,
    "balloons": balloons,
    "a grinning face": smiley,
    "a banana": banana,
    "an umbrella": umbrella,
    "a window": window,
    "a television": television,
    "a wreath": wreath,
    "a cooking pot": pot,
    "a glass of wine": glass,
    "a computer screen": screen,
    "a smile": smile,
    "a frown": frown,
}


def moon(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a full moon with craters and a halo."""
    for radius, alpha in ((1.0, 0.1), (0.86, 0.14)):
        pen.oval(0, 0, radius, fill=clear(tint.light, alpha))
    pen.oval(0, 0, 0.72, fill=mix(tint.light, tint.accent, 0.12))
    for _ in range(5):
        x, y = rng.uniform(-0.42, 0.42, 2)
        pen.oval(x, y, rng.uniform(0.05, 0.15), fill=clear(tint.low, 0.25))


def sun(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a low sun with a halo."""
    for radius, alpha in ((1.0, 0.12), (0.85, 0.18)):
        pen.oval(0, 0, radius, fill=clear(tint.light, alpha))
    pen.oval(0, 0, 0.68, fill=mix(tint.accent, tint.light, 0.45))


def bare_tree(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a leafless tree."""

    def branch(x: float, y: float, angle: float, length: float, depth: int) -> None:
        end = (x + length * math.cos(angle), y + length * math.sin(angle))
        pen.line([(x, y), end], 0.012 + 0.035 * depth * depth / 12, tint.dark)
        if depth:
            for side in (-1, 1):
                branch(
                    *end, angle + side * rng.uniform(0.25, 0.75), length * rng.uniform(0.62, 0.8), depth - 1
                )

    branch(0, 1.05, -math.pi / 2, 0.62, 5)


def leafy_tree(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a tree in full leaf."""
    pen.polygon([(-0.1, 1), (0.1, 1), (0.05, 0.1), (-0.05, 0.1)], tint.dark)
    for _ in range(9):
        x, y = rng.uniform(-0.5, 0.5), rng.uniform(-0.65, 0.15)
        pen.oval(x, y, rng.uniform(0.25, 0.42), fill=mix(tint.dark, tint.accent, rng.uniform(0.1, 0.5)))


def firs(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw fir trees with snow and lights."""
    for x, size in ((-0.6, 0.75), (0.62, 0.65), (0.0, 1.0)):
        for step in range(4):
            top, wide = 1 - 2 * size + step * 0.42 * size, (0.22 + 0.12 * step) * size
            green = mix((22, 74, 48), tint.dark, 0.3)
            pen.polygon([(x, top), (x + wide, top + 0.55 * size), (x - wide, top + 0.55 * size)], green)
            pen.polygon(
                [(x, top), (x + wide * 0.4, top + 0.2 * size), (x - wide * 0.3, top + 0.24 * size)],
                (238, 244, 250),
            )
            pen.oval(x + rng.uniform(-wide, wide) * 0.6, top + 0.45 * size, 0.045, fill=(255, 206, 84))
        pen.box(x - 0.06 * size, 1 - 0.2 * size, x + 0.06 * size, 1, (70, 48, 34))


def cactus(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a tall cactus with two arms."""
    ink = mix(tint.dark, (34, 70, 40), 0.4)
    pen.line([(0, 1.02), (0, -0.78)], 0.3, ink)
    pen.oval(0, -0.78, 0.15, fill=ink)
    for side, elbow, top in ((-1, rng.uniform(0.0, 0.3), -0.4), (1, rng.uniform(-0.2, 0.2), -0.55)):
        pen.line([(0, elbow), (side * 0.48, elbow), (side * 0.48, top)], 0.2, ink)
        pen.oval(side * 0.48, top, 0.1, fill=ink)


def mesa(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw flat-topped rocks of a desert."""
    for x, wide, top in ((-0.95, 0.5, 0.0), (0.1, 0.35, 0.3), (0.95, 0.55, -0.15)):
        rock = mix(tint.low, tint.dark, rng.uniform(0.45, 0.65))
        pen.polygon([(x - wide, 1), (x - wide * 0.75, top + 0.35), (x - wide * 0.6, top), (x + wide * 0.6, top),
                     (x + wide * 0.75, top + 0.35), (x + wide, 1)], rock)  # fmt: skip
        pen.box(x - wide * 0.64, top + 0.12, x + wide * 0.64, top + 0.18, mix(rock, tint.accent, 0.35))


def mountains(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw ranges of mountains with snow on top."""
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
                pen.polygon([(x, top), (x + wide * 0.22, deep), (x + 0.05, deep - 0.08),
                    (x - 0.06, deep + 0.05), (x - wide * 0.22, deep)], mix(tint.light, ink, 0.15))  # fmt: skip


def hills(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw soft green-toned hills."""
    for row, share in enumerate((0.25, 0.5, 0.75)):
        x, top = rng.uniform(-0.8, 0.8), 0.25 + 0.25 * row
        pen.oval(x, top + 1.2, 1.6, 1.2, mix(tint.accent, tint.dark, share))
        pen.oval(-x, top + 1.3, 1.5, 1.15, mix(tint.accent, tint.dark, share + 0.08))


def skyline(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a city at night with lit windows."""
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


def sea(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw waves."""
    for row in range(5):
        top = 0.1 + 0.24 * row
        phase = rng.uniform(0, 6.3)
        crest = [(x, top + 0.05 * math.sin(7 * x + phase)) for x in np.linspace(-1.2, 1.2, 25)]
        pen.polygon([*crest, (1.2, 1.5), (-1.2, 1.5)], mix(tint.low, tint.dark, 0.25 + 0.14 * row))


def graves(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw crooked gravestones."""
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


def planet(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a planet with a ring."""
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


def stars_and_swirl(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw magic sparkles along a swirl."""
    for step in range(26):
        angle, radius = step * 0.42, 0.08 + 0.035 * step
        x, y = radius * math.cos(angle), radius * math.sin(angle) * 0.9
        size = rng.uniform(0.04, 0.14)
        pen.polygon(star(x, y, 4, size, size * 0.25), mix(tint.light, tint.accent, rng.uniform(0, 0.7)))


LAND = {
    "a full moon": moon,
    "a low sun": sun,
    "bare branches": bare_tree,
    "a tree": leafy_tree,
    "snowy firs": firs,
    "a cactus": cactus,
    "desert rocks": mesa,
    "mountains": mountains,
    "hills": hills,
    "a city skyline": skyline,
    "the sea": sea,
    "gravestones": graves,
    "a ringed planet": planet,
    "magic sparkles": stars_and_swirl,
}
