"""Draw weapons, vehicles, signs of danger, buildings and emblems of adventure into a pen's frame."""

import numpy as np

from humancentric.masking.audit.drawing.pens import Palette, Pen, arc, clear, mix, star

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
