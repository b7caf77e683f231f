"""Format-independent tables, which the LaTeX, Markdown, CSV and HTML writers print."""

from dataclasses import dataclass
from typing import Any

MISSING, ABSENT, FEWER = "\N{DAGGER}", "\N{EM DASH}", "\N{DOUBLE DAGGER}"


@dataclass(frozen=True)
class Item:
    """One printed table cell: its text, a smaller text after it, and its typography.

    Writers may show `tone` as a colour: agree, order, disagree, missing, quiet.
    """

    text: str = ""
    spread: str = ""
    bold: bool = False
    underline: bool = False
    span: int = 1
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """One row. `kind`: body, sub (belongs to the line above) or group (heading of the rows below)."""

    items: tuple[Item, ...]
    kind: str = "body"
    rule: bool = False  # a thin line above it


@dataclass(frozen=True)
class Sheet:
    """A table: heading lines, body lines, notes, and the same numbers as plain records for CSV."""

    name: str
    caption: str
    head: tuple[Line, ...]
    body: tuple[Line, ...]
    notes: tuple[str, ...]
    records: tuple[dict[str, Any], ...]

    @property
    def columns(self) -> int:
        """Return the number of columns, the row heading included."""
        return max(sum(item.span for item in line.items) for line in (*self.head, *self.body))


def group(text: str, columns: int) -> Line:
    """Return a heading line over the rows that follow."""
    return Line((Item(text, span=columns),), kind="group", rule=True)
