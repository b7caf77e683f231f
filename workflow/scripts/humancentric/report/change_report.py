"""Report the changes between two runs as tables and as sentences."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import jinja2

from humancentric.core import logs
from humancentric.core.files import write_text
from humancentric.report import changes, table_model
from humancentric.report.changes import (
    CHANGED,
    DIFFERS,
    GONE,
    ITEMS,
    NEW,
    SAME,
    SEEDS,
    STATES,
    WITHIN,
    Change,
    Number,
)
from humancentric.report.numbers import FRACTION, UNITS, Unit
from humancentric.report.table_model import Item, Line, Table, group

OTHER = Unit(1, 4, 4, True, "")
OVER = {ITEMS: "items", SEEDS: "seeds"}
SHOWN, LONGEST = 15, 70  # maximum lines per kind and characters per value in the summary
TONES = {CHANGED: "disagree", DIFFERS: "order", NEW: "order", GONE: "order"}
Facts = Mapping[str, tuple[list[str], list[str]]]
NOTHING = "The two runs are equal in every number and in their recorded provenance."


def unit_of(metric: str) -> Unit:
    """Return the unit of a metric: that of the study's tables, or four decimals for other metrics."""
    return UNITS.get(metric, FRACTION if metric.startswith("f1") else OTHER)


def _name(number: Number) -> str:
    further = [
        number.protocol,
        number.shots and f"{number.shots} shots",
        number.split != "test" and number.split,
    ]
    return ", ".join([number.features, *(str(word) for word in further if word)])


def _interval(change: Change, unit: Unit) -> str:
    if change.low is None or change.high is None:
        return ""
    return f"[{unit.difference(change.low)}, {unit.difference(change.high)}]"


def _short(values: list[str]) -> str:
    text = " / ".join(values)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def numbers(changes: Mapping[Number, Change], sides: tuple[str, str]) -> Table:
    """Return the table of the numbers that changed; its records contain all numbers."""
    body, current = [], None
    for number, change in changes.items():
        if change.state == SAME:
            continue
        if current != (number.dataset, number.task, number.metric):
            current = (number.dataset, number.task, number.metric)
            body.append(group(f"{number.dataset}, {number.task}: {number.metric}", 7))
        unit = unit_of(number.metric)
        means = [
            Item() if value is None else Item(unit.number(value)) for value in (change.left, change.right)
        ]
        lead = Item("" if change.difference is None else unit.difference(change.difference))
        state = Item(change.state, tone=TONES.get(change.state, ""))
        further = [lead, Item(_interval(change, unit)), Item(OVER.get(change.method, "")), state]
        body.append(Line((Item(_name(number)), *means, *further)))
    records = [
        {
            **number._asdict(),
            **{"left": change.left, "right": change.right, "difference": change.difference},
            **{"low": change.low, "high": change.high, "method": change.method, "state": change.state},
            **{"left_runs": change.runs[0], "right_runs": change.runs[1]},
        }
        for number, change in changes.items()
    ]
    head = Line(tuple(map(Item, ("Number", *sides, "Difference", "95 %", "Over", "State"))))
    caption = (
        f"Numbers that differ ({sides[1]} minus {sides[0]}), with 95 % intervals. The intervals come from a "
        "paired bootstrap over test items if both runs predicted the same items, and from Welch's t over "
        "seeds otherwise. About one in twenty such intervals excludes zero by chance."
    )
    return Table((head,), tuple(body), (), tuple(records), "numbers", caption)


def facts(differing: Facts, sides: tuple[str, str]) -> Table:
    """Return the table of differing provenance of the two runs."""
    values_of = {
        name: tuple(" / ".join(values) or "-" for values in both) for name, both in differing.items()
    }
    body = tuple(Line((Item(name), *map(Item, both))) for name, both in values_of.items())
    records = tuple({"what": name, "left": both[0], "right": both[1]} for name, both in values_of.items())
    head = Line(tuple(map(Item, ("What", *sides))))
    caption = (
        "Recorded provenance that differs between the runs; several values mean that the files of one "
        "run differ."
    )
    return Table((head,), body, (), records, "facts", caption)


def summary(changes: Mapping[Number, Change], differing: Facts) -> list[str]:
    """Summarise the comparison of two runs in a few sentences."""
    counts = Counter(change.state for change in changes.values())
    if set(counts) <= {SAME} and not differing:
        return [NOTHING]
    counted = [f"{counts[state]} {state}" for state in STATES if counts[state]]
    lines = [f"{len(changes)} numbers: {', '.join(counted) or 'none'}"]
    moved = [
        (n, c) for n, c in changes.items() if n.metric in UNITS and c.state in (CHANGED, DIFFERS, WITHIN)
    ]
    moved.sort(key=lambda found: (STATES.index(found[1].state), -abs(found[1].difference or 0)))
    for number, change in moved[:SHOWN]:
        unit = unit_of(number.metric)
        left, right = unit.number(change.left or 0.0), unit.number(change.right or 0.0)
        words = f"{unit.difference(change.difference or 0.0)} {_interval(change, unit)}".strip()
        lines.append(f"{number.dataset}, {_name(number)}: {left} to {right}, {words}, {change.state}")
    lines += [f"and {len(moved) - SHOWN} more"] if len(moved) > SHOWN else []
    for state in (NEW, GONE):
        cells = sorted({f"{n.dataset} {n.features}" for n, c in changes.items() if c.state == state})
        if cells:
            more = f" and {len(cells) - 5} more" if len(cells) > 5 else ""
            lines.append(f"{state}: {', '.join(cells[:5])}{more}")
    shared = {name: sides for name, sides in differing.items() if all(sides)}
    for name, (before, after) in list(shared.items())[:SHOWN]:
        lines.append(f"{name}: {_short(before)} became {_short(after)}")
    lines += [f"and {len(shared) - SHOWN} more facts"] if len(shared) > SHOWN else []
    unshared = len(differing) - len(shared)
    lines += [f"{unshared} facts recorded by only one of the runs"] if unshared else []
    return lines if differing else [*lines, "Both runs have the same recorded provenance."]


WRITERS = {"csv": table_model.comma_separated, "md": table_model.markdown}


def compare(left: str, right: str) -> tuple[dict[Number, Change], Facts]:
    """Compare two folders of results; return the change of every number and the provenance that differs."""
    runs = changes.read(left, "left"), changes.read(right, "right")
    with logs.stage("numbers"):
        found = changes.compare(*runs)
    with logs.stage("facts"):
        return found, changes.differing(*runs)


def write(
    found: Mapping[Number, Change],
    differing: Facts,
    sides: tuple[str, str],
    template: str | Path,
    folder: str | Path,
) -> list[Path]:
    """Write numbers and facts to `folder` as CSV, Markdown and one HTML page; return the paths."""
    tables = [numbers(found, sides), facts(differing, sides)]
    paths = []
    for table in tables:
        for kind, render in WRITERS.items():
            paths.append(Path(folder) / f"{table.name}.{kind}")
            write_text(paths[-1], render(table))
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    page = environment.from_string(Path(template).read_text(encoding="utf-8")).render(
        sides=sides,
        summary=summary(found, differing),
        tables=[table_model.html(table) for table in tables if table.body],
    )
    paths.append(Path(folder) / "compare.html")
    write_text(paths[-1], page)
    return paths
