"""Pens, colours and palettes for synthetic pictures.

A pen draws in coordinates relative to a frame, so that a shape does not depend on the size of the picture.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, ...]
Point = tuple[float, float]
SMOOTH = 2  # pictures are drawn this many times larger and shrunk, which smooths the edges
WHITE, BLACK = (255, 255, 255), (16, 14, 18)


def clear(colour: Colour, alpha: float) -> Colour:
    """Return `colour` with an opacity of `alpha` (0-1)."""
    return (*colour[:3], round(255 * alpha))


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that has `share` of `other` and the rest of `one`."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one[:3], other[:3], strict=True))


class Pen:
    """Draw on a picture in the coordinates of a frame: centre (0, 0), x to the right, y down, sides at -1 and 1."""

    def __init__(self, picture: Image.Image) -> None:
        """Start with the frame that spans the picture's width, centred in the picture."""
        self.picture = picture
        self.draw = ImageDraw.Draw(picture, "RGBA")
        self.width, self.height = picture.size
        self.frame = (self.width / 2, self.height / 2, self.width / 2, 1.0, 0.0)

    @contextmanager
    def at(self, x: float, y: float, size: float, flip: bool = False, turn: float = 0.0) -> Iterator["Pen"]:
        """Draw in a frame of half-width `size` around (x, y), all in shares of the picture's width.

        `flip` mirrors left and right; `turn` rotates clockwise, in degrees.
        """
        before = self.frame
        self.frame = (
            x * self.width,
            y * self.width,
            size * self.width,
            -1.0 if flip else 1.0,
            math.radians(turn),
        )
        yield self
        self.frame = before

    def spots(self, points: Sequence[Point]) -> list[Point]:
        """Convert points from frame coordinates to pixels."""
        x0, y0, size, side, turn = self.frame
        cos, sin = math.cos(turn) * size, math.sin(turn) * size
        return [(x0 + side * x * cos - y * sin, y0 + side * x * sin + y * cos) for x, y in points]

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon(self.spots(points), fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """Fill a rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw a line through `points`, `width` in units of the frame."""
        self.draw.line(
            self.spots(points), fill=fill, width=max(1, round(width * self.frame[2])), joint="curve"
        )

    def oval(self, x: float, y: float, rx: float, ry: float | None = None, fill: Colour = (0, 0, 0)) -> None:
        """Fill an ellipse (a circle when `ry` is left out)."""
        self.polygon(arc(x, y, rx, rx if ry is None else ry), fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: Colour) -> None:
        """Draw a circle's outline."""
        points = arc(x, y, radius, radius)
        self.line([*points, *points[:2]], width, fill)

    def person(
        self, x: float, height: float, stride: float, skirt: float = 0, fill: Colour = (0, 0, 0)
    ) -> None:
        """Draw a standing silhouette of `height` at `x` on the frame's lower side, with a skirt if `skirt` is 1."""
        h, top = height, 1 - height
        self.oval(x, top + 0.09 * h, 0.065 * h, 0.085 * h, fill)
        body = "-.03,.14 .03,.14 .13,.22 .15,.5 .11,.52 .09,.3 .09,.55 -.09,.55 -.09,.3 -.11,.52 -.15,.5 -.13,.22"
        for outline in (body, "-.07,.45 .07,.45 .2,.8 -.2,.8")[: 1 + bool(skirt)]:
            self.polygon([(x + across * h, top + down * h) for across, down in points(outline)], fill)
        for side in (-1, 1):
            hip, foot = x + side * 0.09 * h, x + side * stride * h
            shoe = [(foot - side * 0.035 * h, 1), (foot + side * 0.05 * h, 1)]
            self.polygon([(hip, top + 0.5 * h), (x - side * 0.005 * h, top + 0.55 * h), *shoe], fill)


def arc(x: float, y: float, rx: float, ry: float, begin: float = 0, end: float = 360) -> list[Point]:
    """Return points along an ellipse from `begin` to `end` degrees (0: right, 90: bottom)."""
    steps = max(6, round(abs(end - begin) / 9))
    angles = [
        math.radians(begin + (end - begin) * step / steps) for step in range(steps + (end - begin < 360))
    ]
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def star(x: float, y: float, spikes: int, outer: float, inner: float, turn: float = -90) -> list[Point]:
    """Return the corners of a star with the given radii."""
    radii = [outer, inner] * spikes
    angles = [math.radians(turn + 180 * step / spikes) for step in range(2 * spikes)]
    return [(x + r * math.cos(a), y + r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]


@dataclass(frozen=True)
class Palette:
    """RGB colours: upper and lower background, silhouettes, accent, and the lightest."""

    sky: Colour
    low: Colour
    dark: Colour
    accent: Colour
    light: Colour

    def towards(self, other: "Palette", share: float) -> "Palette":
        """Return the palette mixed with `share` of `other`."""
        return Palette(*(mix(a, b, share) for a, b in zip(self.colours, other.colours, strict=True)))

    @property
    def colours(self) -> tuple[Colour, ...]:
        """Return the five colours in order."""
        return (self.sky, self.low, self.dark, self.accent, self.light)


def palette(text: str) -> Palette:
    """Return the palette written as five hexadecimal colours."""
    return Palette(*(tuple(bytes.fromhex(word)) for word in text.split()))


def varied(rng: np.random.Generator, tint: Palette, spread: float = 14) -> Palette:
    """Return `tint` with normal noise of standard deviation `spread` added to every colour."""
    return Palette(
        *(
            tuple(int(v) for v in np.clip(np.array(c) + rng.normal(0, spread, 3), 0, 255))
            for c in tint.colours
        )
    )


Shape = Callable[[Pen, np.random.Generator, Palette], None]


class Shapes(dict[str, Shape]):
    """Functions that draw shapes, by caption. A call registers one: ``@SHAPES("a rose")``."""

    def __call__(self, caption: str) -> Callable[[Shape], Shape]:
        """Return a decorator that registers a function under `caption`."""
        return lambda function: self.setdefault(caption, function)


def points(text: str) -> list[Point]:
    """Return points written as ``x,y x,y``; ``arc:...`` and ``star:...`` give arguments of `arc` and `star`."""
    found: list[Point] = []
    for word in text.split():
        curve, _, numbers = word.rpartition(":")
        values = [float(number) for number in numbers.split(",")]
        if curve == "star":
            x, y, spikes, *radii = values
            found += star(x, y, int(spikes), *radii)
        else:
            found += arc(*values) if curve else [(values[0], values[1])]
    return found


def draw(pen: Pen, rng: np.random.Generator, tint: Palette, drawing: str) -> None:
    """Draw strokes written as text and separated by semicolons.

    A stroke is ``polygon COLOUR POINTS``, ``line COLOUR WIDTH POINTS``, ``box COLOUR LEFT,TOP RIGHT,BOTTOM``,
    ``oval COLOUR X,Y RADIUS`` (or ``RX,RY``), ``ring COLOUR X,Y RADIUS WIDTH`` or ``person COLOUR X HEIGHT STRIDE``
    (and 1 for a skirt). A colour is a name of the palette, ``white``, ``black`` or ``#rrggbb``; ``dark+20%white`` mixes
    20 % of the second in, ``dark/35%`` sets the opacity.
    """
    for stroke in drawing.split(";"):
        kind, colour, values = stroke.split(None, 2)
        fill = _colour(colour, tint)
        if kind == "polygon":
            pen.polygon(points(values), fill)
        elif kind == "line":
            width, values = values.split(None, 1)
            pen.line(points(values), float(width), fill)
        else:
            numbers = [float(value) for value in values.replace(",", " ").split()]
            getattr(pen, kind)(*numbers, fill=fill)


def _colour(text: str, tint: Palette) -> Colour:
    def named(name: str) -> Colour:
        if name.startswith("#"):
            return tuple(bytes.fromhex(name[1:]))
        return {"white": WHITE, "black": BLACK}.get(name) or getattr(tint, name)

    text, _, opacity = text.partition("/")
    first, *others = text.split("+")
    colour = named(first)
    for part in others:
        share, _, name = part.partition("%")
        colour = mix(colour, named(name), float(share) / 100)
    return clear(colour, float(opacity.removesuffix("%")) / 100) if opacity else colour
