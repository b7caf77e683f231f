"""Compact letter display: who shares a letter is not told apart (Piepho 2004, insert and absorb)."""

from collections.abc import Collection, Sequence


def letters(ordered: Sequence[str], apart: Collection[frozenset[str]]) -> dict[str, str]:
    """Return the letters of every name; `ordered` from best to worst, `apart` holds the pairs that differ.

    Two names share a letter if and only if they are not apart. The best name has the letter a.
    """
    columns = [set(ordered)]
    for pair in sorted(apart, key=lambda pair: sorted(map(ordered.index, pair))):
        split = []
        for column in columns:
            split += [column - {name} for name in pair] if pair <= column else [column]
        columns = [c for c in split if not any(c < other for other in split)]
        columns = [c for place, c in enumerate(columns) if c not in columns[:place]]
    columns.sort(key=lambda column: sorted(map(ordered.index, column)))
    return {
        name: "".join(_letter(place) for place, column in enumerate(columns) if name in column)
        for name in ordered
    }


def _letter(place: int) -> str:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    return alphabet[place] if place < len(alphabet) else f"({place + 1})"
