"""Weapons, vehicles and signs of danger, drawn into a pen's frame."""

import numpy as np

from humancentric.demo.palettes import Palette
from humancentric.demo.pens import Pen, arc, mix, star

WHITE = (255, 255, 255)
BLACK = (16, 14, 18)


def explosion(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a burst of fire."""
    for size, fire in (
        (1.0, (226, 62, 20)),
        (0.76, (250, 134, 24)),
        (0.52, (255, 206, 64)),
        (0.28, (255, 246, 200)),
    ):
        corners = star(0, 0, 13, size, size * 0.6, float(rng.uniform(0, 40)))
        pen.polygon([(x * rng.uniform(0.85, 1.1), y * rng.uniform(0.85, 1.1)) for x, y in corners], fire)


def helicopter(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a helicopter."""
    pen.oval(-0.2, 0.1, 0.45, 0.26, tint.dark)
    pen.polygon([(0.1, -0.02), (0.95, -0.1), (0.95, 0.02), (0.1, 0.2)], tint.dark)
    pen.polygon([(0.85, -0.05), (1.0, -0.35), (1.0, 0.05)], tint.dark)
    pen.line([(-1, -0.3), (0.6, -0.3)], 0.04, tint.dark)
    pen.line([(-0.2, -0.3), (-0.2, -0.1)], 0.07, tint.dark)
    pen.line([(-0.6, 0.5), (0.25, 0.5)], 0.05, tint.dark)
    pen.polygon([(-0.6, 0.1), (-0.42, -0.07), (-0.25, -0.07), (-0.25, 0.1)], tint.accent)


def car(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a fast car."""
    coat = mix(tint.accent, tint.dark, 0.25)
    pen.polygon(
        [
            (-1, 0.75),
            (-0.95, 0.45),
            (-0.5, 0.35),
            (-0.25, 0.08),
            (0.35, 0.08),
            (0.65, 0.38),
            (1, 0.5),
            (1, 0.75),
        ],
        coat,
    )
    pen.polygon([(-0.4, 0.36), (-0.2, 0.15), (0.02, 0.15), (0.02, 0.36)], tint.dark)
    pen.polygon([(0.1, 0.36), (0.1, 0.15), (0.32, 0.15), (0.5, 0.36)], tint.dark)
    for x in (-0.58, 0.58):
        pen.oval(x, 0.78, 0.21, fill=BLACK)
        pen.oval(x, 0.78, 0.1, fill=tint.light)


def gun(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a pistol."""
    ink = mix(tint.dark, tint.light, 0.12)
    pen.polygon([(-0.95, -0.42), (0.75, -0.42), (0.85, -0.3), (0.8, -0.05), (-0.95, -0.05)], ink)
    pen.polygon([(0.25, -0.05), (0.75, -0.05), (0.95, 0.85), (0.5, 0.9)], ink)
    pen.ring(0.12, 0.12, 0.2, 0.06, ink)
    pen.line([(-0.9, -0.25), (0.65, -0.25)], 0.03, mix(ink, tint.light, 0.5))


def handcuffs(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a pair of handcuffs."""
    steel = mix(tint.light, tint.dark, 0.25)
    for x, y in ((-0.52, -0.15), (0.52, 0.2)):
        pen.ring(x, y, 0.38, 0.13, steel)
        pen.box(x - 0.16, y + 0.28, x + 0.16, y + 0.5, steel)
    pen.line([(-0.2, 0.05), (0, -0.05), (0.16, 0.08)], 0.07, steel)


def eye(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a wide-open eye."""
    lid = [*arc(0, 0.35, 1.0, 0.75, 205, 335), *arc(0, -0.35, 1.0, 0.75, 25, 155)]
    pen.polygon([(x * 1.08, y * 1.18) for x, y in lid], tint.dark)
    pen.polygon(lid, mix(tint.light, WHITE, 0.4))
    pen.oval(0, 0, 0.36, fill=tint.accent)
    for angle in range(0, 360, 20):
        pen.line([(0, 0), arc(0, 0, 0.34, 0.34, angle, angle + 1)[0]], 0.02, mix(tint.accent, tint.dark, 0.5))
    pen.oval(0, 0, 0.17, fill=BLACK)
    pen.oval(0.1, -0.11, 0.07, fill=WHITE)


def crosshair(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw the view through a rifle's scope."""
    for radius, width in ((0.92, 0.05), (0.55, 0.03), (0.2, 0.03)):
        pen.ring(0, 0, radius, width, tint.accent)
    pen.line([(-1.05, 0), (1.05, 0)], 0.025, tint.accent)
    pen.line([(0, -1.05), (0, 1.05)], 0.025, tint.accent)


def claws(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw bleeding scratches."""
    for x in (-0.6, -0.2, 0.2, 0.6):
        lean = rng.uniform(0.1, 0.3)
        pen.polygon(
            [(x + lean, -1), (x + 0.1, 0.1), (x - lean, 1), (x - 0.09, 0.0)],
            mix(tint.accent, (140, 0, 6), 0.5),
        )


def haunted_house(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a crooked house with lit windows."""
    pen.polygon([(-0.75, 1), (-0.7, 0.05), (-0.85, 0.05), (-0.3, -0.5), (0.1, -0.05), (0.12, -0.6),
        (0.05, -0.6), (0.35, -1),
                 (0.65, -0.6), (0.6, -0.6), (0.65, 1)], tint.dark)  # fmt: skip
    for x, y in ((-0.5, 0.2), (-0.15, 0.25), (0.35, -0.4), (0.35, 0.15)):
        pen.polygon(
            [(x - 0.08, y + 0.15), (x - 0.08, y), *arc(x, y, 0.08, 0.1, 180, 360), (x + 0.08, y + 0.15)],
            tint.accent,
        )
    pen.box(-0.1, 0.6, 0.15, 1, mix(tint.dark, tint.accent, 0.3))


def plane(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a squadron of fighter planes."""
    for x, y, size in ((0, -0.35, 0.6), (-0.6, 0.25, 0.42), (0.6, 0.3, 0.42)):
        pen.oval(x, y, 0.11 * size, 0.75 * size, tint.dark)
        pen.polygon(
            [
                (x - 1.0 * size, y - 0.02),
                (x, y - 0.3 * size),
                (x + 1.0 * size, y - 0.02),
                (x, y + 0.12 * size),
            ],
            tint.dark,
        )
        pen.polygon(
            [(x - 0.36 * size, y + 0.72 * size), (x, y + 0.5 * size), (x + 0.36 * size, y + 0.72 * size)],
            tint.dark,
        )


def tank(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a tank."""
    ink = mix(tint.dark, (62, 68, 40), 0.4)
    pen.line([(-0.05, 0.0), (-1.05, -0.2)], 0.1, ink)
    pen.polygon([(-0.35, 0.2), (-0.22, -0.18), (0.4, -0.18), (0.5, 0.2)], ink)
    pen.polygon([(-0.85, 0.45), (-0.65, 0.18), (0.75, 0.18), (0.9, 0.45)], mix(ink, WHITE, 0.1))
    pen.polygon(
        [(-0.95, 0.65), (-0.8, 0.42), (0.8, 0.42), (0.95, 0.65), (0.75, 0.95), (-0.75, 0.95)], tint.dark
    )
    for x in np.linspace(-0.66, 0.66, 5):
        pen.oval(float(x), 0.7, 0.14, fill=mix(ink, WHITE, 0.2))


def barbed_wire(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw posts with barbed wire."""
    for x in (-0.85, 0.05, 0.9):
        pen.line([(x, 1), (x + rng.uniform(-0.12, 0.12), -0.2)], 0.07, tint.dark)
    for y in (0.0, 0.35, 0.7):
        pen.line([(-1.2, y), (-0.4, y + 0.08), (0.5, y - 0.04), (1.2, y + 0.06)], 0.025, tint.dark)
        for x in np.linspace(-1.1, 1.1, 9):
            pen.line([(x - 0.05, y - 0.07), (x + 0.05, y + 0.09)], 0.025, tint.dark)
            pen.line([(x + 0.05, y - 0.07), (x - 0.05, y + 0.09)], 0.025, tint.dark)


def badge(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a sheriff's star."""
    corners = star(0, 0, 5, 0.92, 0.42)
    pen.polygon(corners, mix(tint.accent, (214, 166, 70), 0.6))
    for x, y in corners[::2]:
        pen.oval(x, y, 0.1, fill=mix(tint.accent, (214, 166, 70), 0.6))
    pen.ring(0, 0, 0.33, 0.04, tint.dark)


def wheel(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a wagon wheel."""
    wood = mix(tint.dark, (112, 68, 36), 0.6)
    for x, y in arc(0, 0, 0.85, 0.85)[::4]:
        pen.line([(0, 0), (x, y)], 0.07, wood)
    pen.ring(0, 0, 0.85, 0.13, wood)
    pen.oval(0, 0, 0.17, fill=wood)


DANGERS = {
    "an explosion": explosion,
    "a helicopter": helicopter,
    "a fast car": car,
    "a gun": gun,
    "handcuffs": handcuffs,
    "an eye": eye,
    "a crosshair": crosshair,
    "bloody scratches": claws,
    "a haunted house": haunted_house,
    "fighter planes": plane,
    "a tank": tank,
    "barbed wire": barbed_wire,
    "a sheriff's star": badge,
    "a wagon wheel": wheel,
}
