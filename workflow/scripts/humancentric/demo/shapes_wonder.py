"""Buildings, riddles and vehicles of other times and worlds, drawn into a pen's frame."""

import numpy as np

from humancentric.demo.palettes import Palette
from humancentric.demo.pens import Pen, arc, clear, mix, star

WHITE = (255, 255, 255)


def keyhole(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a keyhole with light behind it."""
    pen.oval(0, 0, 0.98, 0.98, mix(tint.dark, tint.sky, 0.35))
    pen.ring(0, 0, 0.9, 0.05, tint.accent)
    for grow, alpha in ((1.25, 0.25), (1.0, 1.0)):
        glow = clear(tint.light, alpha)
        pen.polygon(
            [
                *arc(0, -0.22, 0.25 * grow, 0.25 * grow, 130, 410),
                (0.27 * grow, 0.6 * grow),
                (-0.27 * grow, 0.6 * grow),
            ],
            glow,
        )


def magnifier(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a magnifying glass over a fingerprint."""
    pen.line([(0.35, 0.35), (0.92, 0.92)], 0.2, mix(tint.dark, (110, 66, 34), 0.6))
    pen.oval(-0.15, -0.15, 0.66, fill=clear(tint.light, 0.75))
    for step in range(1, 6):
        pen.line(arc(-0.15, -0.1, 0.09 * step, 0.11 * step, 150 + 9 * step, 420 - 8 * step), 0.035, tint.dark)
    pen.ring(-0.15, -0.15, 0.66, 0.1, mix(tint.accent, tint.dark, 0.3))


def lit_door(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw an open door with light falling through it."""
    pen.polygon([(-0.3, 1), (0.3, 1), (1.0, 1.6), (-0.6, 1.6)], clear(tint.light, 0.35))
    pen.box(-0.42, -0.95, 0.42, 1, tint.dark)
    pen.box(-0.32, -0.85, 0.32, 1, tint.light)
    pen.polygon([(-0.32, -0.85), (-0.1, -0.7), (-0.1, 1.1), (-0.32, 1)], mix(tint.dark, tint.accent, 0.3))
    pen.oval(0.1, 0.0, 0.09, fill=tint.dark)
    pen.polygon([(0.02, 0.1), (0.18, 0.1), (0.22, 1), (-0.02, 1)], tint.dark)


def castle(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a castle with pointed towers."""
    ink = mix(tint.dark, tint.sky, 0.15)
    pen.box(-0.6, 0.2, 0.6, 1, ink)
    for x, top in ((-0.7, -0.1), (0.7, -0.05), (-0.25, -0.35), (0.3, -0.5)):
        pen.box(x - 0.15, top, x + 0.15, 1, ink)
        pen.polygon([(x - 0.2, top), (x, top - 0.5), (x + 0.2, top)], mix(tint.accent, ink, 0.4))
        pen.box(x - 0.035, top + 0.15, x + 0.035, top + 0.32, tint.light)
    pen.polygon([(-0.14, 1), (-0.14, 0.72), *arc(0, 0.72, 0.14, 0.14, 180, 360), (0.14, 1)], tint.light)


def sword(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw an upright sword."""
    pen.polygon(
        [(-0.09, 0.45), (-0.09, -0.8), (0, -1), (0.09, -0.8), (0.09, 0.45)],
        mix(tint.light, (170, 180, 196), 0.4),
    )
    pen.polygon([(0, 0.45), (0, -1), (0.09, -0.8), (0.09, 0.45)], mix(tint.light, tint.dark, 0.45))
    pen.box(-0.38, 0.42, 0.38, 0.53, mix(tint.accent, (200, 150, 50), 0.5))
    pen.box(-0.06, 0.5, 0.06, 0.9, mix(tint.dark, (90, 50, 30), 0.5))
    pen.oval(0, 0.93, 0.1, fill=mix(tint.accent, (200, 150, 50), 0.5))


def rocket(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a rocket on its flame."""
    pen.polygon([(-0.16, 0.5), (0, 1.1), (0.16, 0.5)], (255, 170, 60))
    pen.polygon(
        [(-0.25, 0.15), (-0.55, 0.65), (-0.2, 0.5), (0.2, 0.5), (0.55, 0.65), (0.25, 0.15)], tint.accent
    )
    pen.polygon(
        [(-0.24, 0.5), *arc(0, -0.2, 0.27, 0.8, 180, 360), (0.24, 0.5)], mix(tint.light, (210, 216, 224), 0.5)
    )
    pen.oval(0, -0.3, 0.13, fill=tint.dark)
    pen.oval(0, -0.3, 0.09, fill=(120, 200, 240))


def saucer(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a flying saucer with its beam."""
    pen.polygon([(-0.25, 0.1), (0.25, 0.1), (0.75, 1.3), (-0.75, 1.3)], clear(tint.light, 0.28))
    pen.oval(0, -0.12, 0.38, 0.34, mix(tint.light, (150, 220, 230), 0.5))
    pen.oval(0, 0.02, 0.95, 0.22, mix(tint.dark, (140, 150, 165), 0.55))
    for x in (-0.65, -0.33, 0, 0.33, 0.65):
        pen.oval(x, 0.07, 0.055, fill=tint.accent)


def ship(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a sailing ship."""
    pen.polygon([(-0.85, 0.5), (0.9, 0.42), (0.6, 0.95), (-0.6, 0.95)], mix(tint.dark, (80, 46, 26), 0.5))
    for x, top in ((-0.35, -0.6), (0.25, -0.9)):
        pen.line([(x, top), (x, 0.5)], 0.05, tint.dark)
        for low, high, wide in ((0.4, -0.05, 0.42), (-0.1, top + 0.1, 0.32)):
            pen.polygon(
                [(x - wide * 0.8, high), (x + wide * 0.7, high), (x + wide, low), (x - wide * 0.6, low)],
                mix(tint.light, (230, 214, 180), 0.4),
            )
    pen.polygon([(0.25, -0.9), (0.6, -0.82), (0.25, -0.74)], tint.accent)


def compass(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a compass rose."""
    pen.ring(0, 0, 0.92, 0.06, tint.light)
    pen.ring(0, 0, 0.72, 0.025, tint.light)
    pen.polygon(star(0, 0, 4, 0.65, 0.14, -45), mix(tint.light, tint.dark, 0.5))
    pen.polygon(star(0, 0, 4, 0.95, 0.16), mix(tint.light, tint.accent, 0.3))
    pen.polygon([(0, -0.95), (0.12, -0.12), (0, 0)], tint.accent)
    pen.polygon([(0, 0.95), (-0.12, 0.12), (0, 0)], tint.dark)


def temple(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a temple with columns."""
    stone = mix(tint.light, tint.accent, 0.3)
    pen.polygon([(-1, -0.3), (0, -0.8), (1, -0.3)], stone)
    pen.box(-0.95, -0.3, 0.95, -0.14, mix(stone, tint.dark, 0.25))
    for x in np.linspace(-0.8, 0.8, 5):
        pen.box(x - 0.1, -0.14, x + 0.1, 0.85, stone)
        pen.box(x + 0.02, -0.14, x + 0.1, 0.85, mix(stone, tint.dark, 0.3))
    pen.box(-1.05, 0.85, 1.05, 1.0, mix(stone, tint.dark, 0.2))


def crown(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a golden crown."""
    gold = mix(tint.accent, (226, 178, 62), 0.75)
    pen.polygon(
        [(-0.75, 0.55), (-0.95, -0.45), (-0.45, 0.02), (0, -0.7), (0.45, 0.02), (0.95, -0.45), (0.75, 0.55)],
        gold,
    )
    pen.box(-0.75, 0.55, 0.75, 0.75, mix(gold, tint.dark, 0.3))
    for x, y, red in (
        (-0.95, -0.48, 1),
        (0, -0.75, 0),
        (0.95, -0.48, 1),
        (-0.4, 0.64, 0),
        (0, 0.64, 1),
        (0.4, 0.64, 0),
    ):
        pen.oval(x, y, 0.09, fill=(190, 30, 52) if red else (40, 96, 170))


def globe(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw the globe."""
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


def cross(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a cross in the light."""
    for radius in (0.95, 0.75, 0.55):
        pen.oval(0, -0.2, radius, fill=clear(tint.light, 0.2))
    wood = mix(tint.dark, (120, 76, 40), 0.5)
    pen.box(-0.1, -0.95, 0.1, 1.0, wood)
    pen.box(-0.55, -0.5, 0.55, -0.3, wood)


WONDERS = {
    "a keyhole": keyhole,
    "a magnifying glass": magnifier,
    "a lit door": lit_door,
    "a castle": castle,
    "a sword": sword,
    "a rocket": rocket,
    "a flying saucer": saucer,
    "a sailing ship": ship,
    "a compass": compass,
    "a temple": temple,
    "a crown": crown,
    "the globe": globe,
    "a cross": cross,
}
