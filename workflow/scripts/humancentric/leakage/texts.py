"""Texts without what does not matter when two are compared."""

import hashlib
import unicodedata
from collections.abc import Iterable


class _Letters(dict):
    """Maps letters, marks and digits to themselves and every other character to a space; grows as it is asked."""

    def __missing__(self, code: int) -> int:
        self[code] = code if unicodedata.category(chr(code))[0] in "LMN" else ord(" ")
        return self[code]


LETTERS = _Letters()


def normalised(text: str | None) -> str | None:
    """Return a text without case, punctuation, spacing and kinds of encoding; None if no letter or digit is left."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join(folded.translate(LETTERS).split()) or None


def fingerprints(texts: Iterable[str | None]) -> list[str | None]:
    """Return the sha256 of every normalised text; None for a text without letters and digits."""
    found = map(normalised, texts)
    return [None if text is None else hashlib.sha256(text.encode()).hexdigest() for text in found]
