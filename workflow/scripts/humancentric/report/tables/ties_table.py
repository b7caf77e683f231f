"""Build the table of ties: every cell with its intervals; cells that share a letter are not separable."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from humancentric.report.numbers import UNITS, Unit
from humancentric.report.score_cells import Scores
from humancentric.report.tables.sheet import ABSENT, MISSING, Item, Line, Sheet, group
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

HEAD = ("Encoders", "Score", "95 % interval", "Error of items", "of seeds", "Over seeds alone", "Ties")


def caption(study: Study, dataset: str) -> str:
    """Return the caption of the table."""
    return (
        f"{label(study, 'datasets', dataset)}: {UNITS[report_config.headline(study, dataset)].title}, best first. "
        "Cells of a group that share a letter are not told apart at 5 % (Holm within the group). "
        "Intervals: bootstrap over test samples and seeds; Student's t over seeds alone. "
        "Errors: one standard error of the mean by its source."
    )


def sheet(scores: Scores, study: Study, dataset: str) -> Sheet:
    """Return the table of ties among the probes of a dataset."""
    rows = [
        row
        for row in scores.claims.get("cells", ())
        if (row["task"], row["dataset"]) == ("transfer", dataset)
    ]
    unit = UNITS[report_config.headline(study, dataset)]
    body: list[Line] = []
    for views, members in groupby(rows, key=lambda row: _views(row["features"])):
        words = " + ".join(label(study, "views", view) for view in views)
        body.append(group(words, len(HEAD)))
        body += [_line(study, row, unit) for row in members]
    if not rows:
        body.append(Line((Item("Probes"), Item(MISSING, span=len(HEAD) - 1, tone="missing"))))
    head = Line(tuple(Item(text) for text in HEAD))
    return Sheet(f"{dataset}-ties", caption(study, dataset), (head,), tuple(body), (), tuple(rows))


def _views(features: str) -> tuple[str, ...]:
    return tuple(view for view, _ in report_config.split_features(features))


def _line(study: Study, row: Mapping[str, Any], unit: Unit) -> Line:
    names = " + ".join(
        label(study, "encoders", name) for _, name in report_config.split_features(row["features"])
    )

    def interval(low: str, high: str) -> str:
        ends = (row[low], row[high])
        return ABSENT if None in ends else "[" + ", ".join(map(unit.number, ends)) + "]"

    error = (ABSENT if row[key] is None else unit.number(row[key]) for key in ("item_error", "seed_error"))
    items = (
        unit.number(row["mean"]),
        interval("low", "high"),
        *error,
        interval("seeds_low", "seeds_high"),
        row["letters"],
    )
    return Line((Item(names), *map(Item, items)))
