"""Words, numbers, dates and signs as posters have them, in three scripts."""

import string

import numpy as np

LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
VOWELS = "aeiou"
CYRILLIC, GREEK, ACCENTS = "абвгдежзиклмнопрстуфхцчшыэюя", "αβγδεζηθικλμνξοπρστυφχψω", "àéèêöüäçñøåßíóúščžőł"


def word(rng: np.random.Generator) -> str:
    """Return a word, number, date or sign as posters have them."""
    kind = rng.random()
    length = int(rng.integers(2, 11))
    if kind < 0.08:
        return "".join(rng.choice(list(string.digits + "./:-"), max(2, length // 2)))
    alphabet = LETTERS
    if kind < 0.12:
        alphabet = CYRILLIC if rng.random() < 0.6 else GREEK
    letters = [
        alphabet[min(int(rng.exponential(7)), len(alphabet) - 1)]
        if alphabet == LETTERS
        else rng.choice(list(alphabet))
        for _ in range(length)
    ]
    if alphabet == LETTERS:
        letters[1::2] = [
            str(rng.choice(list(VOWELS))) if rng.random() < 0.6 else letter for letter in letters[1::2]
        ]
        if rng.random() < 0.1:
            letters[0] = str(rng.choice(list(ACCENTS)))
    text = "".join(letters)
    case = rng.random()
    text = text.upper() if case < 0.5 else text.capitalize() if case < 0.75 else text
    return text + str(rng.choice(list(",.!?'s"))) if rng.random() < 0.08 else text
