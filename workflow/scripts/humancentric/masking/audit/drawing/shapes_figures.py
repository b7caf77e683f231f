"""Draw people, creatures, instruments, records and photographs into a pen's frame.

People and creatures are silhouettes that stand on the lower side of the frame.
"""

import numpy as np

from humancentric.masking.audit.drawing.pens import Colour, Palette, Pen, arc, mix


def person(pen: Pen, x: float, height: float, ink: Colour, stride: float = 0.12, skirt: bool = False) -> None:
    """Draw a standing silhouette of `height` at `x` on the frame's lower side."""
    top = 1 - height
    h = height
    pen.oval(x, top + 0.09 * h, 0.065 * h, 0.085 * h, ink)
    pen.polygon([(x - 0.03 * h, top + 0.14 * h), (x + 0.03 * h, top + 0.14 * h), (x + 0.13 * h, top + 0.22 * h),
                 (x + 0.15 * h, top + 0.5 * h), (x + 0.11 * h, top + 0.52 * h), (x + 0.09 * h, top + 0.3 * h),
                 (x + 0.09 * h, top + 0.55 * h), (x - 0.09 * h, top + 0.55 * h), (x - 0.09 * h, top + 0.3 * h),
                 (x - 0.11 * h, top + 0.52 * h), (x - 0.15 * h, top + 0.5 * h),
                     (x - 0.13 * h, top + 0.22 * h)], ink)  # fmt: skip
    if skirt:
        pen.polygon([(x - 0.07 * h, top + 0.45 * h), (x + 0.07 * h, top + 0.45 * h),
            (x + 0.2 * h, top + 0.8 * h), (x - 0.2 * h, top + 0.8 * h)], ink)  # fmt: skip
    for side in (-1, 1):
        foot = x + side * stride * h
        pen.polygon([(x + side * 0.09 * h, top + 0.5 * h), (x - side * 0.005 * h, top + 0.55 * h),
                     (foot - side * 0.035 * h, 1), (foot + side * 0.05 * h, 1)], ink)  # fmt: skip


def lone_figure(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw somebody standing alone, with a long shadow."""
    pen.polygon([(-0.1, 1), (0.1, 1), (0.75, 1.35), (0.45, 1.35)], mix(tint.low, tint.dark, 0.6))
    person(pen, 0, 1.7, tint.dark, 0.07)


def couple(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw two people close to each other."""
    person(pen, -0.21, 1.75, tint.dark, 0.07)
    person(pen, 0.2, 1.6, tint.dark, 0.05, skirt=True)
    pen.line([(-0.1, 0.0), (0.12, 0.05)], 0.09, tint.dark)


def family(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw two adults and two children hand in hand."""
    for x, height, skirt in ((-0.75, 1.6, False), (-0.3, 0.95, True), (0.15, 0.8, False), (0.65, 1.5, True)):
        person(pen, x, height, tint.dark, 0.08, skirt)
    pen.line(
        [(-0.55, 0.2), (-0.4, 0.42), (-0.2, 0.42), (0.05, 0.5), (0.25, 0.5), (0.48, 0.22)], 0.06, tint.dark
    )


def cowboy(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a man with a wide hat, legs apart, hands at the belt."""
    person(pen, 0, 1.75, tint.dark, 0.2)
    pen.oval(0, -0.66, 0.34, 0.06, tint.dark)
    pen.polygon([(-0.15, -0.68), (-0.11, -0.92), (0, -0.87), (0.11, -0.92), (0.15, -0.68)], tint.dark)
    pen.polygon([(-0.2, 0.18), (0.2, 0.18), (0.24, 0.3), (0.32, 0.55), (0.2, 0.5), (-0.2, 0.3)], tint.dark)


def man_in_hat(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a man in a long coat and a felt hat."""
    person(pen, 0, 1.75, tint.dark, 0.08)
    pen.polygon([(-0.22, -0.4), (0.22, -0.4), (0.34, 0.72), (-0.34, 0.72)], tint.dark)
    pen.oval(0, -0.68, 0.22, 0.04, tint.dark)
    pen.polygon([(-0.13, -0.7), (-0.1, -0.88), (0.1, -0.88), (0.13, -0.7)], tint.dark)
    pen.line([(0.22, -0.6), (0.4, -0.66)], 0.02, tint.light)
    pen.oval(0.42, -0.66, 0.025, fill=tint.accent)


def soldiers(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw three soldiers with helmets and rifles."""
    for x, height in ((-0.65, 1.35), (0.0, 1.6), (0.65, 1.4)):
        top = 1 - height
        person(pen, x, height, tint.dark, 0.12)
        pen.polygon(
            [*arc(x, top + 0.1, 0.17, 0.15, 180, 360), (x + 0.22, top + 0.12), (x - 0.22, top + 0.12)],
            tint.dark,
        )
        pen.line([(x + 0.34, top + 0.12), (x - 0.16, top + 0.85)], 0.055, tint.dark)


def runner(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw somebody running for their life."""
    ink = tint.dark
    pen.oval(0.3, -0.72, 0.15, 0.17, ink)
    pen.polygon([(0.05, -0.52), (0.36, -0.5), (0.12, 0.2), (-0.2, 0.15)], ink)
    pen.line([(0.2, -0.42), (0.5, -0.1), (0.78, -0.28)], 0.13, ink)
    pen.line([(0.12, -0.42), (-0.3, -0.3), (-0.48, 0.0)], 0.13, ink)
    pen.line([(0.0, 0.12), (0.42, 0.38), (0.25, 0.9), (0.4, 0.95)], 0.17, ink)
    pen.line([(-0.08, 0.12), (-0.35, 0.55), (-0.85, 0.6)], 0.16, ink)


def face(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a head in profile, half of it in the light."""
    outline = [(-0.05, -0.95), (0.3, -0.85), (0.5, -0.55), (0.5, -0.28), (0.7, 0.08), (0.52, 0.14), (0.55, 0.28),
               (0.5, 0.36), (0.54, 0.46), (0.45, 0.66), (0.12, 0.68), (0.1, 1.0), (-0.6, 1.0), (-0.55, 0.5),
                   (-0.75, 0.0),
               (-0.7, -0.5), (-0.45, -0.85)]  # fmt: skip
    pen.polygon(outline, tint.dark)
    pen.polygon(
        [(x * 0.5 + 0.27, y) if x > 0.3 else (0.32, y) for x, y in outline[1:11]],
        mix(tint.dark, tint.accent, 0.5),
    )


def dog(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a sitting dog."""
    coat = mix(tint.dark, (150, 98, 52), 0.7)
    pen.polygon([(-0.1, -0.1), (0.35, 0.1), (0.6, 0.65), (0.55, 1), (-0.35, 1), (-0.3, 0.3)], coat)
    pen.line([(0.5, 0.9), (0.85, 0.65), (0.9, 0.35)], 0.14, coat)
    pen.oval(-0.2, -0.35, 0.36, 0.34, coat)
    pen.oval(-0.5, -0.22, 0.2, 0.15, mix(coat, (255, 255, 255), 0.5))
    pen.oval(-0.66, -0.27, 0.07, 0.06, (24, 18, 18))
    pen.polygon([(0.0, -0.6), (0.26, -0.5), (0.2, 0.0), (0.02, -0.1)], mix(coat, (0, 0, 0), 0.35))
    pen.oval(-0.32, -0.45, 0.05, fill=(24, 18, 18))


def creature(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a round cartoon creature with big eyes."""
    coat = mix(tint.accent, tuple(int(v) for v in rng.integers(60, 255, 3)), 0.5)
    wide, tall = rng.uniform(0.6, 0.85), rng.uniform(0.65, 0.9)
    for side in (-1, 1):
        pen.oval(side * wide * 0.55, 0.05 - tall, 0.17, rng.uniform(0.15, 0.45), coat)
        pen.oval(side * 0.35, 0.93, 0.25, 0.12, mix(coat, (0, 0, 0), 0.25))
    pen.oval(0, 0.12, wide, tall, coat)
    pen.oval(0, 0.4, wide * 0.6, tall * 0.5, mix(coat, (255, 255, 255), 0.45))
    look = rng.uniform(-0.06, 0.06)
    for side in (-1, 1):
        pen.oval(side * 0.28, -0.2, 0.23, 0.27, (255, 255, 255))
        pen.oval(side * 0.28 + look, -0.16, 0.11, 0.14, (30, 26, 40))
        pen.oval(side * 0.28 + look + 0.04, -0.22, 0.04, fill=(255, 255, 255))
    pen.polygon(arc(0, 0.2, 0.3, 0.24, 0, 180), (120, 26, 44))


def robot(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a robot's head and shoulders."""
    steel = mix(tint.light, (128, 138, 150), 0.6)
    pen.polygon([(-0.95, 1), (-0.75, 0.55), (0.75, 0.55), (0.95, 1)], mix(steel, tint.dark, 0.55))
    pen.box(-0.2, 0.3, 0.2, 0.6, mix(steel, tint.dark, 0.7))
    pen.polygon([(-0.5, -0.7), (0.5, -0.7), (0.62, -0.4), (0.5, 0.4), (-0.5, 0.4), (-0.62, -0.4)], steel)
    pen.box(-0.45, -0.35, 0.45, -0.05, tint.dark)
    for x in (-0.22, 0.22):
        pen.oval(x, -0.2, 0.1, fill=tint.accent)
        pen.oval(x, -0.2, 0.04, fill=(255, 255, 255))
    for x in (-0.24, -0.08, 0.08, 0.24):
        pen.box(x - 0.05, 0.12, x + 0.05, 0.26, tint.dark)
    pen.line([(0, -0.7), (0, -0.95)], 0.05, steel)
    pen.oval(0, -0.96, 0.07, fill=tint.accent)


def skull(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    """Draw a skull in the half dark."""
    bone = mix(tint.light, tint.dark, 0.15)
    pen.oval(0, -0.2, 0.72, 0.7, bone)
    pen.polygon([(-0.45, 0.2), (0.45, 0.2), (0.36, 0.85), (-0.36, 0.85)], bone)
    for side in (-1, 1):
        pen.oval(side * 0.3, -0.1, 0.21, 0.23, tint.dark)
        pen.oval(side * 0.3, -0.06, 0.05, fill=tint.accent)
    pen.polygon([(0, 0.12), (0.1, 0.34), (-0.1, 0.34)], tint.dark)
    for x in (-0.24, -0.08, 0.08, 0.24):
        pen.line([(x, 0.55), (x, 0.85)], 0.03, tint.dark)
    pen.polygon(
        [(0, -0.9), (0.72, -0.2), (0.6, 0.2), (0.4, 0.85), (0.9, 0.9), (0.95, -0.9)], (*tint.dark, 90)
    )


PEOPLE = {
    "a lone figure": lone_figure,
    "a couple": couple,
    "a family hand in hand": family,
    "a cowboy": cowboy,
    "a man in a hat": man_in_hat,
    "soldiers": soldiers,
    "a running man": runner,
    "a face in profile": face,
    "a dog": dog,
    "a cartoon creature": creature,
    "a robot": robot,
    "a skull": skull,
}


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
