"""Split tables into parts that fit a page, by estimated column widths and numbers of printed lines.

LaTeX cannot do this: a ``longtable`` breaks pages, but it is allowed neither in a ``table`` float of a user's document
nor in a box that is scaled to the page, and it does not split columns.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from humancentric.report.table_model import Item, Line, Table

# Widths in points, at a font size of 10 pt, at which column headings, row names and texts in other columns wrap.
HEADING, NAME, TEXT = 105.0, 210.0, 140.0
CHARACTER, GAP = 5.2, 10.0  # average width of a character; space between columns
WIDTH = 600.0  # of a part: slightly wider than a page, so that the text shrinks by a fifth at most
LENGTH = 44  # printed lines of a part
CONTINUED = " (continued)"


def text_width(text: str) -> float:
    """Return the approximate width of a text in points."""
    return CHARACTER * len(text)


def wrapped_width(text: str, limit: float) -> float:
    """Return the width in points, at most `limit`, at which a wrapped text takes the fewest lines."""
    longest = max(map(text_width, text.split()), default=0.0)
    return min(limit, max(longest, 1.5 * text_width(text) / line_count(text, limit)))


def line_count(text: str, limit: float) -> int:
    """Return the approximate number of lines of a text that is wrapped at `limit` points."""
    return max(1, math.ceil(text_width(text) / limit))


def limit_of(line: Line, heading: bool, column: int) -> float:
    """Return the width in points at which the text of a cell is wrapped."""
    if column == 0:
        return NAME
    return HEADING if heading or line.kind == "group" else TEXT


def column_widths(table: Table) -> list[float]:
    """Return the approximate width in points of every column, including the space next to it."""
    found = [0.0] * table.columns
    for heading, lines in ((True, table.head), (False, table.body)):
        for line in lines:
            column = 0
            for item in line.items:
                limit = limit_of(line, heading, column)
                single = line_count(item.text, limit) == 1
                width = text_width(item.text) if single else wrapped_width(item.text, limit)
                width += 0.7 * text_width(f" {item.spread}") if item.spread else 0.0
                if item.span < table.columns:  # a heading over several columns needs its share of each
                    for spanned in range(column, column + item.span):
                        found[spanned] = max(found[spanned], width / item.span)
                column += item.span
    return [width + GAP for width in found]


def height(line: Line) -> int:
    """Return the approximate number of printed lines of a line of the body."""
    return max(line_count(item.text, limit_of(line, False, column)) for column, item in enumerate(line.items))


def split_table(table: Table, width: float = WIDTH, length: int = LENGTH) -> list[Table]:
    """Split a table into parts that are printed below each other; return only the table itself if it fits.

    Every part repeats the row names and the headings of its columns; the last part has the notes.
    """
    found = [by_width for by_length in _by_rows(table, length) for by_width in _by_columns(by_length, width)]
    return [replace(part, notes=()) for part in found[:-1]] + [replace(found[-1], notes=table.notes)]


def _by_columns(table: Table, width: float) -> list[Table]:
    sizes = column_widths(table)
    if sum(sizes) <= width:
        return [table]
    rest = width - sizes[0]
    blocks = [
        part
        for block in _blocks(table)
        for part in ([block] if sum(sizes[c] for c in block) <= rest else [[column] for column in block])
    ]
    costs = [sum(sizes[column] for column in block) for block in blocks]
    return [
        _columns(table, {0, *(column for block in group for column in blocks[block])})
        for group in _even(costs, rest)
    ]


def _blocks(table: Table) -> list[list[int]]:
    """Return the columns grouped by the first heading line, without the column of names."""
    if len(table.head) == 1:
        return [[column] for column in range(1, table.columns)]
    found, start = [], 0
    for item in table.head[0].items:
        found.append([column for column in range(start, start + item.span) if column])
        start += item.span
    return [block for block in found if block]


def _columns(table: Table, chosen: set[int]) -> Table:
    """Return a table with some of its columns."""

    def of(line: Line) -> Line:
        items, start = [], 0
        padding = (Item(),) * (table.columns - sum(item.span for item in line.items))
        for item in (*line.items, *padding):
            span = len(chosen & set(range(start, start + item.span)))
            items += [replace(item, span=span)] if span else []
            start += item.span
        return replace(line, items=tuple(items))

    return replace(table, head=tuple(map(of, table.head)), body=tuple(map(of, table.body)))


def _packed(costs: Sequence[float], cap: float) -> list[list[int]]:
    """Return the indices of `costs` in order, in groups whose sum is at most `cap` (or that have one member)."""
    groups: list[list[int]] = []
    for index, cost in enumerate(costs):
        if groups and sum(costs[other] for other in groups[-1]) + cost <= cap:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _even(costs: Sequence[float], cap: float) -> list[list[int]]:
    """Return the fewest groups of indices that `cap` allows, with about equal sums."""
    best = _packed(costs, cap)
    for share in range(98, 0, -2):
        found = _packed(costs, cap * share / 100)
        if len(found) > len(best):
            break
        best = found
    return best


def _by_rows(table: Table, length: int) -> list[Table]:
    """Split a table between groups of rows, or within a group that is too long, whose heading is repeated."""
    if _height(table.body) <= length:
        return [table]
    headings = [line for line in table.body if line.kind == "group"]
    blocks = _split(table.body, ("group",)) if headings else []
    if not blocks or max(map(_height, blocks)) > length:
        blocks = _split(table.body, ("group", "body"))
    room = length - max(map(height, headings), default=0)
    parts, last = [], None
    for group in _even([_height(block) for block in blocks], room):
        lines = [line for index in group for line in blocks[index]]
        if last and lines[0].kind != "group":
            first, *others = last.items
            lines.insert(0, replace(last, items=(replace(first, text=first.text + CONTINUED), *others)))
        last = next((line for line in reversed(lines) if line.kind == "group" and line in headings), last)
        parts.append(replace(table, body=tuple(lines)))
    return parts


def _height(lines: Sequence[Line]) -> int:
    return sum(map(height, lines))


def _split(lines: Sequence[Line], kinds: Sequence[str]) -> list[list[Line]]:
    """Split lines into blocks that begin with a line of `kinds`; a heading stays with the row below it."""
    blocks: list[list[Line]] = []
    for line in lines:
        if not blocks or (line.kind in kinds and any(other.kind != "group" for other in blocks[-1])):
            blocks.append([])
        blocks[-1].append(line)
    return blocks
