r"""Write tables as LaTeX with booktabs; TeX wraps long texts in a ``\parbox``."""

import re
import unicodedata
from functools import cache

from humancentric.report.table_model import ABSENT, MISSING, Item, Line, Table
from humancentric.report.table_parts import (
    NAME,
    column_widths,
    limit_of,
    line_count,
    split_table,
    wrapped_width,
)

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
    """Escape one character; pdfTeX prints the code point of other scripts, newer engines the character itself."""
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


def in_words(table: Table) -> list[bool]:
    """Return whether each column is mostly words rather than numbers; the first column always is."""
    words = [0] * table.columns
    for line in table.body:
        if line.kind == "group" or len(line.items) != table.columns:
            continue
        for column, item in enumerate(line.items):
            alphabetic = sum(char.isalpha() for char in item.text)
            digits = sum(char.isdigit() for char in item.text)
            words[column] += (alphabetic > digits) - (digits > 0 and digits >= alphabetic)
    return [column == 0 or count > 0 for column, count in enumerate(words)]


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
    text = " & ".join(cells)
    guard = "{}" if text.startswith(("[", "*")) else ""  # else TeX reads an option of the preceding line
    return rf"{guard}{text} \\"


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
        aligned, text = "l", rf"\footnotesize {latex_escape(note)}"
        if line_count(note, space) > 1:
            aligned, text = rf"p{{{0.9 * space:.0f}pt}}", rf"\footnotesize\raggedright {breakable(note)}"
        out.append(rf"\multicolumn{{{columns}}}{{@{{}}{aligned}@{{}}}}{{{text}}} \\")
    return "\n".join([*out, r"\end{tabular}"])


def render(table: Table) -> str:
    r"""Return a table as LaTeX, which needs the packages booktabs and xcolor.

    A table that is too wide or too long for a page is split into several tabulars. Each is wrapped in ``\tablepart``,
    which does nothing unless a document defines it.
    """
    parts = [f"\\tablepart{{%\n{tabular(part)}}}" for part in split_table(table)]
    out = [
        f"% {' '.join(table.caption.split())}",
        "% Needs \\usepackage{booktabs,xcolor}.",
        PART,
        *([OTHER] if any(r"\otherletter" in part for part in parts) else []),
        "\n\\par\\bigskip\n".join(parts),
    ]
    return "\n".join(out) + "\n"
