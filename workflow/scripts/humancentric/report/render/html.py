"""Write tables as HTML, with scoped headings, in a frame that scrolls on narrow pages."""

from markupsafe import Markup, escape

from humancentric.report.tables.sheet import ABSENT, MISSING, Item, Line, Sheet


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


def _item(item: Item, tag: str, scope: str = "") -> Markup:
    attributes = f' scope="{scope}"' if scope else ""
    attributes += f' colspan="{item.span}"' if item.span > 1 else ""
    attributes += f' class="{item.tone}"' if item.tone else ""
    return Markup(f"<{tag}{attributes}>{{}}</{tag}>").format(_content(item))


def _line(line: Line) -> Markup:
    first, *others = line.items
    if line.kind == "group":
        cells = [
            _item(first, "th", "rowgroup"),
            *(_item(i, "th", "col") if i.text else _item(i, "td") for i in others),
        ]
    else:
        cells = [_item(first, "th", "row"), *(_item(item, "td") for item in others)]
    return Markup(f'<tr class="{line.kind}{" rule" if line.rule else ""}">{{}}</tr>').format(
        Markup("").join(cells)
    )


def _head(line: Line) -> Markup:
    cells = (
        _item(item, "th", "colgroup" if item.span > 1 else "col") if item.text else _item(item, "td")
        for item in line.items
    )
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def render(sheet: Sheet, identifier: str = "") -> Markup:
    """Return a sheet as an HTML table in a region that can be scrolled by keyboard."""
    blocks: list[list[Line]] = [[]]
    for line in sheet.body:
        if line.kind == "group" and blocks[-1]:
            blocks.append([])
        blocks[-1].append(line)
    name = identifier or f"table-{sheet.name}"
    bodies = Markup("").join(
        Markup("<tbody>{}</tbody>").format(Markup("\n").join(map(_line, block))) for block in blocks
    )
    notes = [note for note in sheet.notes if not note.startswith(MISSING)]
    foot = Markup('<p class="notes">{}</p>').format(" · ".join(notes)) if notes else ""
    return Markup(
        '<div class="scroll" role="region" tabindex="0" aria-labelledby="{0}"><table>'
        '<caption id="{0}">{1}</caption>\n<thead>{2}</thead>\n{3}</table></div>{4}'
    ).format(name, sheet.caption, Markup("").join(map(_head, sheet.head)), bodies, foot)
