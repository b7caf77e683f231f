"""Which cells of a dataset's table are the best, by the paper's typographic rule.

Bold: the best image-only cell of each image view. Underlined: the best text-only cell of each text view. Pairs:
underlined where best for their image and text view, bold where best for their image view over all text views; so
with one text view the best pair carries both.
"""

from collections.abc import Mapping

from humancentric.reporting.cells import Cell
from humancentric.reporting.numbers import Unit, best
from humancentric.reporting.study import split_features


def groups(cells: Mapping[str, Cell | None], keep_text_view: bool) -> list[dict[str, Cell | None]]:
    """Return the cells (by features) in the groups within which they compete, with or without pairs' text views."""
    found: dict[tuple, dict[str, Cell | None]] = {}
    for features, cell in cells.items():
        names = [view for view, _ in split_features(features)]
        key = (len(names), *(names if keep_text_view else names[:1]))
        found.setdefault(key, {})[features] = cell
    return list(found.values())


def marks(cells: Mapping[str, Cell | None], texts: set[str], unit: Unit) -> tuple[set[str], set[str]]:
    """Return the features printed bold and those underlined; `texts` are the names of the text views."""
    bold: set[str] = set()
    underlined: set[str] = set()
    for members in groups(cells, keep_text_view=True):
        parts = split_features(next(iter(members)))
        (bold if len(parts) == 1 and parts[0][0] not in texts else underlined).update(best(members, unit))
    for members in groups(cells, keep_text_view=False):
        if len(split_features(next(iter(members)))) > 1:
            bold |= best(members, unit)
    return bold, underlined
