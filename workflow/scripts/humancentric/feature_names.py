"""Names of features: ``view.encoder``, several of them joined by ``+``. Light enough for planning a study."""

import re
from typing import NamedTuple

from humancentric.errors import UserError

NAME = re.compile(r"[a-z0-9-]+")


class Feature(NamedTuple):
    """One view seen by one encoder."""

    view: str
    encoder: str

    @property
    def name(self) -> str:
        """Return the name as it stands in paths: ``view.encoder``."""
        return f"{self.view}.{self.encoder}"


def parse(name: str) -> list[Feature]:
    """Return the parts of a features name in order: ``"standard.clip+title.clip-t"`` has two.

    Raises `UserError` where a part is no ``view.encoder`` of lower-case letters, digits and hyphens, or comes twice.
    """
    parts = [Feature(*words) for part in name.split("+") if len(words := part.split(".")) == 2]
    if len(parts) != name.count("+") + 1 or not all(NAME.fullmatch(word) for part in parts for word in part):
        raise UserError(
            f"features '{name}': not view.encoder parts joined by '+'; write e.g. standard.clip+title.clip-t"
        )
    if len(set(parts)) < len(parts):
        raise UserError(f"features '{name}': a part comes twice; name each view.encoder once")
    return parts


def join(parts: list[Feature]) -> str:
    """Return the features name of `parts`: the inverse of `parse`."""
    return "+".join(part.name for part in parts)
