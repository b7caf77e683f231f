"""Represent tables independently of their format, and write them as Markdown, CSV and HTML."""

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from humancentric.core import escaping
from humancentric.report.numbers import Unit
from humancentric.report.report_inputs import Cell

WRAPPED = 40  # characters of a row heading; in a table with longer ones, row headings are wrapped
MISSING, ABSENT, FEWER = "\N{DAGGER}", "\N{EM DASH}", "\N{DOUBLE DAGGER}"


@dataclass(frozen=True)
class Item:
    """One printed table cell: text, smaller text after it, and typography.

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
        """Return the number of columns, including the row heading."""
        return max(sum(item.span for item in line.items) for line in (*self.head, *self.body))


NOT_RUN, NOT_APPLICABLE = Item(MISSING, tone="missing"), Item(ABSENT, tone="quiet")


def heading(titles: Iterable[str]) -> Line:
    """Return a line of plain texts, such as column headings."""
    return Line(tuple(map(Item, titles)))


def not_run_line(name: str, columns: int) -> Line:
    """Return the only line of a table without results."""
    return Line((Item(name), Item(MISSING, span=columns - 1, tone="missing")))


def cell_item(cell: Cell | None, unit: Unit, bold: bool = False, underline: bool = False) -> Item:
    """Return the mean of a cell with its standard deviation, or the symbol for "not run"."""
    if cell is None:
        return NOT_RUN
    return Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}", bold, underline)


def not_run_note(body: Iterable[Line]) -> list[str]:
    """Return the note that explains the symbol for "not run", if a line has it."""
    return [f"{MISSING} not run"] if any(item.text == MISSING for line in body for item in line.items) else []


def group(text: str, columns: int) -> Line:
    """Return a heading line over the rows that follow."""
    return Line((Item(text, span=columns),), kind="group", rule=True)


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with lists joined to strings, for CSV."""
    return {key: " ".join(value) if isinstance(value, list) else value for key, value in record.items()}


def cell_record(cell: Cell | None, prefix: str = "", **fields: Any) -> dict[str, Any]:
    """Return `fields` with a cell's mean, both standard deviations (None if not run) and number of runs."""
    names = ("mean", "std", "std_sample")
    numbers = {f"{prefix}{name}": getattr(cell, name, None) for name in names}
    return {**fields, **numbers, f"{prefix}runs": cell.runs if cell else 0}


def _markdown_item(item: Item) -> str:
    if item.text == MISSING:
        return f"--{MISSING}"
    text = escaping.markdown(item.text)
    if item.underline:
        text = f"<u>{text}</u>"
    if item.bold:
        text = f"**{text}**"
    return " ".join(filter(None, (text, item.spread)))


def _markdown_line(line: Line) -> str:
    cells = []
    for item in line.items:
        text = _markdown_item(item)
        cells += [f"*{text}*" if line.kind == "group" and text and not item.bold else text] + [""] * (
            item.span - 1
        )
    return f"| {' | '.join(cells)} |"


def markdown(table: Table) -> str:
    """Return a table as a Markdown table with its caption above and its notes below."""
    if len(table.head) == 1:
        head = table.head[0]
    else:  # Markdown has one heading line: spanning headings are merged into it
        spans = [text for item in table.head[0].items for text in [item.text] * item.span]
        items = zip(spans, table.head[1].items, strict=True)
        head = Line(tuple(Item(": ".join(filter(None, (span, item.text)))) for span, item in items))
    ruler = "|" + "|".join([":--"] + ["--:"] * (table.columns - 1)) + "|"
    lines = [
        escaping.markdown(table.caption),
        "",
        _markdown_line(head),
        ruler,
        *map(_markdown_line, table.body),
    ]
    if table.notes:
        lines += ["", " · ".join(map(escaping.markdown, table.notes))]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if isinstance(value, float) and math.isnan(value) else escaping.spreadsheet_cell(value)


def comma_separated(table: Table) -> str:
    """Return a table's records as CSV: fractions at full precision, empty for cells not run."""
    names = list(dict.fromkeys(name for record in table.records for name in record))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _value(value) for name, value in record.items()} for record in table.records)
    return buffer.getvalue()


def _content(item: Item) -> Markup:
    if item.text == MISSING:
        return Markup('<span class="hole">not run</span>')
    if item.text == ABSENT:
        return Markup('<span aria-hidden="true">&mdash;</span><span class="sr">not applicable</span>')
    text = escape(item.text)
    if item.bold:
        text = Markup("<strong>{}</strong>").format(text)
    if item.underline:
        text = Markup("<u>{}</u>").format(text)
    if item.spread:
        text += Markup(' <span class="spread">{}</span>').format(item.spread)
    return text


def _cells(line: Line, head: bool = False) -> Markup:
    """Return the cells of a line; headings have a scope, empty ones are plain cells."""
    group, cells = line.kind == "group", Markup("")
    for position, item in enumerate(line.items):
        if head:
            scope = ("colgroup" if item.span > 1 else "col") if item.text else ""
        elif position == 0:
            scope = "rowgroup" if group else "row"
        else:
            scope = "col" if group and item.text else ""
        tag = "th" if scope else "td"
        found = {"scope": scope, "colspan": item.span if item.span > 1 else "", "class": item.tone}
        attributes = "".join(f' {name}="{value}"' for name, value in found.items() if value)
        cells += Markup(f"<{tag}{attributes}>{{}}</{tag}>").format(_content(item))
    return cells


def _line(line: Line) -> Markup:
    return Markup(f'<tr class="{line.kind}{" rule" if line.rule else ""}">{{}}</tr>').format(_cells(line))


def html(table: Table) -> Markup:
    """Return a table as HTML, with scoped headings, in a region that can be scrolled by keyboard."""
    blocks: list[list[Line]] = [[]]
    for line in table.body:
        if line.kind == "group" and blocks[-1]:
            blocks.append([])
        blocks[-1].append(line)
    name = f"table-{table.name}"
    bodies = Markup("").join(
        Markup("<tbody>{}</tbody>").format(Markup("\n").join(map(_line, block))) for block in blocks
    )
    head = Markup("").join(Markup("<tr>{}</tr>").format(_cells(line, head=True)) for line in table.head)
    notes = [note for note in table.notes if not note.startswith(MISSING)]
    foot = Markup('<p class="notes">{}</p>').format(" · ".join(notes)) if notes else ""
    wraps = any(line.kind != "group" and len(line.items[0].text) > WRAPPED for line in table.body)
    return Markup(
        '<div class="scroll" role="region" tabindex="0" aria-labelledby="{0}"><table{5}>'
        '<caption id="{0}">{1}</caption>\n<thead>{2}</thead>\n{3}</table></div>{4}'
    ).format(name, table.caption, head, bodies, foot, Markup(' class="long"') if wraps else "")
