"""Invented people and places."""

import numpy as np

from humancentric.core.hashing import pick

FIRST = tuple(
    [
        "Mara",
        "Tobin",
        "Elsa",
        "Ivo",
        "Nadia",
        "Caspar",
        "Linnea",
        "Rufus",
        "Odile",
        "Marek",
        "Junia",
        "Anselm",
        "Petra",
        "Dario",
        "Wilma",
        "Osric",
        "Tamsin",
        "Leif",
        "Noor",
        "Quentin",
        "Zoë",
        "Bruno",
        "Hedda",
        "Milo",
        "Saskia",
        "Fabian",
        "Ines",
        "Corin",
        "Ada",
        "Jarek",
        "Lucía",
        "Emeric",
        "Freya",
        "Soren",
        "Talia",
        "Viggo",
    ]
)
LAST_HEADS = tuple(
    [
        "Har",
        "Vel",
        "Brim",
        "Ost",
        "Kal",
        "Thorn",
        "Wes",
        "Lind",
        "Mor",
        "Fen",
        "Gal",
        "Dray",
        "Ash",
        "Cor",
        "Pell",
        "Rav",
        "Stan",
        "Quin",
    ]
)
LAST_TAILS = tuple(
    [
        "wick",
        "lund",
        "mere",
        "berg",
        "low",
        "field",
        "stad",
        "combe",
        "worth",
        "ova",
        "ander",
        "sley",
        "quist",
        "mont",
        "dale",
        "ner",
    ]
)
PLACE_TAILS = tuple(["haven", "ford", "bridge", "moor", "port", "ton", "gate", "cliff", "bury", "mouth"])


def first_name(rng: np.random.Generator) -> str:
    """Return a given name."""
    return pick(rng, FIRST)


def last_name(rng: np.random.Generator) -> str:
    """Return a made-up family name."""
    return pick(rng, LAST_HEADS) + pick(rng, LAST_TAILS)


def full_name(rng: np.random.Generator) -> str:
    """Return a given and a family name."""
    return f"{first_name(rng)} {last_name(rng)}"


def place_name(rng: np.random.Generator) -> str:
    """Return a made-up town."""
    return pick(rng, LAST_HEADS) + pick(rng, PLACE_TAILS)


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
