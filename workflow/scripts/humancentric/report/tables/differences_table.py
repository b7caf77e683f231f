"""Build the table of leads: how far language-supervised encoders are ahead, before, after, and the change."""

from collections.abc import Iterator

from humancentric.evaluation.diff_in_diff import BETWEEN
from humancentric.report.numbers import UNITS, Unit
from humancentric.report.score_cells import Scores
from humancentric.report.tables.sheet import MISSING, Item, Line, Sheet, group
from humancentric.study import feature_sets, report_config
from humancentric.study.feature_sets import compared_pairs
from humancentric.study.report_config import label
from humancentric.study.study import Study

SIDES = ("before", "after", "change")
NUMBERS = ("difference", "low", "high")


def pairs(study: Study, control: str) -> Iterator[tuple[str, str, str]]:
    """Yield (stored name of a lead, display names of its two encoders, display name of their view)."""
    for one, other in compared_pairs(study, control):
        ((view, a),), ((_, b),) = report_config.split_features(one), report_config.split_features(other)
        names = f"{label(study, 'encoders', a)} \N{MINUS SIGN} {label(study, 'encoders', b)}"
        yield f"{one}{BETWEEN}{other}", names, label(study, "views", view)


def caption(study: Study) -> str:
    """Return the caption of the table."""
    return (
        "Leads before and after: mean score of an encoder that was trained on images and language minus that of one "
        "that was not, on the test split of the dataset that their heads were trained on, and on its control; the "
        "change is after minus before. In brackets 95 % intervals of a bootstrap over samples and seeds. "
        "Bold: a change whose interval excludes zero; the intervals are not corrected for their number."
    )


def sheet(scores: Scores, study: Study) -> Sheet:
    """Return the table of leads of a study."""
    body, records, hole = [], [], False
    parents = {control: parent for parent, control in report_config.controls(study)}
    for control in feature_sets.differing_controls(study):
        metric = report_config.headline(study, control)
        unit = UNITS[metric]
        names = (label(study, "datasets", name) for name in (parents[control], control))
        title = " \N{RIGHTWARDS ARROW} ".join(names)
        body.append(group(f"{title}, {unit.title}", 4))
        for stored, called, view in pairs(study, control):
            items = []
            record = {"dataset": parents[control], "control": control, "features": stored, "metric": metric}
            for side in SIDES:
                found = [scores.value("differences", control, stored, side, name) for name in NUMBERS]
                record |= {f"{side}_{name}": value for name, value in zip(NUMBERS, found, strict=True)}
                hole |= None in found
                items.append(_item(unit, side, *found))
            records.append(record)
            body.append(Line((Item(f"{called} ({view})"), *items)))
    head = Line(tuple(Item(text) for text in ("Lead", "Before", "After", "Change")))
    notes = (f"{MISSING} not run",) if hole else ()
    return Sheet("differences", caption(study), (head,), tuple(body), notes, tuple(records))


def _item(unit: Unit, side: str, point: float | None, low: float | None, high: float | None) -> Item:
    if point is None or low is None or high is None:
        return Item(MISSING, tone="missing")
    ends = ", ".join(unit.difference(end) for end in (low, high))
    excludes = side == "change" and (low > 0 or high < 0)
    return Item(unit.difference(point), f"[{ends}]", bold=excludes)
