"""Write text on the demo's pictures: titles, taglines, names and the small credits of a poster."""

import calendar
import textwrap
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from demo_data.films import Film
from humancentric.core.hashing import chance, pick
from humancentric.masking.audit.lettering import EFFECTS, font
from humancentric.masking.audit.looks import LOOKS, TAGLINES, full_name
from humancentric.masking.audit.pens import WHITE, Colour, Palette, clear, mix

# Families of typefaces, as files of matplotlib's font folder (DejaVu, STIX, Computer Modern).
FAMILIES = {
    "heavy": ("DejaVuSans-Bold", "DejaVuSans-BoldOblique"),
    "classic": ("DejaVuSerif", "STIXGeneralBol", "DejaVuSerif-Bold", "cmr10"),
    "round": ("DejaVuSans-Bold", "cmss10", "DejaVuSans"),
    "narrow": ("STIXGeneralBol", "STIXGeneral", "cmb10"),
    "plain": ("DejaVuSans", "cmss10"),
    "script": ("DejaVuSerif-Italic", "STIXGeneralItalic", "cmti10", "STIXGeneralBolIta"),
    "mono": ("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSans-Bold"),
    "stencil": ("DejaVuSansMono-Bold", "cmtt10", "DejaVuSans-Bold"),
    "slab": ("DejaVuSerif-Bold", "cmtt10", "cmb10"),
}
ALL = tuple(dict.fromkeys(name for names in FAMILIES.values() for name in names))


def fitted(
    lines: list[str], name: str, width: float, largest: int, smallest: int = 12
) -> ImageFont.FreeTypeFont:
    """Return the typeface at the largest size at which every line is at most `width` pixels wide."""
    if not "".join(lines).isascii() and name.startswith("cm"):
        name = "DejaVuSerif"  # Computer Modern has no accents
    widest = max(font(name, 100).getlength(line) for line in lines)
    return font(name, max(smallest, min(largest, int(100 * width / max(widest, 1)))))


def lines_of(text: str, letters: int) -> list[str]:
    """Return `text` broken at spaces into lines of about `letters` letters."""
    return textwrap.wrap(text, letters, break_long_words=False, break_on_hyphens=False) or [""]


def set_lines(
    picture: Image.Image, lines: list[str], typeface: ImageFont.FreeTypeFont, x: float, y: float, ink: Colour,
    shade: Colour = (0, 0, 0), effect: str = "plain", anchor: str = "m",
) -> float:  # fmt: skip
    """Write `lines` from height `y` downwards and return where they end; `x` is their middle, left or right side.

    `effect` is one of `lettering.EFFECTS`; `shade` the colour of shadow, outline or box.
    """
    draw = ImageDraw.Draw(picture, "RGBA")
    step = typeface.size * 1.14
    stroke = max(1, int(typeface.size) // 16)
    for row, line in enumerate(lines):
        position, side = (x, y + row * step), f"{anchor}a"
        if effect == "box":
            left, top, right, bottom = draw.textbbox(position, line, typeface, anchor=side)
            edge = typeface.size * 0.18
            draw.rectangle((left - edge, top - edge, right + edge, bottom + edge), fill=clear(shade, 0.85))
        if effect == "shadow":
            offset = position[0] + stroke + 1, position[1] + stroke + 1
            draw.text(offset, line, clear(shade, 0.75), typeface, anchor=side)
        edge = stroke if effect == "outline" else 0
        draw.text(position, line, ink, typeface, anchor=side, stroke_width=edge, stroke_fill=shade)
    return y + len(lines) * step


def set_credits(
    picture: Image.Image, lines: list[str], bottom: int, ink: Colour, share: float = 0.82
) -> None:
    """Write the narrow block of credits that ends at height `bottom`, in small light letters."""
    height, typeface = 11, font("DejaVuSans", 10)
    lines = [line.upper() for line in lines]
    width = max(int(picture.width * share / 0.66), *(int(typeface.getlength(line)) + 2 for line in lines))
    block = Image.new("L", (width, height * len(lines) + 4), 0)
    draw = ImageDraw.Draw(block)
    for row, line in enumerate(lines):
        draw.text((block.width / 2, row * height), line, 255, typeface, anchor="ma")
    block = block.resize((int(picture.width * share), block.height), Image.Resampling.BICUBIC)
    block = block.point(lambda value: min(255, value * 3 // 2))
    picture.paste(ink[:3], ((picture.width - block.width) // 2, bottom - block.height), block)


def brightness(picture: Image.Image, box: tuple[int, int, int, int]) -> float:
    """Return the mean luma (0-255) of a region."""
    return float(np.asarray(picture.crop(box).resize((8, 8)).convert("L"), np.float32).mean())


NAMED = 0.4  # share of posters whose tagline names one of the genres


def _tagline(rng: np.random.Generator, genres: Sequence[str]) -> str:
    return pick(rng, LOOKS[pick(rng, genres)]["taglines"]) if chance(rng, NAMED) else pick(rng, TAGLINES)


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
    name = pick(rng, FAMILIES[LOOKS[shown[0]]["letters"]]) if chance(rng, 0.6) else pick(rng, ALL)
    title = film.title.strip()
    lines = lines_of(title.upper() if chance(rng, 0.6) else title, int(rng.integers(9, 16)))
    typeface = fitted(lines, name, width * rng.uniform(0.72, 0.88), int(rng.integers(44, 76)))
    tall = typeface.size * 1.14 * len(lines)
    low = (layout != "scene" and chance(rng, 0.5)) or (layout == "scene" and chance(rng, 0.35))
    top = height * 0.83 - tall if low else height * (0.075 if layout != "scene" else rng.uniform(0.06, 0.12))
    behind = brightness(picture, (20, int(max(top, 0)), width - 20, int(min(top + tall, height - 1)) + 1))
    effect = pick(rng, EFFECTS)
    bright = behind < 125
    inks = (tint.light, tint.accent, WHITE) if bright else (tint.dark, tint.dark, (20, 18, 22))
    ink = pick(rng, inks)
    shade = mix(tint.dark, (0, 0, 0), 0.5) if bright else mix(tint.light, WHITE, 0.4)
    if abs(sum(ink) / 3 - behind) < 70 and effect == "plain":
        effect = "outline"
    side = pick(rng, ("m", "m", "m", "l"))
    x = width / 2 if side == "m" else width * 0.07
    end = set_lines(picture, lines, typeface, x, top, ink, shade, effect, side)

    tagline = _tagline(rng, shown)
    small = fitted([tagline], pick(rng, ALL), width * 0.84, int(rng.integers(14, 21)))
    tagline_top = min(end + 8 if chance(rng, 0.55) else height * 0.025, height * 0.86)
    dim = brightness(picture, (40, int(tagline_top), width - 40, int(tagline_top) + 20)) < 125
    ink, shade = (WHITE, (0, 0, 0)) if dim else ((24, 20, 24), WHITE)
    set_lines(picture, [tagline], small, x, tagline_top, ink, shade, "shadow", side)

    if chance(rng, 0.5):
        cast = "    ".join(full_name(rng).upper() for _ in range(int(rng.integers(2, 4))))
        y = top - 22 if low else height * 0.025 if tagline_top > height * 0.05 else height * 0.8
        typeface = fitted([cast], "DejaVuSans", width * 0.9, 13, 8)
        set_lines(picture, [cast], typeface, width / 2, y, WHITE, (0, 0, 0), "shadow")
    dark = brightness(picture, (40, height - 60, width - 40, height - 10)) < 185
    small_ink = (245, 245, 245) if dark else (60, 56, 56)
    set_credits(picture, _credits(rng), height - 22, small_ink)
    if film.release_date and chance(rng, 0.6):
        date = f"In cinemas {int(film.release_date[8:])} {calendar.month_name[int(film.release_date[5:7])]}"
        set_lines(picture, [date], font("DejaVuSans-Bold", 11), width / 2, height - 20, small_ink)
