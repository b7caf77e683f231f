"""The look of each genre of film on a poster, and the names and slogans on it."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core.hashing import chance, pick
from humancentric.masking.audit.pens import Palette, palette

Look = dict[str, Any]  # palettes, names of shapes and textures by role, and taglines


def read_looks(module: str) -> dict[str, Look]:
    """Return the looks in the TOML file next to the file `module`, by name, with parsed palettes."""
    looks = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    return {name: look | {"palettes": [*map(palette, look["palettes"])]} for name, look in looks.items()}


LOOKS = read_looks(__file__)


def borrowed(rng: np.random.Generator, tint: Palette, looks: dict[str, Look], probability: float) -> Palette:
    """Return `tint`, mixed with a palette of a random look with the given probability."""
    if not chance(rng, probability):
        return tint
    return tint.towards(pick(rng, looks[pick(rng, list(looks))]["palettes"]), rng.uniform(0.3, 0.8))


# Parts of invented names of persons and towns.
FIRST = """
    Mara Tobin Elsa Ivo Nadia Caspar Linnea Rufus Odile Marek Junia Anselm Petra Dario Wilma Osric
    Tamsin Leif Noor Quentin Zoë Bruno Hedda Milo Saskia Fabian Ines Corin Ada Jarek Lucía Emeric Freya
    Soren Talia Viggo"""
LAST_HEADS = "Har Vel Brim Ost Kal Thorn Wes Lind Mor Fen Gal Dray Ash Cor Pell Rav Stan Quin"
LAST_TAILS = "wick lund mere berg low field stad combe worth ova ander sley quist mont dale ner"
PLACE_TAILS = "haven ford bridge moor port ton gate cliff bury mouth"
TAGLINES = (
    "Every secret has a price",
    "This time it is personal",
    "Some doors should stay closed",
    "You will never look back",
    "One night changes everything",
    "Nobody is who they seem",
    "The wait is over",
    "They said it could not be done",
)


def first_name(rng: np.random.Generator) -> str:
    """Return a given name."""
    return pick(rng, FIRST.split())


def last_name(rng: np.random.Generator) -> str:
    """Return a made-up family name."""
    return pick(rng, LAST_HEADS.split()) + pick(rng, LAST_TAILS.split())


def full_name(rng: np.random.Generator) -> str:
    """Return a given and a family name."""
    return f"{first_name(rng)} {last_name(rng)}"


def place_name(rng: np.random.Generator) -> str:
    """Return a made-up town."""
    return pick(rng, LAST_HEADS.split()) + pick(rng, PLACE_TAILS.split())
