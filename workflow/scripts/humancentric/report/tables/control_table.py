"""Build the table of controls: the same heads scored on a dataset and on later samples."""

from collections.abc import Iterator, Mapping
from typing import Any

from humancentric.report.csv_rows import numbers
from humancentric.report.numbers import UNITS, Unit
from humancentric.report.score_cells import Cell, Scores
from humancentric.report.tables.sheet import ABSENT, MISSING, Item, Line, Sheet, group
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

COLUMNS = ["Features", "Dataset", "Control", "Change", "Relative"]
PAPER = ["Paper", "Paper, control", "Paper, change"]
FURTHER = {  # other selections of the control's samples: split, heading, note
    "test-with-seen": (
        "With seen",
        "with seen: samples that the head was trained on stay in, as in the paper",
    ),
    "test-without-twins": (
        "Without twins",
        "without twins: samples that look or read like one of training are out, too",
    ),
}


def features_of(scores: Scores, study: Study, control: str) -> list[str]:
    """Return the single features of the views that were scored on the control (of all views if none was)."""
    ran = {key[2] for key in scores.cells if key[:2] == ("control", control)}
    by_view: dict[str, list[str]] = {}
    for features in (
        f for modality in ("image", "text") for f in report_config.singles(study, control, modality)
    ):
        by_view.setdefault(features.split(".")[0], []).append(features)
    shown = [names for names in by_view.values() if ran & set(names)] or list(by_view.values())
    return [features for names in shown for features in names]


def pairs(
    scores: Scores, study: Study, parent: str, control: str
) -> Iterator[tuple[str, Cell | None, Cell | None]]:
    """Yield (features, cell on the dataset, cell on its control)."""
    for features in features_of(scores, study, control):
        yield features, scores.transfer(study, parent, features), scores.control(study, control, features)


def caption(study: Study) -> str:
    """Return the caption of the table."""
    return (
        "Controls: heads trained on a dataset, scored on its own test split and on the control; "
        f"mean ± standard deviation over {report_config.seeds(study)} runs. "
        "Paper: its score on the dataset and on its control, and the change, where it has them."
    )


def _cell(cell: Cell | None, unit: Unit) -> Item:
    if cell is None:
        return Item(MISSING, tone="missing")
    return Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}")


def sheet(scores: Scores, study: Study, reference: Mapping[str, Any] | None = None) -> Sheet:
    """Return the control table of a study: scores on dataset and control, the drop, and the paper's numbers."""
    body, records, hole = [], [], False
    told = (reference or {}).get("controls", {})
    compared = any(control in told for _, control in report_config.controls(study))
    scored = {key[3] for key in scores.cells if key[0] == "control"}
    further = {split: FURTHER[split] for split in FURTHER if split in scored}
    columns = [*COLUMNS, *(title for title, _ in further.values()), *(PAPER if compared else ())]
    for parent, control in report_config.controls(study):
        metric = report_config.headline(study, parent)
        unit = UNITS[metric]
        title = f"{label(study, 'datasets', parent)} \N{RIGHTWARDS ARROW} {label(study, 'datasets', control)}"
        body.append(group(f"{title}, {unit.title}", len(columns)))
        for features, before, after in pairs(scores, study, parent, control):
            hole |= before is None or after is None
            items = [_cell(cell, unit) for cell in (before, after)]
            record = {"dataset": parent, "control": control, "features": features, "metric": metric}
            record |= {f"dataset_{key}": value for key, value in numbers(before).items()}
            record |= {f"control_{key}": value for key, value in numbers(after).items()}
            if before is None or after is None:
                items += [Item(MISSING, tone="missing")] * 2
            else:
                change = after.mean - before.mean
                share = (
                    f"{100 * change / before.mean:+.0f} %".replace("-", "\N{MINUS SIGN}")
                    if before.mean
                    else ""
                )
                items += [Item(unit.difference(change)), Item(share)]
                record["change"] = change
            for split in further:
                cell = scores.control_of(study, control, features, split)
                items.append(_cell(cell, unit) if cell else Item(ABSENT, tone="quiet"))
                record |= {f"{split}_{key}": value for key, value in numbers(cell).items()}
            if compared:
                paper = told.get(control, {}).get("cells", {}).get(features)
                items += _of_paper(paper, unit)
                before, after = paper or (None, None)
                record |= {"paper_dataset": before, "paper_control": after}
            records.append(record)
            body.append(Line((Item(report_config.name_of(study, features)), *items)))
        body += _blind(scores, study, (parent, control), unit, len(columns))
    head = Line(tuple(map(Item, columns)))
    notes = [f"{MISSING} not run"] if hole else []
    notes += [note for _, note in further.values()]
    return Sheet("control", caption(study), (head,), tuple(body), tuple(notes), tuple(records))


def _of_paper(paper: tuple[float, float] | None, unit: Unit) -> list[Item]:
    if paper is None:
        return [Item(ABSENT, tone="quiet")] * len(PAPER)
    before, after = paper
    return [*(Item(unit.number(value)) for value in paper), Item(unit.difference(after - before))]


def _blind(scores: Scores, study: Study, sides: tuple[str, str], unit: Unit, columns: int) -> list[Line]:
    """Return the line below a control: the best input-free baseline on both sides."""
    found = [next(iter(scores.blind(study, name).items()), None) for name in sides]
    if not any(found):
        return []
    items = [
        Item(unit.number(best[1].mean), label(study, "baselines", best[0]).lower())
        if best
        else Item(MISSING, tone="missing")
        for best in found
    ]
    return [
        Line((Item("Best blind answer"), *items, *[Item(ABSENT, tone="quiet")] * (columns - 3)), rule=True)
    ]
