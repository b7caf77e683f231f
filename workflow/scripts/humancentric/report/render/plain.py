"""Write tables as Markdown, for reading, and as CSV, for programs."""

import csv
import io
import math
from typing import Any

from humancentric.report.tables.sheet import MISSING, Item, Line, Sheet


def _item(item: Item) -> str:
    if item.text == MISSING:
        return f"--{MISSING}"
    text = item.text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
    if item.underline:
        text = f"<u>{text}</u>"
    if item.bold:
        text = f"**{text}**"
    return " ".join(filter(None, (text, item.spread)))


def _line(line: Line) -> str:
    cells = []
    for item in line.items:
        text = _item(item)
        cells += [f"*{text}*" if line.kind == "group" and text and not item.bold else text] + [""] * (
            item.span - 1
        )
    return f"| {' | '.join(cells)} |"


def markdown(sheet: Sheet) -> str:
    """Return a sheet as a Markdown table with its caption above and its notes below."""
    if len(sheet.head) == 1:
        head, body = sheet.head[0], sheet.body
    else:  # Markdown has one heading line: spanning headings are merged into it
        spans = [text for item in sheet.head[0].items for text in [item.text] * item.span]
        items = zip(spans, sheet.head[1].items, strict=True)
        head = Line(tuple(Item(": ".join(filter(None, (span, item.text)))) for span, item in items))
        body = sheet.body
    ruler = "|" + "|".join([":--"] + ["--:"] * (sheet.columns - 1)) + "|"
    lines = [sheet.caption, "", _line(head), ruler, *map(_line, body)]
    if sheet.notes:
        lines += ["", " · ".join(sheet.notes)]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    return "" if value is None else value


def comma_separated(sheet: Sheet) -> str:
    """Return a sheet's records as CSV: fractions at full precision, empty for cells not run."""
    names = list(dict.fromkeys(name for record in sheet.records for name in record))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_value(record.get(name)) for name in names] for record in sheet.records)
    return buffer.getvalue()
