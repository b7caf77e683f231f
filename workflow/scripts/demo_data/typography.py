"""Titles, lines of text and credits on the demo's pictures, in the typefaces that come with matplotlib."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from humancentric.masking.audit.drawing.pens import Colour, clear
from humancentric.masking.audit.lettering import font

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
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


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
            draw.text(
                (position[0] + stroke + 1, position[1] + stroke + 1),
                line,
                clear(shade, 0.75),
                typeface,
                anchor=side,
            )
        if effect == "outline":
            draw.text(position, line, ink, typeface, anchor=side, stroke_width=stroke, stroke_fill=shade)
        else:
            draw.text(position, line, ink, typeface, anchor=side)
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
