"""Draw figures, things and signs of danger with random or repeated parts into a pen's frame."""

import numpy as np

from humancentric.masking.audit.pens import (
    BLACK,
    WHITE,
    Colour,
    Palette,
    Pen,
    Shapes,
    arc,
    clear,
    draw,
    mix,
    points,
    star,
)

FIGURES = Shapes()


def person(pen: Pen, x: float, height: float, ink: Colour, stride: float = 0.12, skirt: bool = False) -> None:
    """Draw a standing silhouette of `height` at `x` on the frame's lower side."""
    top = 1 - height
    h = height
    pen.oval(x, top + 0.09 * h, 0.065 * h, 0.085 * h, ink)
    body = "-.03,.14 .03,.14 .13,.22 .15,.5 .11,.52 .09,.3 .09,.55 -.09,.55 -.09,.3 -.11,.52 -.15,.5 -.13,.22"
    for outline in (body, "-.07,.45 .07,.45 .2,.8 -.2,.8")[: 1 + skirt]:
        pen.polygon([(x + across * h, top + down * h) for across, down in points(outline)], ink)
    for side in (-1, 1):
        hip, foot = x + side * 0.09 * h, x + side * stride * h
        shoe = [(foot - side * 0.035 * h, 1), (foot + side * 0.05 * h, 1)]
        pen.polygon([(hip, top + 0.5 * h), (x - side * 0.005 * h, top + 0.55 * h), *shoe], ink)


@FIGURES("a lone figure")
def _lone_figure(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    pen.polygon([(-0.1, 1), (0.1, 1), (0.75, 1.35), (0.45, 1.35)], mix(tint.low, tint.dark, 0.6))
    person(pen, 0, 1.7, tint.dark, 0.07)


@FIGURES("a couple")
def _couple(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    person(pen, -0.21, 1.75, tint.dark, 0.07)
    person(pen, 0.2, 1.6, tint.dark, 0.05, skirt=True)
    pen.line([(-0.1, 0.0), (0.12, 0.05)], 0.09, tint.dark)


@FIGURES("a family hand in hand")
def _family(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, height, skirt in ((-0.75, 1.6, False), (-0.3, 0.95, True), (0.15, 0.8, False), (0.65, 1.5, True)):
        person(pen, x, height, tint.dark, 0.08, skirt)
    draw(pen, rng, tint, "line dark .06 -.55,.2 -.4,.42 -.2,.42 .05,.5 .25,.5 .48,.22")


@FIGURES("a cowboy")
def _cowboy(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    person(pen, 0, 1.75, tint.dark, 0.2)
    draw(pen, rng, tint, "oval dark 0,-.66 .34,.06")
    draw(pen, rng, tint, "polygon dark -.15,-.68 -.11,-.92 0,-.87 .11,-.92 .15,-.68")
    draw(pen, rng, tint, "polygon dark -.2,.18 .2,.18 .24,.3 .32,.55 .2,.5 -.2,.3")


@FIGURES("a man in a hat")
def _man_in_hat(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    person(pen, 0, 1.75, tint.dark, 0.08)
    draw(pen, rng, tint, "polygon dark -.22,-.4 .22,-.4 .34,.72 -.34,.72; oval dark 0,-.68 .22,.04")
    draw(pen, rng, tint, "polygon dark -.13,-.7 -.1,-.88 .1,-.88 .13,-.7")
    draw(pen, rng, tint, "line light .02 .22,-.6 .4,-.66; oval accent .42,-.66 .025")


@FIGURES("soldiers")
def _soldiers(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, height in ((-0.65, 1.35), (0.0, 1.6), (0.65, 1.4)):
        top = 1 - height
        person(pen, x, height, tint.dark, 0.12)
        helmet = arc(x, top + 0.1, 0.17, 0.15, 180, 360)
        pen.polygon([*helmet, (x + 0.22, top + 0.12), (x - 0.22, top + 0.12)], tint.dark)
        pen.line([(x + 0.34, top + 0.12), (x - 0.16, top + 0.85)], 0.055, tint.dark)


@FIGURES("a cartoon creature")
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


@FIGURES("a strip of film")
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


@FIGURES("photographs")
def _photographs(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y in ((-0.45, -0.4), (0.45, -0.35), (-0.35, 0.45), (0.5, 0.5)):
        x, y = x + rng.uniform(-0.08, 0.08), y + rng.uniform(-0.08, 0.08)
        grey = mix(tint.low, (168, 162, 150), 0.6)
        pen.box(x - 0.46, y - 0.46, x + 0.46, y + 0.46, (240, 237, 228))
        pen.box(x - 0.4, y - 0.4, x + 0.4, y + 0.28, grey)
        pen.polygon([*arc(x, y + 0.3, 0.3, 0.25, 180, 360)], mix(grey, tint.dark, 0.75))
        pen.oval(x, y - 0.08, 0.14, 0.18, mix(grey, tint.dark, 0.6))


@FIGURES("an explosion")
def _explosion(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    fires = (226, 62, 20), (250, 134, 24), (255, 206, 64), (255, 246, 200)
    for size, fire in zip((1.0, 0.76, 0.52, 0.28), fires, strict=True):
        corners = star(0, 0, 13, size, size * 0.6, float(rng.uniform(0, 40)))
        pen.polygon([(x * rng.uniform(0.85, 1.1), y * rng.uniform(0.85, 1.1)) for x, y in corners], fire)


@FIGURES("an eye")
def _eye(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    lid = [*arc(0, 0.35, 1.0, 0.75, 205, 335), *arc(0, -0.35, 1.0, 0.75, 25, 155)]
    pen.polygon([(x * 1.08, y * 1.18) for x, y in lid], tint.dark)
    pen.polygon(lid, mix(tint.light, WHITE, 0.4))
    pen.oval(0, 0, 0.36, fill=tint.accent)
    for angle in range(0, 360, 20):
        pen.line([(0, 0), arc(0, 0, 0.34, 0.34, angle, angle + 1)[0]], 0.02, mix(tint.accent, tint.dark, 0.5))
    pen.oval(0, 0, 0.17, fill=BLACK)
    pen.oval(0.1, -0.11, 0.07, fill=WHITE)


@FIGURES("bloody scratches")
def _claws(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x in (-0.6, -0.2, 0.2, 0.6):
        lean = rng.uniform(0.1, 0.3)
        blood = mix(tint.accent, (140, 0, 6), 0.5)
        pen.polygon([(x + lean, -1), (x + 0.1, 0.1), (x - lean, 1), (x - 0.09, 0.0)], blood)


@FIGURES("barbed wire")
def _barbed_wire(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x in (-0.85, 0.05, 0.9):
        pen.line([(x, 1), (x + rng.uniform(-0.12, 0.12), -0.2)], 0.07, tint.dark)
    for y in (0.0, 0.35, 0.7):
        pen.line([(-1.2, y), (-0.4, y + 0.08), (0.5, y - 0.04), (1.2, y + 0.06)], 0.025, tint.dark)
        for x in np.linspace(-1.1, 1.1, 9):
            pen.line([(x - 0.05, y - 0.07), (x + 0.05, y + 0.09)], 0.025, tint.dark)
            pen.line([(x + 0.05, y - 0.07), (x - 0.05, y + 0.09)], 0.025, tint.dark)


@FIGURES("a sheriff's star")
def _badge(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    corners = star(0, 0, 5, 0.92, 0.42)
    pen.polygon(corners, mix(tint.accent, (214, 166, 70), 0.6))
    for x, y in corners[::2]:
        pen.oval(x, y, 0.1, fill=mix(tint.accent, (214, 166, 70), 0.6))
    pen.ring(0, 0, 0.33, 0.04, tint.dark)


@FIGURES("a wagon wheel")
def _wheel(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    wood = mix(tint.dark, (112, 68, 36), 0.6)
    for x, y in arc(0, 0, 0.85, 0.85)[::4]:
        pen.line([(0, 0), (x, y)], 0.07, wood)
    pen.ring(0, 0, 0.85, 0.13, wood)
    pen.oval(0, 0, 0.17, fill=wood)


@FIGURES("a castle")
def _castle(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    ink = mix(tint.dark, tint.sky, 0.15)
    pen.box(-0.6, 0.2, 0.6, 1, ink)
    for x, top in ((-0.7, -0.1), (0.7, -0.05), (-0.25, -0.35), (0.3, -0.5)):
        pen.box(x - 0.15, top, x + 0.15, 1, ink)
        pen.polygon([(x - 0.2, top), (x, top - 0.5), (x + 0.2, top)], mix(tint.accent, ink, 0.4))
        pen.box(x - 0.035, top + 0.15, x + 0.035, top + 0.32, tint.light)
    pen.polygon([(-0.14, 1), (-0.14, 0.72), *arc(0, 0.72, 0.14, 0.14, 180, 360), (0.14, 1)], tint.light)


@FIGURES("a heart")
def _heart(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    angles = np.linspace(0, 2 * np.pi, 44)
    x = np.sin(angles) ** 3
    y = -(13 * np.cos(angles) - 5 * np.cos(2 * angles) - 2 * np.cos(3 * angles) - np.cos(4 * angles)) / 16
    red = mix(tint.accent, (226, 30, 70), 0.6)
    pen.polygon(list(zip(x * 0.95, y * 0.95, strict=True)), red)
    pen.polygon(list(zip(x * 0.5 - 0.22, y * 0.5 - 0.25, strict=True)), mix(red, WHITE, 0.22))


@FIGURES("a grinning face")
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


@FIGURES("an umbrella")
def _umbrella(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for _ in range(26):
        x, y = rng.uniform(-1, 1), rng.uniform(-1, 0.9)
        pen.line([(x, y), (x - 0.05, y + 0.16)], 0.015, clear(tint.light, 0.6))
    draw(pen, rng, tint, "line dark .05 0,-.4 0,.8 .1,.92 .22,.82")
    draw(pen, rng, tint, "polygon accent arc:0,-.05,.9,.75,180,360 .6,-.15 .3,-.05 0,-.15 -.3,-.05 -.6,-.15")


@FIGURES("a wreath")
def _wreath(pen: Pen, rng: np.random.Generator, tint: Palette) -> None:
    for x, y in arc(0, 0, 0.68, 0.68):
        leaves = star(x, y, 7, rng.uniform(0.2, 0.3), 0.1, float(rng.uniform(0, 90)))
        pen.polygon(leaves, mix((24, 92, 54), tint.dark, rng.uniform(0, 0.3)))
    for x, y in arc(0, 0, 0.68, 0.68)[::4]:
        pen.oval(x, y, 0.07, fill=(214, 36, 48))
    for side in (-1, 1):
        pen.polygon([(0, 0.65), (side * 0.42, 0.42), (side * 0.42, 0.88)], (200, 28, 44))
    pen.oval(0, 0.65, 0.1, fill=(168, 18, 36))


@FIGURES("a computer screen")
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
