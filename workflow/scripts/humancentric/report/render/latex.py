"""Write tables as LaTeX with booktabs, split into parts if too wide or too long for a page.

Widths are estimated without TeX, closely enough to decide where to split a table.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from humancentric.report.tables.sheet import ABSENT, MISSING, Item, Line, Sheet

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
        pieces = [latex_escape(char) for char in word] if len(word) > longest else [latex_escape(word)]
        words.append(r"\hspace{0pt}".join(pieces))
    return " ".join(words).replace(r" \%", r"~\%")


# Points at which column headings, row names and texts in other columns are wrapped.
HEADING, NAME, TEXT = 105.0, 210.0, 140.0
WIDE, NARROW, CODE = 7.4, 5.0, 16.0  # points at 10 pt: a capital, other characters, a code point
SMALL = {"": 1.0, "sub": 0.8}  # scale of a kind of line
SPREAD, GAP = 0.7, 10.0  # scale of the spread after a number; points between columns


def _of_letter(char: str) -> float:
    if not native(char):
        return CODE
    return WIDE if char.isupper() or char in "mwMW%@" else NARROW


def of_text(text: str) -> float:
    """Return the approximate width in points of a text at 10 pt."""
    return sum(map(_of_letter, text))


def broken(text: str, limit: float) -> list[str]:
    """Wrap a text to `limit` points, after spaces, hyphens and the like, else anywhere; return its lines."""
    if of_text(text) <= limit:
        return [text]
    lines = [""]
    for word in re.findall(r"[^\s\-_/+]*[\s\-_/+]*", text):
        if of_text(lines[-1] + word.rstrip()) <= limit:
            lines[-1] += word
        elif of_text(word.rstrip()) <= limit:
            lines.append(word)
        else:
            for char in word:
                lines += [""] if of_text(lines[-1] + char) > limit else []
                lines[-1] += char
    return [line.strip() for line in lines if line.strip()]


def of_item(item: Item, line: Line, limit: float) -> float:
    """Return the width in points of a table cell whose text is wrapped to `limit` points."""
    lines = broken(item.text, limit)
    text = max(map(of_text, lines), default=0.0) * (1.1 if item.bold else 1.0)
    return (text + of_text(f" {item.spread}" if item.spread else "") * SPREAD) * SMALL.get(line.kind, 1.0)


def limit_of(line: Line, heading: bool, place: int) -> float:
    """Return the width in points at which the text of a cell is wrapped."""
    if place == 0:
        return NAME
    return HEADING if heading or line.kind == "group" else TEXT


def in_words(sheet: Sheet) -> list[bool]:
    """Return for every column whether its body is mostly words, not numbers; the first column always is."""
    words = [0] * sheet.columns
    for line in sheet.body:
        if line.kind == "group" or len(line.items) != sheet.columns:
            continue
        for place, item in enumerate(line.items):
            letters = sum(char.isalpha() for char in item.text)
            digits = sum(char.isdigit() for char in item.text)
            words[place] += (letters > digits) - (digits > 0 and digits >= letters)
    return [place == 0 or count > 0 for place, count in enumerate(words)]


def of_columns(sheet: Sheet) -> list[float]:
    """Return the width in points of every column, including the gap beside it."""
    found = [0.0] * sheet.columns
    spanning = []
    for heading, lines in ((True, sheet.head), (False, sheet.body)):
        for line in lines:
            start = 0
            for place, item in enumerate(line.items):
                width = of_item(item, line, limit_of(line, heading, place))
                if item.span == 1:
                    found[start] = max(found[start], width)
                elif item.span < sheet.columns:
                    spanning.append((start, item.span, width))
                start += item.span
    for start, span, width in spanning:  # TeX adds missing width to the last column
        found[start + span - 1] += max(0.0, width - sum(found[start : start + span]) - (span - 1) * GAP)
    return [width + GAP for width in found]


def height(line: Line) -> int:
    """Return the number of printed lines of a line of the body."""
    texts = ((item.text, limit_of(line, False, place)) for place, item in enumerate(line.items))
    return max((len(broken(text, limit)) for text, limit in texts), default=1)


WIDTH = 600.0  # points at 10 pt: a little more than a page, so that letters shrink by a fifth at most
LENGTH = 44  # printed lines
CONTINUED = " (continued)"


def table_parts(sheet: Sheet, width: float = WIDTH, length: int = LENGTH) -> list[Sheet]:
    """Split a sheet into parts that are printed below each other; return the sheet itself if it fits.

    Every part repeats the column of names and its columns' headings; the last one has the notes.
    """
    found = [by_width for by_length in _by_rows(sheet, length) for by_width in _by_columns(by_length, width)]
    return [replace(part, notes=()) for part in found[:-1]] + [replace(found[-1], notes=sheet.notes)]


def _by_columns(sheet: Sheet, width: float) -> list[Sheet]:
    sizes = of_columns(sheet)
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
    """Return the columns grouped by the first heading line, without the column of names."""
    found, start = [], 0
    for item in sheet.head[0].items:
        found.append([column for column in range(start, start + item.span) if column])
        start += item.span
    single = [[column] for column in range(1, sheet.columns)]
    return [block for block in found if block] if len(sheet.head) > 1 else single


def _packed(costs: Sequence[float], cap: float) -> list[list[int]]:
    """Return the indices of `costs` in order, in groups whose sum is at most `cap` (or that have one member)."""
    groups: list[list[int]] = []
    for place, cost in enumerate(costs):
        if groups and sum(costs[other] for other in groups[-1]) + cost <= cap:
            groups[-1].append(place)
        else:
            groups.append([place])
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
    return sum(map(height, lines))


def _split(lines: Sequence[Line], kind: str) -> list[list[Line]]:
    """Split the lines into blocks that begin with a line of `kind`, or for ``body`` with any but a sub line."""
    blocks: list[list[Line]] = [[]]
    for line in lines:
        if blocks[-1] and (line.kind == kind or (kind == "body" and line.kind != "sub")):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _shortened(block: list[Line], length: int) -> list[list[Line]]:
    """Return a block under one heading unchanged, or split into several that repeat the heading."""
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


COLOURS = {"agree": "teal", "order": "orange!70!black", "disagree": "red!70!black", "quiet": "gray"}
SMALLER = 0.8  # notes
PART = r"\providecommand{\tablepart}[1]{#1}"


def _text(item: Item, limit: float, align: str) -> str:
    if item.text == MISSING:
        return "--" + latex_escape(MISSING)
    if item.text == ABSENT:
        return "---"
    lines = [latex_escape(line) for line in broken(item.text, limit)]
    if len(lines) == 1:
        return lines[0]
    stacked = r"\\".join(map(_guarded, lines))
    vertical = "t" if align == "l" else "b"
    return rf"\begin{{tabular}}[{vertical}]{{@{{}}{align}@{{}}}}{stacked}\end{{tabular}}"


def _guarded(text: str) -> str:
    """Guard a text at the start of a line, so that TeX does not read it as an option of the line before."""
    return "{}" + text if text.startswith(("[", "*")) else text


def _item(item: Item, place: int, columns: int, limit: float, words: bool) -> str:
    align = "l" if place == 0 else "c" if item.span > 1 else "l" if words else "r"
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
        text = rf"\itshape {text}" if place == 0 else text
        align = f"@{{}}{align}@{{}}" if item.span == columns else align
        text = rf"\multicolumn{{{item.span}}}{{{align}}}{{{text}}}"
    return text


def _line(line: Line, words: list[bool], space: float, heading: bool = False) -> str:
    cells, columns, start = [], len(words), 0
    for place, item in enumerate(line.items):
        limit = limit_of(line, heading, place)
        limit = space if item.span == columns else limit
        cells.append(_item(item, place, columns, limit, words[start]))
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


def tabular(sheet: Sheet) -> str:
    """Return one part of a table as a ``tabular`` environment."""
    columns, words = sheet.columns, in_words(sheet)
    space = max(NAME, sum(of_columns(sheet)))
    aligned = "".join("l" if text else "r" for text in words)
    out = [rf"\begin{{tabular}}{{@{{}}{aligned}@{{}}}}", r"\toprule"]
    for number, line in enumerate(sheet.head):
        out.append(_line(line, words, space, heading=True))
        if number < len(sheet.head) - 1 and (rules := _spans(line)):
            out.append(rules)
    for number, line in enumerate(sheet.body):
        if number == 0 or line.rule:
            out.append(r"\midrule")
        out.append(_line(line, words, space))
    out.append(r"\bottomrule")
    out += [
        rf"\multicolumn{{{columns}}}{{@{{}}l@{{}}}}{{\footnotesize {_guarded(latex_escape(line))}}} \\"
        for note in sheet.notes
        for line in broken(note, space / SMALLER)
    ]
    return "\n".join([*out, r"\end{tabular}"])


def render(sheet: Sheet) -> str:
    r"""Return a sheet as LaTeX, which needs the packages booktabs and xcolor.

    A table that is too wide or too long for a page is split into several tabulars, each in a ``\tablepart``, which
    does nothing unless a document defines it.
    """
    parts = [f"\\tablepart{{%\n{tabular(part)}}}" for part in table_parts(sheet)]
    out = [
        f"% {' '.join(sheet.caption.split())}",
        "% Needs \\usepackage{booktabs,xcolor}.",
        PART,
        *([OTHER] if any(r"\otherletter" in part for part in parts) else []),
        "\n\\par\\bigskip\n".join(parts),
    ]
    return "\n".join(out) + "\n"
