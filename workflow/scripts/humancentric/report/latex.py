r"""Write tables as LaTeX with booktabs, split into parts if too wide or too long for a page.

TeX wraps long texts (``\parbox``). The parts are ``tabular``: a ``longtable`` breaks pages, but is allowed neither in a
``table`` float of a user's document nor in a box that is scaled to the page, and splits no columns.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from humancentric.report.table_model import ABSENT, MISSING, Item, Line, Table

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "\N{PLUS-MINUS SIGN}": r"$\pm$",
    "\N{MINUS SIGN}": "$-$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{DEGREE SIGN}": r"$^\circ$",
    "\N{MIDDLE DOT}": r"$\cdot$",
    "\N{EN DASH}": "--",
    "\N{EM DASH}": "---",
    "\N{HORIZONTAL ELLIPSIS}": r"\dots{}",
    "\N{LEFT SINGLE QUOTATION MARK}": "`",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": "``",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''",
    "\N{DAGGER}": r"\textsuperscript{\dag}",
    "\N{DOUBLE DAGGER}": r"\textsuperscript{\ddag}",
    "\N{RIGHTWARDS ARROW}": r"$\rightarrow$",
    "\N{ALMOST EQUAL TO}": r"$\approx$",
    "\N{PARALLEL TO}": r"$\parallel$",
    "\N{NOT EQUAL TO}": r"$\neq$",
    "\N{EMPTY SET}": r"$\emptyset$",
}
LIGATURES = re.compile(r"([-`',?!])(?=[-`',])")  # TeX would turn these into dashes or quotation marks
# Accents and letters that pdfTeX has or composes in every font encoding.
ACCENTS = {0x300, 0x301, 0x302, 0x303, 0x304, 0x306, 0x307, 0x308, 0x30A, 0x30B, 0x30C}
LATIN = set("ßÆæŒœØøŁłı¡¿")
OTHER = r"\providecommand{\otherletter}[2]{\ifdefined\Umathchar #1\else\texttt{\tiny #2}\fi}"


@cache
def native(char: str) -> bool:
    """Return whether pdfTeX can print a character with any of its fonts."""
    parts = unicodedata.normalize("NFD", char)
    built = len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and ord(parts[1]) in ACCENTS
    return char.isascii() or char in SPECIAL or char in LATIN or built


def _letter(char: str) -> str:
    """Return LaTeX for a character; pdfTeX prints the code point of other scripts, newer engines the character."""
    if char in SPECIAL:
        return SPECIAL[char]
    return char if native(char) else rf"\otherletter{{{char}}}{{U+{ord(char):04X}}}"


def latex_escape(text: str) -> str:
    """Escape `text` so that LaTeX prints it unchanged, on one line; combining marks are composed."""
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(map(_letter, LIGATURES.sub("\\1\0", text))).replace("\0", "{}")


def breakable(text: str, longest: int = 20) -> str:
    """Escape running text; words of more than `longest` characters may be broken anywhere."""
    words = []
    for word in text.split(" "):
        characters = [latex_escape(char) for char in word] if len(word) > longest else [latex_escape(word)]
        words.append(r"\hspace{0pt}".join(characters))
    return " ".join(words).replace(r" \%", r"~\%")


# Widths in points at 10 pt, at which column headings, row names and texts in other columns are wrapped.
HEADING, NAME, TEXT = 105.0, 210.0, 140.0
CHARACTER, GAP = 5.2, 10.0  # average width of a character; space between columns
WIDTH = 600.0  # of a part: a little more than a page, which shrinks the text by a fifth at most
LENGTH = 44  # printed lines of a part
CONTINUED = " (continued)"


def text_width(text: str) -> float:
    """Return the approximate width of a text in points."""
    return CHARACTER * len(text)


def wrapped_width(text: str, limit: float) -> float:
    """Return the width in points at which a text takes as few lines of at most `limit` as it can."""
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


def in_words(table: Table) -> list[bool]:
    """Return for every column whether its body is mostly words, not numbers; the first column always is."""
    words = [0] * table.columns
    for line in table.body:
        if line.kind == "group" or len(line.items) != table.columns:
            continue
        for column, item in enumerate(line.items):
            alphabetic = sum(char.isalpha() for char in item.text)
            digits = sum(char.isdigit() for char in item.text)
            words[column] += (alphabetic > digits) - (digits > 0 and digits >= alphabetic)
    return [column == 0 or count > 0 for column, count in enumerate(words)]


def column_widths(table: Table) -> list[float]:
    """Return the approximate width in points of every column, including the space beside it."""
    found = [0.0] * table.columns
    for heading, lines in ((True, table.head), (False, table.body)):
        for line in lines:
            column = 0
            for item in line.items:
                limit = limit_of(line, heading, column)
                width = (
                    wrapped_width(item.text, limit)
                    if line_count(item.text, limit) > 1
                    else text_width(item.text)
                )
                width += 0.7 * text_width(f" {item.spread}") if item.spread else 0.0
                if item.span < table.columns:  # a heading over several columns needs its share of each
                    for spanned in range(column, column + item.span):
                        found[spanned] = max(found[spanned], width / item.span)
                column += item.span
    return [width + GAP for width in found]


def height(line: Line) -> int:
    """Return the approximate number of printed lines of a line of the body."""
    return max(line_count(item.text, limit_of(line, False, column)) for column, item in enumerate(line.items))


def table_parts(table: Table, width: float = WIDTH, length: int = LENGTH) -> list[Table]:
    """Split a table into parts that are printed below each other; return the table itself if it fits.

    Every part repeats the column of names and its columns' headings; the last one has the notes.
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
    """Return as few groups of indices as `cap` allows, with about equal sums."""
    best = _packed(costs, cap)
    for share in range(98, 0, -2):
        found = _packed(costs, cap * share / 100)
        if len(found) > len(best):
            break
        best = found
    return best


def _by_rows(table: Table, length: int) -> list[Table]:
    """Split a table between groups of rows, or between rows if a group is too long; its heading is repeated."""
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


COLOURS = {"agree": "teal", "order": "orange!70!black", "disagree": "red!70!black", "quiet": "gray"}
PART = r"\providecommand{\tablepart}[1]{#1}"


def _text(item: Item, limit: float, align: str) -> str:
    if item.text == MISSING:
        return "--" + latex_escape(MISSING)
    if item.text == ABSENT:
        return "---"
    if line_count(item.text, limit) == 1:
        return latex_escape(item.text)
    vertical, ragged = ("b", r"\raggedleft") if align == "r" else ("t", r"\raggedright")
    ragged = r"\centering" if align == "c" else ragged
    width = wrapped_width(item.text, limit)
    return rf"\parbox[{vertical}]{{{width:.0f}pt}}{{{ragged} {breakable(item.text)}\strut}}"


def _guarded(text: str) -> str:
    """Guard a text at the start of a line, so that TeX does not read it as an option of the line before."""
    return "{}" + text if text.startswith(("[", "*")) else text


def _item(item: Item, column: int, columns: int, limit: float, words: bool) -> str:
    align = "l" if column == 0 else "c" if item.span > 1 else "l" if words else "r"
    text = _text(item, limit, align)
    if item.bold:
        text = rf"\textbf{{{text}}}"
    if item.underline:
        text = rf"\underline{{{text}}}"
    if item.spread:
        text += rf" {{\scriptsize {latex_escape(item.spread)}}}"
    if item.tone in COLOURS:
        text = rf"\textcolor{{{COLOURS[item.tone]}}}{{{text}}}"
    if item.span > 1:
        text = rf"\itshape {text}" if column == 0 else text
        align = f"@{{}}{align}@{{}}" if item.span == columns else align
        text = rf"\multicolumn{{{item.span}}}{{{align}}}{{{text}}}"
    return text


def _line(line: Line, words: list[bool], space: float, heading: bool = False) -> str:
    cells, columns, start = [], len(words), 0
    for position, item in enumerate(line.items):
        limit = space if item.span == columns else limit_of(line, heading, position)
        cells.append(_item(item, position, columns, limit, words[start]))
        start += item.span
    if line.kind == "sub":
        cells = [rf"{{\footnotesize {cell}}}" if cell else "" for cell in cells]
    if line.kind == "group":
        cells = [
            rf"\itshape {cell}" if cell and not cell.startswith(r"\multicolumn") else cell for cell in cells
        ]
    return _guarded(" & ".join(cells)) + r" \\"


def _spans(line: Line) -> str:
    """Return the rules below headings that span several columns."""
    rules, column = [], 1
    for item in line.items:
        if item.span > 1 and item.text:
            rules.append(rf"\cmidrule(lr){{{column}-{column + item.span - 1}}}")
        column += item.span
    return " ".join(rules)


def tabular(table: Table) -> str:
    """Return one part of a table as a ``tabular`` environment."""
    columns, words = table.columns, in_words(table)
    space = max(NAME, sum(column_widths(table)))
    aligned = "".join("l" if text else "r" for text in words)
    out = [rf"\begin{{tabular}}{{@{{}}{aligned}@{{}}}}", r"\toprule"]
    for number, line in enumerate(table.head):
        out.append(_line(line, words, space, heading=True))
        if number < len(table.head) - 1 and (rules := _spans(line)):
            out.append(rules)
    for number, line in enumerate(table.body):
        if number == 0 or line.rule:
            out.append(r"\midrule")
        out.append(_line(line, words, space))
    out.append(r"\bottomrule")
    for note in table.notes:
        aligned = "l" if line_count(note, space) == 1 else rf"p{{{0.9 * space:.0f}pt}}"
        text = (
            rf"\footnotesize\raggedright {breakable(note)}"
            if aligned != "l"
            else rf"\footnotesize {latex_escape(note)}"
        )
        out.append(rf"\multicolumn{{{columns}}}{{@{{}}{aligned}@{{}}}}{{{text}}} \\")
    return "\n".join([*out, r"\end{tabular}"])


def render(table: Table) -> str:
    r"""Return a table as LaTeX, which needs the packages booktabs and xcolor.

    A table that is too wide or too long for a page is split into several tabulars, each in a ``\tablepart``, which
    does nothing unless a document defines it.
    """
    parts = [f"\\tablepart{{%\n{tabular(part)}}}" for part in table_parts(table)]
    out = [
        f"% {' '.join(table.caption.split())}",
        "% Needs \\usepackage{booktabs,xcolor}.",
        PART,
        *([OTHER] if any(r"\otherletter" in part for part in parts) else []),
        "\n\\par\\bigskip\n".join(parts),
    ]
    return "\n".join(out) + "\n"
