"""Define the error that a user can correct, with a message of one line: position, value, remedy."""

import difflib
from collections.abc import Iterable

from humancentric.core.escaping import without_secrets

MIN_MATCH = 0.1  # default of study.min_match: the share of ids, paths or texts that must match samples
FEWEST = 20  # samples of the smallest shard that is checked; in a smaller one, no match may be chance


class UserError(Exception):
    """An error that the user can correct. Its text is one line (position, value, remedy), shown without traceback."""

    def __init__(self, text: str) -> None:
        """Store `text` without secrets in addresses."""
        super().__init__(without_secrets(text))


def nearest(name: str, valid: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` with the closest valid name, or the list of valid names if none is close."""
    names = sorted(map(str, valid))
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; valid: {', '.join(names)}" if names else "; nothing is defined there"


def require_known(config_path: str, names: Iterable[str], valid: Iterable[str], what: str) -> None:
    """Raise `UserError` for the first of the `names` that is not `valid`; `what` says what it should be."""
    valid = list(valid)
    article = "an" if what[0] in "aeiou" else "a"
    for name in names:
        if name not in valid:
            raise UserError(f"{config_path}: {name!r} is not {article} {what}{nearest(name, valid)}")


def check_match(found: int, total: int, least: float, facts: str, remedy: str) -> None:
    """Raise `UserError` if `found` is 0 or below the share `least` of `total`; a `least` of 0 allows everything.

    The message is `facts`, in which ``{count}`` becomes e.g. ``none of 12``, followed by `remedy`.
    """
    if total and least and (not found or found < least * total):
        count = f"{'none' if not found else f'only {found}'} of {total}"
        raise UserError(f"{facts.replace('{count}', count)}; {remedy}, or lower study.min_match ({least:g})")


def shown(examples: list[str]) -> str:
    """Return the first two `examples` as text for an error message."""
    return ", ".join(map(repr, examples[:2])) + (" and others" if len(examples) > 2 else "")
