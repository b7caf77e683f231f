"""Choose fonts for drawings: DejaVu Sans, which comes with matplotlib, and installed fonts for other scripts."""

import contextlib
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry

BASE = "DejaVu Sans"
PLACEHOLDERS = ("Last Resort",)  # fonts whose glyphs only show the script of a character
INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Zs")  # Unicode categories without a visible glyph


def missing(text: str) -> set[str]:
    """Return the visible characters of `text` that no installed font has."""
    return {c for c in _beyond(text) if not any(ord(c) in known for known in _coverage().values())}


def families(text: str) -> list[str]:
    """Return the font families that draw `text`, in matplotlib's order of fallback."""
    chosen, unknown = [BASE], _beyond(text) - missing(text)
    while unknown:
        counts = {name: sum(ord(c) in known for c in unknown) for name, known in _coverage().items()}
        chosen.append(min(counts, key=lambda name: (-counts[name], "Sans" not in name, name)))
        unknown = {c for c in unknown if ord(c) not in _coverage()[chosen[-1]]}
    return chosen


def cells(text: str) -> int:
    """Return the width of `text` in character cells; East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def file_of(text: str) -> tuple[str, int]:
    """Return the file and the face index of the font that covers most characters of `text`."""
    counts = {name: sum(ord(c) in _known(name) for c in text) for name in families(text)}
    return _file(max(counts, key=lambda name: counts[name]))  # the base font wins ties


def _beyond(text: str) -> set[str]:
    """Return the visible characters of `text` that the base font lacks."""
    return {c for c in set(text) if ord(c) not in _known(BASE) and unicodedata.category(c) not in INVISIBLE}


@cache
def _known(name: str) -> frozenset[int]:
    """Return the code points of a font."""
    from matplotlib.ft2font import FT2Font

    path, face = _file(name)
    return frozenset(FT2Font(path, face_index=face).get_charmap())


def _file(name: str) -> tuple[str, int]:
    """Return the file and the face index of a font; only the base font is found without listing all fonts."""
    from matplotlib import get_data_path

    if name == BASE:
        return str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), 0
    return _faces()[name].fname, _faces()[name].index


@cache
def _coverage() -> dict[str, frozenset[int]]:
    """Return the code points of every font but the base font; slow, since it reads all fonts."""
    found = {}
    for name in sorted(_faces()):
        if name != BASE and not name.startswith(PLACEHOLDERS):
            with contextlib.suppress(OSError, RuntimeError):  # a damaged font
                found[name] = _known(name)
    return found


@cache
def _faces() -> dict[str, "FontEntry"]:
    """Return the plainest face of every family that matplotlib can draw with."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    listed = {entry.fname for entry in manager.ttflist}
    for path in sorted(
        set(font_manager.findSystemFonts()) - listed
    ):  # installed since matplotlib built its list
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            manager.addfont(path)
    found: dict[str, FontEntry] = {}
    for entry in sorted(manager.ttflist, key=_plainness):
        found.setdefault(entry.name, entry)
    return found


def _plainness(entry: "FontEntry") -> tuple[bool, int, str]:
    """Return a sort key: upright faces of normal weight come first."""
    distance = abs(entry.weight - 400) if isinstance(entry.weight, int) else 0
    return entry.style != "normal", distance, entry.fname
