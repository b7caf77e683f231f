"""Format-independent tables, which the LaTeX, Markdown, CSV and HTML writers print, and their CSV records."""

from dataclasses import dataclass
from typing import Any

from humancentric.report.report_inputs import Cell

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
class Table:
    """A table: heading lines, body lines, notes, and the same numbers as plain records for CSV.

    `name` (of the file) and `caption` are set from the table's `TableSpec`.
    """

    head: tuple[Line, ...]
    body: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    records: tuple[dict[str, Any], ...] = ()
    name: str = ""
    caption: str = ""

    @property
    def columns(self) -> int:
        """Return the number of columns, the row heading included."""
        return max(sum(item.span for item in line.items) for line in (*self.head, *self.body))


def group(text: str, columns: int) -> Line:
    """Return a heading line over the rows that follow."""
    return Line((Item(text, span=columns),), kind="group", rule=True)


def cell_record(cell: Cell | None) -> dict[str, Any]:
    """Return a cell's mean, both standard deviations and number of runs as record fields (None if not run)."""
    if cell is None:
        return {"mean": None, "std": None, "std_sample": None, "runs": 0}
    return {"mean": cell.mean, "std": cell.std, "std_sample": cell.std_sample, "runs": cell.runs}
