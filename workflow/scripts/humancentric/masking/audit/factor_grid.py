"""Levels of the factors varied in synthetic text: size, colour, typeface, rotation, contrast and effect."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from humancentric.core.rng import generator
from humancentric.masking.audit.drawing.pens import Colour

FACTORS = ("letters", "colour", "typeface", "rotation", "contrast", "effect")
LEVELS = {  # the key of the config that lists a factor's levels
    "letters": "letters",
    "colour": "colours",
    "typeface": "typefaces",
    "rotation": "rotations",
    "contrast": "contrasts",
    "effect": "effects",
}


class Setting(NamedTuple):
    """How one line of text is set."""

    letters: int  # pixels of the typeface's em
    colour: str  # a name of the grid
    typeface: str  # a file of matplotlib's folder of fonts, without .ttf
    rotation: int  # degrees, anticlockwise
    contrast: float  # share of the way from the picture's own colour to the ink's
    effect: str  # one of `typography.EFFECTS`


def settings(levels: Mapping[str, Sequence[Any]], lines: int, seed: int) -> list[Setting]:
    """Return `lines` settings in which every level of a factor is as frequent as any other of it, give or take one.

    Every factor has a random order of its own, so that no two go together but by chance: a Latin hypercube, which
    needs some hundred lines where all combinations would need thousands. `levels` are those of `FACTORS`.
    """
    columns = []
    for factor in FACTORS:
        given = list(levels[factor])
        turns = generator(seed, "audit", factor).permutation(lines)
        columns.append([given[int(turn) % len(given)] for turn in turns])
    return [Setting(*row) for row in zip(*columns, strict=True)]


def levels_of(row: Mapping[str, Any], letters: Sequence[int]) -> dict[str, list[Any]]:
    """Return the levels of every factor from the config's ``audit.ink`` and the `letters` of one size of picture."""
    given = {**row, "letters": letters}
    return {factor: list(given[key]) for factor, key in LEVELS.items()}


def colour(value: str) -> Colour:
    """Return a colour written as ``#rrggbb`` as red, green, blue."""
    return tuple(bytes.fromhex(value.removeprefix("#")))
