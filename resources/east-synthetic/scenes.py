"""Training pictures without text: the demo's posters without letters, textures, and things that look like text."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from demo_data.film_posters import draw_poster
from demo_data.films import films
from humancentric.masking.audit.backdrops import clouds

Colour = tuple[int, int, int]


def colour(rng: np.random.Generator) -> Colour:
    """Return a colour; every fourth is nearly grey, as black and white are common on posters."""
    red, green, blue = rng.integers(0, 256, 3)
    if rng.random() < 0.25:
        green = blue = red
    return int(red), int(green), int(blue)


def unlettered(number: int, seed: int) -> list[Image.Image]:
    """Return `number` of the demo's film posters (400 x 600) without their letters."""
    return [draw_poster(film, writing=False) for film in films(number, seed)]


def cloudy(rng: np.random.Generator, side: int) -> Image.Image:
    """Return smooth noise between two colours with grain."""
    share = np.clip(0.5 + 0.3 * clouds(rng, side, side), 0, 1)[..., None]
    one, other = (np.array(colour(rng), np.float32) for _ in range(2))
    grain = rng.normal(0, rng.uniform(0, 18), (side, side, 1))
    return Image.fromarray(np.clip(one + (other - one) * share + grain, 0, 255).astype(np.uint8))


def gradient(rng: np.random.Generator, side: int) -> Image.Image:
    """Return a gradient in any direction."""
    y, x = np.mgrid[0:side, 0:side] / side
    turn = rng.uniform(0, 2 * np.pi)
    share = np.clip(0.5 + (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn), 0, 1)[..., None]
    one, other = (np.array(colour(rng), np.float32) for _ in range(2))
    return Image.fromarray((one + (other - one) * share).astype(np.uint8))


def patches(rng: np.random.Generator, side: int) -> Image.Image:
    """Return overlapping polygons and ovals, some of them blurred: edges that are not letters."""
    picture = cloudy(rng, side)
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(6, 40))):
        size = side * rng.uniform(0.03, 0.5)
        x, y = rng.uniform(-0.2, 1.1, 2) * side
        if rng.random() < 0.5:
            draw.ellipse((x, y, x + size, y + size * rng.uniform(0.3, 1.5)), fill=colour(rng))
        else:
            points = rng.uniform(0, size, (int(rng.integers(3, 7)), 2)) + np.array((x, y))
            draw.polygon([tuple(point) for point in points], fill=colour(rng))
    return picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 3) if rng.random() < 0.6 else 0))


def repeated(rng: np.random.Generator, side: int) -> Image.Image:
    """Return fences, bricks, windows and dots: rows of small things that a detector takes for words."""
    picture = gradient(rng, side)
    draw = ImageDraw.Draw(picture)
    width, height = rng.uniform(4, 40), rng.uniform(4, 40)
    gap_x, gap_y = rng.uniform(1.2, 2.5, 2)
    shape: Callable[..., None] = draw.rectangle if rng.random() < 0.6 else draw.ellipse
    ink = colour(rng)
    for row, y in enumerate(np.arange(0, side, height * gap_y)):
        for x in np.arange((row % 2) * width / 2, side, width * gap_x):
            if rng.random() < 0.9:
                shape((x, y, x + width, y + height), fill=ink)
    return picture.rotate(rng.uniform(-30, 30), Image.Resampling.BILINEAR)


def strokes(rng: np.random.Generator, side: int) -> Image.Image:
    """Return branches, grass and scribbles: strokes as thick as letters'."""
    picture = cloudy(rng, side)
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(20, 120))):
        start = rng.uniform(0, side, 2)
        steps = np.cumsum(rng.normal(0, side * rng.uniform(0.01, 0.08), (4, 2)), axis=0)
        points = [tuple(start), *(tuple(start + step) for step in steps)]
        draw.line(points, fill=colour(rng), width=int(rng.integers(1, 6)), joint="curve")
    return picture


TEXTURES = (cloudy, gradient, patches, repeated, strokes)


def scene(rng: np.random.Generator, posters: list[Image.Image], side: int) -> Image.Image:
    """Return a square picture without text: a part of one of the `posters` or, about as often, a texture."""
    if rng.random() < 0.55:
        picture = posters[int(rng.integers(len(posters)))]
        cut = int(rng.uniform(0.35, 1.0) * min(picture.size))
        x, y = (int(rng.integers(0, limit - cut + 1)) for limit in picture.size)
        picture = picture.crop((x, y, x + cut, y + cut)).resize((side, side), Image.Resampling.BILINEAR)
    else:
        picture = TEXTURES[int(rng.integers(len(TEXTURES)))](rng, side)
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else picture
