"""Write the text on a poster: title, tagline, names, and the small credits at the bottom."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from demo_data.films import Film
from demo_data.typography import ALL, FAMILIES, brightness, fitted, lines_of, set_credits, set_lines
from humancentric.core.hashing import chance, pick
from humancentric.masking.audit.drawing.looks import LOOKS, TAGLINES, full_name
from humancentric.masking.audit.drawing.pens import Palette, mix
from humancentric.masking.audit.lettering import EFFECTS, font

NAMED = 0.4  # share of posters whose tagline names one of the genres
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _tagline(rng: np.random.Generator, genres: Sequence[str]) -> str:
    return pick(rng, LOOKS[pick(rng, genres)].taglines) if chance(rng, NAMED) else pick(rng, TAGLINES)


def _credits(rng: np.random.Generator) -> list[str]:
    names = [full_name(rng) for _ in range(9)]
    return [
        f"{names[0]} and {names[1]} present a film by {names[2]}   {names[3]}   {names[4]}",
        f"music by {names[5]}   edited by {names[6]}   director of photography {names[7]}",
        f"produced by {names[8]}   written and directed by {names[2]}",
    ][: int(rng.integers(2, 4))]


def letter(
    picture: Image.Image,
    rng: np.random.Generator,
    film: Film,
    shown: Sequence[str],
    tint: Palette,
    layout: str,
) -> None:
    """Write title, tagline, names and credits of `film` on its poster."""
    width, height = picture.size
    name = pick(rng, FAMILIES[LOOKS[shown[0]].letters]) if chance(rng, 0.6) else pick(rng, ALL)
    title = film.title.strip()
    lines = lines_of(title.upper() if chance(rng, 0.6) else title, int(rng.integers(9, 16)))
    typeface = fitted(lines, name, width * rng.uniform(0.72, 0.88), int(rng.integers(44, 76)))
    tall = typeface.size * 1.14 * len(lines)
    low = (layout != "scene" and chance(rng, 0.5)) or (layout == "scene" and chance(rng, 0.35))
    top = height * 0.83 - tall if low else height * (0.075 if layout != "scene" else rng.uniform(0.06, 0.12))
    behind = brightness(picture, (20, int(max(top, 0)), width - 20, int(min(top + tall, height - 1)) + 1))
    effect = pick(rng, EFFECTS)
    bright = behind < 125
    ink = (
        pick(rng, (tint.light, tint.accent, (255, 255, 255)))
        if bright
        else pick(rng, (tint.dark, tint.dark, (20, 18, 22)))
    )
    shade = mix(tint.dark, (0, 0, 0), 0.5) if bright else mix(tint.light, (255, 255, 255), 0.4)
    if abs(sum(ink) / 3 - behind) < 70 and effect == "plain":
        effect = "outline"
    side = pick(rng, ("m", "m", "m", "l"))
    x = width / 2 if side == "m" else width * 0.07
    end = set_lines(picture, lines, typeface, x, top, ink, shade, effect, side)

    small = fitted([tagline := _tagline(rng, shown)], pick(rng, ALL), width * 0.84, int(rng.integers(14, 21)))
    place = end + 8 if chance(rng, 0.55) else height * 0.025
    place = min(place, height * 0.86)
    dim = brightness(picture, (40, int(place), width - 40, int(place) + 20)) < 125
    set_lines(picture, [tagline], small, x, place, (255, 255, 255) if dim else (24, 20, 24),
        (0, 0, 0) if dim else (255, 255, 255), "shadow", side)  # fmt: skip

    if chance(rng, 0.5):
        cast = "    ".join(full_name(rng).upper() for _ in range(int(rng.integers(2, 4))))
        y = top - 22 if low else height * 0.025 if place > height * 0.05 else height * 0.8
        set_lines(
            picture,
            [cast],
            fitted([cast], "DejaVuSans", width * 0.9, 13, 8),
            width / 2,
            y,
            (255, 255, 255),
            (0, 0, 0),
            "shadow",
        )
    small_ink = (
        (245, 245, 245)
        if brightness(picture, (40, height - 60, width - 40, height - 10)) < 185
        else (60, 56, 56)
    )
    set_credits(picture, _credits(rng), height - 22, small_ink)
    if film.release_date and chance(rng, 0.6):
        date = f"In cinemas {int(film.release_date[8:])} {MONTHS[int(film.release_date[5:7]) - 1]}"
        set_lines(picture, [date], font("DejaVuSans-Bold", 11), width / 2, height - 20, small_ink)
