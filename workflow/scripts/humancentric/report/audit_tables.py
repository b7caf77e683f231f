"""Build the tables of the masking audit: known text, its factors, and text still readable on real images."""

from collections.abc import Mapping, Sequence
from typing import Any

from humancentric.report.table_model import ABSENT, MISSING, Item, Line, Table, group
from humancentric.report.tables import FOLDER, WRITERS
from humancentric.study import audit_grid
from humancentric.study.report_config import label
from humancentric.study.study import Study

READ, INK, FACTORS = "masking-audit-read", "masking-audit-ink", "masking-audit-factors"
STEPS = {False: "boxes", True: "boxes and white text"}
FACTOR_TITLES = {
    "letters": "Height of letters, pixels",
    "colour": "Colour",
    "typeface": "Typeface",
    "rotation": "Rotation, degrees",
    "contrast": "Contrast, share of the full",
    "effect": "Effect",
    "background": "Background",
}
Row = Mapping[str, Any]


def audit_files(study: Study) -> list[str]:
    """Return the paths of the audit's tables: text still readable, and known text if there are detectors to judge."""
    read, ink = audit_grid.datasets(study), audit_grid.detectors(study)
    names = [*([READ] if read else []), *([INK, FACTORS] if ink else [])]
    return [f"{FOLDER}/{name}.{kind}" for name in names for kind in WRITERS]


def audit_tables(summary: Row, study: Study) -> list[Table]:
    """Return the tables of an audit's `summary`, in the order of `audit_files`."""
    known = [ink(summary), factors(summary)] if summary["ink"] else []
    return [*([read(summary, study)] if summary["read"] else []), *known]


def _size(size: str) -> str:
    return size.replace("x", " \N{MULTIPLICATION SIGN} ")


def _percent(value: float, decimals: int = 1) -> str:
    return f"{100 * value:.{decimals}f}"


def _share(row: Row | None, decimals: int = 1) -> Item:
    if row is None or row["value"] is None:
        return Item(MISSING, tone="missing")
    if row["low"] is None:
        return Item(_percent(row["value"], decimals))
    low, high = (_percent(row[end], decimals) for end in ("low", "high"))
    return Item(_percent(row["value"], decimals), f"{low}\N{EN DASH}{high}")


def _unique(rows: Sequence[Row], *keys: str) -> list[tuple]:
    return list(dict.fromkeys(tuple(row[key] for key in keys) for row in rows))


def _find(rows: Sequence[Row], **wanted: Any) -> Row | None:
    return next((row for row in rows if all(row[key] == value for key, value in wanted.items())), None)


def _records(rows: Sequence[Row]) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row) for row in rows)


def read(summary: Row, study: Study) -> Table:
    """Return the table of text still readable on real images after masking, with the paper's figures."""
    body: list[Line] = []
    skipped: dict[str, None] = {}
    for (dataset,) in _unique(summary["read"], "dataset"):
        rows = [row for row in summary["read"] if row["dataset"] == dataset]
        body.append(group(label(study, "datasets", dataset), 4))
        for row in rows:
            name = f"{row['detector']}, {STEPS[row['white_text']]}"
            name += f" (view {row['view']})" if row["view"] else ""
            counts = (Item(MISSING, tone="missing"),) * 2 if row["skipped"] else ()
            counts = counts or (Item(f"{row['read']:,}"), Item(f"{row['things']:,}"))
            body.append(Line((Item(name), *counts, _share(row))))
            skipped |= {row["skipped"]: None} if row["skipped"] else {}
    body.append(group("The paper, by hand", 4))
    for what, row in summary["paper"].items():
        hidden = Item(_percent(row["characters_hidden"], 0))
        name = f"east, {STEPS[True]}: {what}"
        body.append(Line((Item(name), Item(str(row["pictures"])), Item(ABSENT), hidden)))
    head = Line((Item("Masked by"), Item("Pictures"), Item("Readable characters"), Item("Masked, %")))
    caption = (
        "Real pictures: share of the characters that OCR reads before masking and no longer reads at the "
        "same position after it, with 95 % intervals over pictures."
    )
    rules = summary["reading"]
    notes = [
        *skipped,
        *([f"read by {summary['engine']}"] if summary["engine"] else []),
        f"readable: words read by OCR with a confidence of at least {rules['confidence']}, of which at "
        f"least {rules['shortest']} letters or digits are read again at another image size; surviving: "
        "characters still read after masking, with any confidence",
        "text that OCR cannot read even before masking, such as script and unusual lettering, is not "
        "counted, so people may be able to read more than these numbers suggest",
        *([f"{MISSING} not run"] if skipped else []),
    ]
    return Table((head,), tuple(body), tuple(notes), _records(summary["read"]), READ, caption)


def ink(summary: Row) -> Table:
    """Return the table of masked letters of known text, and of the area masked on images without text."""
    rows, sizes = summary["ink"], [size for (size,) in _unique(summary["ink"], "size")]
    body = []
    for detector, white in _unique(rows, "detector", "white_text"):
        items = [Item(f"{detector}, {STEPS[white]}")]
        for size in sizes:
            key = {"detector": detector, "white_text": white, "size": size}
            lost = _find(summary["touched"], **key)
            worst = Item(_percent(lost["worst"])) if lost else Item(MISSING, tone="missing")
            items += [_share(_find(rows, **key, factor=None)), _share(lost, 2), worst]
        body.append(Line(tuple(items)))
    head = (
        Line((Item(), *(Item(f"Pictures of {_size(size)}", span=3) for size in sizes))),
        Line((Item("Masked by"), *map(Item, ("Letters masked, %", "Area lost, %", "Worst") * len(sizes)))),
    )
    first = [row for row in rows if row["factor"] is None]
    letters = ", ".join(
        f"{row['things']:,} on {row['pictures']} pictures of {_size(row['size'])}"
        for row in {row["size"]: row for row in first}.values()
    )
    notes = (
        f"letters counted: {letters}; a letter is masked if half of its ink is under a box or changed "
        "by 40 levels",
        "area lost: the share of the same pictures that is masked when they have no text, mean and worst",
    )
    records = [*first, *({**row, "factor": "no text", "level": None} for row in summary["touched"])]
    caption = (
        "Drawn text, whose ink is known, on pictures without other text: the letters that are masked, and "
        "the area that is lost when no text is drawn."
    )
    return Table(head, tuple(body), notes, _records(records), INK, caption)


def factors(summary: Row) -> Table:
    """Return the table of the share of letters masked at every level of the factor grid."""
    rows = summary["ink"]
    columns = _unique(rows, "detector", "white_text")
    body = []
    for (size,) in _unique(rows, "size"):
        for factor, title in FACTOR_TITLES.items():
            own = [row for row in rows if row["size"] == size and row["factor"] == factor]
            body.append(group(f"{_size(size)}: {title}", len(columns) + 1))
            levels = [level for (level,) in _unique(own, "level")]
            for level in sorted(levels, key=lambda value: (isinstance(value, str), value)):
                items = [
                    _share(_find(own, level=level, detector=detector, white_text=white))
                    for detector, white in columns
                ]
                body.append(Line((Item(f"{level:g}" if isinstance(level, float) else str(level)), *items)))
    head = Line((Item("Level"), *(Item(f"{detector}, {STEPS[white]}") for detector, white in columns)))
    caption = (
        "Percentage of drawn letters that are masked, by their appearance; 95 % intervals over pictures."
    )
    records = [row for row in rows if row["factor"] is not None]
    return Table((head,), tuple(body), (), _records(records), FACTORS, caption)
