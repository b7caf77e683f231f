"""The typefaces of this machine that have the Latin letters."""

from functools import cache
from pathlib import Path

from PIL import ImageFont


@cache
def typefaces(folder: str) -> tuple[str, ...]:
    """Return the typefaces under `folder` that have the Latin letters, sorted by their path below it."""
    wanted = "AaGgRrEe09"
    found = []
    for path in sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".ttf", ".otf")):
        try:
            face = ImageFont.truetype(str(path), 24)
            shapes = {bytes(face.getmask(letter)) for letter in wanted}
        except (OSError, ValueError):
            continue
        # Missing glyphs are drawn as one and the same box.
        if len(shapes) > len(wanted) - 2 and all(shapes):
            found.append(str(path))
    return tuple(found)


@cache
def typeface(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the typeface at `size` pixels."""
    return ImageFont.truetype(path, size)
