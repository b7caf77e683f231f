"""Errors that a user can correct, in one line: position, value, remedy."""

import difflib
from collections.abc import Iterable

from humancentric.core.escaping import without_secrets


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
    for name in names:
        if name not in valid:
            raise UserError(f"{config_path}: {name!r} is no {what}{nearest(name, valid)}")
