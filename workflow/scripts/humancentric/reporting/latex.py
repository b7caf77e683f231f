"""Tables as LaTeX: one tabular with booktabs, ready for an input command."""

import re

from humancentric.reporting.sheets import ABSENT, MISSING, Item, Line, Sheet

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
    "\N{PLUS-MINUS SIGN}": r"$\pm$",
    "\N{MINUS SIGN}": "$-$",
    "\N{EN DASH}": "--",
    "\N{EM DASH}": "---",
    "\N{DAGGER}": r"\textsuperscript{\dag}",
    "\N{DOUBLE DAGGER}": r"\textsuperscript{\ddag}",
    "\N{RIGHTWARDS ARROW}": r"$\rightarrow$",
    "\N{ALMOST EQUAL TO}": r"$\approx$",
    "\N{PARALLEL TO}": r"$\parallel$",
    "\N{NOT EQUAL TO}": r"$\neq$",
    "\N{EMPTY SET}": r"$\emptyset$",
}
PATTERN = re.compile("|".join(map(re.escape, SPECIAL)))
COLOURS = {"agree": "teal", "order": "orange!70!black", "disagree": "red!70!black", "quiet": "gray"}


def escape(text: str) -> str:
    """Return `text` so that LaTeX prints it as it is."""
    return PATTERN.sub(lambda match: SPECIAL[match[0]], text)


def _item(item: Item, place: int, columns: int) -> str:
    text = escape(item.text)
    if item.text == MISSING:
        text = "--" + text
    elif item.text == ABSENT:
        text = "--"
    if item.bold:
        text = rf"\textbf{{{text}}}"
    if item.underline:
        text = rf"\underline{{{text}}}"
    if item.spread:
        text += rf" {{\scriptsize {escape(item.spread)}}}"
    if item.tone in COLOURS:
        text = rf"\textcolor{{{COLOURS[item.tone]}}}{{{text}}}"
    if item.span > 1:
        text = rf"\itshape {text}" if place == 0 else text
        align = "l" if place == 0 else "c"
        align = f"@{{}}{align}@{{}}" if item.span == columns else align
        text = rf"\multicolumn{{{item.span}}}{{{align}}}{{{text}}}"
    return text


def _line(line: Line, columns: int) -> str:
    cells = [_item(item, place, columns) for place, item in enumerate(line.items)]
    if line.kind == "sub":
        cells = [rf"{{\footnotesize {cell}}}" if cell else "" for cell in cells]
    if line.kind == "group":
        cells = [
            rf"\itshape {cell}" if cell and not cell.startswith(r"\multicolumn") else cell for cell in cells
        ]
    return " & ".join(cells) + r" \\"


def _spans(line: Line) -> str:
    """Return the thin rules under headings that span several columns."""
    rules, column = [], 1
    for item in line.items:
        if item.span > 1 and item.text:
            rules.append(rf"\cmidrule(lr){{{column}-{column + item.span - 1}}}")
        column += item.span
    return " ".join(rules)


def render(sheet: Sheet) -> str:
    """Return a sheet as a LaTeX tabular; it needs the packages booktabs and xcolor."""
    columns = sheet.columns
    out = [
        f"% {sheet.caption.replace(chr(10), ' ')}",
        "% Needs \\usepackage{booktabs,xcolor}.",
        rf"\begin{{tabular}}{{@{{}}l*{{{columns - 1}}}{{r}}@{{}}}}",
        r"\toprule",
    ]
    for number, line in enumerate(sheet.head):
        out.append(_line(line, columns))
        if number < len(sheet.head) - 1 and (rules := _spans(line)):
            out.append(rules)
    for number, line in enumerate(sheet.body):
        if number == 0 or line.rule:
            out.append(r"\midrule")
        out.append(_line(line, columns))
    out.append(r"\bottomrule")
    out += [
        rf"\multicolumn{{{columns}}}{{@{{}}l@{{}}}}{{\footnotesize {escape(note)}}} \\"
        for note in sheet.notes
    ]
    return "\n".join([*out, r"\end{tabular}"]) + "\n"
