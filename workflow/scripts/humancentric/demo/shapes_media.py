"""Instruments, records and photographs, drawn into a pen's frame."""

import numpy as np

from humancentric.demo.palettes import Palette
from humancentric.demo.pens import Pen, arc, mix

WHITE = (255, 255, 255)
BLACK = (16, 14, 18)


def vinyl(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a record."""
    pen.oval(0, 0, 0.98, fill=BLACK)
    for radius in np.linspace(0.45, 0.9, 7):
        pen.ring(0, 0, float(radius), 0.012, (70, 70, 78))
    pen.polygon([(0, 0), *arc(0, 0, 0.95, 0.95, 300, 325)], (255, 255, 255, 40))
    pen.polygon([(0, 0), *arc(0, 0, 0.95, 0.95, 120, 145)], (255, 255, 255, 40))
    pen.oval(0, 0, 0.34, fill=tint.accent)
    pen.oval(0, 0, 0.05, fill=tint.light)


def notes(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw musical notes."""
    for x, y, size in ((-0.45, 0.1, 0.9), (0.5, -0.3, 0.65), (0.45, 0.65, 0.5)):
        pen.oval(x - 0.2 * size, y + 0.35 * size, 0.17 * size, 0.13 * size, tint.accent)
        pen.oval(x + 0.38 * size, y + 0.25 * size, 0.17 * size, 0.13 * size, tint.accent)
        pen.line(
            [(x - 0.05 * size, y + 0.35 * size), (x - 0.05 * size, y - 0.5 * size)], 0.055 * size, tint.accent
        )
        pen.line(
            [(x + 0.53 * size, y + 0.25 * size), (x + 0.53 * size, y - 0.6 * size)], 0.055 * size, tint.accent
        )
        pen.line(
            [(x - 0.06 * size, y - 0.45 * size), (x + 0.55 * size, y - 0.55 * size)], 0.15 * size, tint.accent
        )


def guitar(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a guitar."""
    wood = mix(tint.accent, (176, 96, 40), 0.5)
    pen.oval(0, 0.55, 0.48, 0.42, wood)
    pen.oval(0, 0.1, 0.36, 0.32, wood)
    pen.oval(0, 0.22, 0.14, fill=tint.dark)
    pen.box(-0.07, -0.85, 0.07, 0.15, mix(wood, tint.dark, 0.6))
    pen.box(-0.13, -1.05, 0.13, -0.8, tint.dark)
    pen.box(-0.18, 0.6, 0.18, 0.66, tint.dark)
    for x in (-0.04, 0, 0.04):
        pen.line([(x, -0.85), (x, 0.62)], 0.008, tint.light)


def microphone(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a stage microphone."""
    pen.line([(0.0, 0.1), (0.0, 1.05)], 0.08, mix(tint.dark, WHITE, 0.25))
    pen.polygon([(-0.2, -0.2), (0.2, -0.2), (0.11, 0.35), (-0.11, 0.35)], mix(tint.dark, WHITE, 0.15))
    pen.oval(0, -0.5, 0.36, 0.42, mix(tint.light, (150, 150, 160), 0.5))
    for y in np.linspace(-0.75, -0.25, 5):
        pen.line([(-0.3, float(y)), (0.3, float(y))], 0.025, tint.dark)
    pen.box(-0.36, -0.3, 0.36, -0.2, tint.accent)


def film_strip(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a strip of film with muted photographs in its frames."""
    pen.box(-1.3, -0.55, 1.3, 0.55, BLACK)
    for x in np.arange(-1.25, 1.3, 0.2):
        for y in (-0.49, 0.41):
            pen.box(x, y, x + 0.1, y + 0.08, (228, 226, 220))
    for x in (-1.2, -0.4, 0.4):
        grey = mix(tint.low, (150, 146, 138), 0.55)
        pen.box(x, -0.36, x + 0.74, 0.34, grey)
        pen.polygon([(x, 0.34), (x + 0.25, rng.uniform(-0.1, 0.1)), (x + 0.45, 0.15),
            (x + 0.6, rng.uniform(-0.2, 0.1)), (x + 0.74, 0.34)], mix(grey, tint.dark, 0.55))  # fmt: skip
        pen.oval(x + 0.55, -0.2, 0.07, fill=mix(grey, WHITE, 0.6))


def photographs(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a pile of photographs of faces."""
    for x, y in ((-0.45, -0.4), (0.45, -0.35), (-0.35, 0.45), (0.5, 0.5)):
        x, y = x + rng.uniform(-0.08, 0.08), y + rng.uniform(-0.08, 0.08)
        grey = mix(tint.low, (168, 162, 150), 0.6)
        pen.box(x - 0.46, y - 0.46, x + 0.46, y + 0.46, (240, 237, 228))
        pen.box(x - 0.4, y - 0.4, x + 0.4, y + 0.28, grey)
        pen.polygon([*arc(x, y + 0.3, 0.3, 0.25, 180, 360)], mix(grey, tint.dark, 0.75))
        pen.oval(x, y - 0.08, 0.14, 0.18, mix(grey, tint.dark, 0.6))


MEDIA = {
    "a record": vinyl,
    "musical notes": notes,
    "a guitar": guitar,
    "a microphone": microphone,
    "a strip of film": film_strip,
    "photographs": photographs,
}
