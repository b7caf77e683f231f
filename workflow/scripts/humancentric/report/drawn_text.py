"""Names in figures: fonts that have their characters, and what is drawn of names that no installed font has."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from humancentric.core import fonts
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger("humancentric")
LONGEST = 48  # characters of a class name
KEPT = 40  # characters of a longer one
REMEDY = "install one that has them, such as Noto Sans of the script, and draw the figures again"


def titled(figure: Figure, title: str) -> Figure:
    """Add a title to a finished figure, and installed fonts to the texts that need them; return the figure."""
    from matplotlib.text import Text

    figure.suptitle(title, x=0.005, ha="left")
    for text in figure.findobj(Text):
        found = fonts.families(text.get_text())
        if len(found) > 1:
            text.set_fontfamily(found)
    return figure


def class_names(classes: Sequence[str]) -> list[str]:
    """Return the names of classes as figures show them; log those that no font can draw, which are numbered.

    Of a name longer than 48 characters the first 40 and its number are shown.
    """
    shown, unknown = list(classes), []
    for number, name in enumerate(classes, 1):
        if fonts.missing(name):
            shown[number - 1] = f"class {number}"
            unknown.append(f"class {number} is '{name}'")
        elif len(name) > LONGEST:
            shown[number - 1] = f"{name[:KEPT].rstrip()}\N{HORIZONTAL ELLIPSIS} ({number})"
    if unknown:
        _warn(f"{len(unknown)} of {len(classes)} classes ({', '.join(unknown[:3])}) are drawn as numbers")
    return shown


def drawable(study: Study) -> Study:
    """Return the study without the display names that no font can draw, which are logged."""
    kept = {
        section: {row: name for row, name in names.items() if not fonts.missing(str(name))}
        for section, names in study.labels.items()
    }
    unknown = [
        names[row] for section, names in study.labels.items() for row in names if row not in kept[section]
    ]
    if not unknown:
        return study
    named = "', '".join(map(str, unknown))
    _warn(f"the display names '{named}' are replaced by those of their rows")
    return replace(study, labels=kept)


def _warn(found: str) -> None:
    log.warning("no font has the characters: in figures, %s; %s", found, REMEDY)
