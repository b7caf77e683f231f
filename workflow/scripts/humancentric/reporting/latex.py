"""Tables as LaTeX: tabulars with booktabs, ready for an input command."""

from humancentric.reporting import layout, widths
from humancentric.reporting.letters import OTHER, escape
from humancentric.reporting.sheets import ABSENT, MISSING, Item, Line, Sheet

COLOURS = {"agree": "teal", "order": "orange!70!black", "disagree": "red!70!black", "quiet": "gray"}
SMALLER = 0.8  # notes
PART = r"\providecommand{\tablepart}[1]{#1}"


def _text(item: Item, limit: float, align: str) -> str:
    if item.text == MISSING:
        return "--" + escape(MISSING)
    if item.text == ABSENT:
        return "---"
    lines = [escape(line) for line in widths.broken(item.text, limit)]
    if len(lines) == 1:
        return lines[0]
    stacked = r"\\".join(map(_guarded, lines))
    vertical = "t" if align == "l" else "b"
    return rf"\begin{{tabular}}[{vertical}]{{@{{}}{align}@{{}}}}{stacked}\end{{tabular}}"


def _guarded(text: str) -> str:
    """Return a text at the beginning of a line that TeX does not take for an option of the line before."""
    return "{}" + text if text.startswith(("[", "*")) else text


def _item(item: Item, place: int, columns: int, limit: float, words: bool) -> str:
    align = "l" if place == 0 else "c" if item.span > 1 else "l" if words else "r"
    text = _text(item, limit, align)
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
        align = f"@{{}}{align}@{{}}" if item.span == columns else align
        text = rf"\multicolumn{{{item.span}}}{{{align}}}{{{text}}}"
    return text


def _line(line: Line, words: list[bool], space: float, heading: bool = False) -> str:
    cells, columns, start = [], len(words), 0
    for place, item in enumerate(line.items):
        limit = widths.limit_of(line, heading, place)
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
    """Return the thin rules under headings that span several columns."""
    rules, column = [], 1
    for item in line.items:
        if item.span > 1 and item.text:
            rules.append(rf"\cmidrule(lr){{{column}-{column + item.span - 1}}}")
        column += item.span
    return " ".join(rules)


def tabular(sheet: Sheet) -> str:
    """Return one part of a table as a tabular."""
    columns, words = sheet.columns, widths.in_words(sheet)
    space = max(widths.NAME, sum(widths.of_columns(sheet)))
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
        rf"\multicolumn{{{columns}}}{{@{{}}l@{{}}}}{{\footnotesize {_guarded(escape(line))}}} \\"
        for note in sheet.notes
        for line in widths.broken(note, space / SMALLER)
    ]
    return "\n".join([*out, r"\end{tabular}"])


def render(sheet: Sheet) -> str:
    r"""Return a sheet as LaTeX; it needs the packages booktabs and xcolor.

    A table that is too wide or too long for a page comes in several tabulars, each in a ``\tablepart``, which does
    nothing unless a document defines it.
    """
    parts = [f"\\tablepart{{%\n{tabular(part)}}}" for part in layout.parts(sheet)]
    out = [
        f"% {' '.join(sheet.caption.split())}",
        "% Needs \\usepackage{booktabs,xcolor}.",
        PART,
        *([OTHER] if any(r"\otherletter" in part for part in parts) else []),
        "\n\\par\\bigskip\n".join(parts),
    ]
    return "\n".join(out) + "\n"
