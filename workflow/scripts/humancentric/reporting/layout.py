"""Tables that are too wide or too long for a page, in parts that are not."""

from collections.abc import Sequence
from dataclasses import replace

from humancentric.reporting import widths
from humancentric.reporting.sheets import Item, Line, Sheet

WIDTH = 600.0  # points at 10 pt: a little more than a page, so that letters shrink by a fifth at most
LENGTH = 44  # printed lines
CONTINUED = " (continued)"


def parts(sheet: Sheet, width: float = WIDTH, length: int = LENGTH) -> list[Sheet]:
    """Return the parts of a sheet that are printed below each other; the sheet itself where it fits.

    Every part has the column of names and its columns' headings; the last one has the notes.
    """
    found = [by_width for by_length in _by_rows(sheet, length) for by_width in _by_columns(by_length, width)]
    return [replace(part, notes=()) for part in found[:-1]] + [replace(found[-1], notes=sheet.notes)]


def _by_columns(sheet: Sheet, width: float) -> list[Sheet]:
    sizes = widths.of_columns(sheet)
    if sum(sizes) <= width:
        return [sheet]
    rest = width - sizes[0]
    blocks = [
        piece
        for block in _blocks(sheet)
        for piece in ([block] if sum(sizes[c] for c in block) <= rest else [[column] for column in block])
    ]
    costs = [sum(sizes[column] for column in block) for block in blocks]
    places = [[column for block in group for column in blocks[block]] for group in _even(costs, rest)]
    return [_columns(sheet, [0, *columns]) for columns in places]


def _blocks(sheet: Sheet) -> list[list[int]]:
    """Return the columns that the first heading line puts under one heading, the column of names left out."""
    found, start = [], 0
    for item in sheet.head[0].items:
        found.append([column for column in range(start, start + item.span) if column])
        start += item.span
    single = [[column] for column in range(1, sheet.columns)]
    return [block for block in found if block] if len(sheet.head) > 1 else single


def _packed(costs: Sequence[float], cap: float) -> list[list[int]]:
    """Return the places of `costs` in order, in groups whose sum is at most `cap` (or that have one member)."""
    groups: list[list[int]] = []
    for place, cost in enumerate(costs):
        if groups and sum(costs[other] for other in groups[-1]) + cost <= cap:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _even(costs: Sequence[float], cap: float) -> list[list[int]]:
    """Return as few groups as `cap` allows, all of about the same sum."""
    best = _packed(costs, cap)
    for share in range(98, 0, -2):
        found = _packed(costs, cap * share / 100)
        if len(found) > len(best):
            break
        best = found
    return best


def _columns(sheet: Sheet, kept: list[int]) -> Sheet:
    chosen = set(kept)

    def of(line: Line) -> Line:
        items, start = [], 0
        padding = (Item(),) * (sheet.columns - sum(item.span for item in line.items))
        for item in (*line.items, *padding):
            span = len(chosen & set(range(start, start + item.span)))
            items += [replace(item, span=span)] if span else []
            start += item.span
        return replace(line, items=tuple(items))

    return replace(sheet, head=tuple(map(of, sheet.head)), body=tuple(map(of, sheet.body)))


def _by_rows(sheet: Sheet, length: int) -> list[Sheet]:
    if _height(sheet.body) <= length:
        return [sheet]
    grouped = any(line.kind == "group" for line in sheet.body)
    blocks = _split(sheet.body, "group" if grouped else "body")
    pieces = [piece for block in blocks for piece in _shortened(block, length)]
    groups = _even([_height(piece) for piece in pieces], length)
    return [replace(sheet, body=tuple(line for place in group for line in pieces[place])) for group in groups]


def _height(lines: Sequence[Line]) -> int:
    return sum(map(widths.height, lines))


def _split(lines: Sequence[Line], kind: str) -> list[list[Line]]:
    """Return the lines in blocks that begin with a line of `kind`, or for ``body`` with any but a sub line."""
    blocks: list[list[Line]] = [[]]
    for line in lines:
        if blocks[-1] and (line.kind == kind or (kind == "body" and line.kind != "sub")):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _shortened(block: list[Line], length: int) -> list[list[Line]]:
    """Return a block under one heading as it is, or cut into several under the same heading."""
    if _height(block) <= length:
        return [block]
    heading = [block[0]] if block[0].kind == "group" else []
    rows = _split(block[len(heading) :], "body")
    found = []
    for number, group in enumerate(_packed([_height(row) for row in rows], length - _height(heading))):
        lines = [line for place in group for line in rows[place]]
        found.append([*(_again(line) if number else line for line in heading), *lines])
    return found


def _again(heading: Line) -> Line:
    first, *others = heading.items
    return replace(heading, items=(replace(first, text=first.text + CONTINUED), *others))
