"""Build the table of datasets: numbers of samples, classes and rejected samples."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.report_inputs import ReportInputs
from humancentric.report.score_cells import Scores
from humancentric.report.tables.sheet import MISSING, Item, Line, Sheet
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

ORDER = ("train", "test")
PAPER = "in the paper"


def caption(study: Study) -> str:
    """Return the caption of the table."""
    return (
        "Datasets: samples offered by the source, turned away for a reason, and used, by split; labels that occur, and "
        "how many a sample has on average. Below, where the paper tells them, its own figures."
    )


def number(value: float | None) -> Item:
    """Format a count with separated thousands, or a mean with two decimals; empty for None."""
    if value is None:
        return Item()
    return Item(f"{value:,}" if isinstance(value, int) else f"{value:.2f}")


def _figures(card: Mapping[str, Any], splits: list[str]) -> dict[str, float | None]:
    return {
        "offered": card["offered"],
        "rejected": card["rejected"],
        "samples": card["samples"],
        **{name: card["splits"].get(name, 0) for name in splits},
        "classes": len(card["labels"]),
        "labels_per_sample": card["labels_per_sample"],
    }


def sheet(scores: Scores, study: Study, beside: ReportInputs) -> Sheet:
    """Return the table of datasets of a study: one row per dataset, with the paper's figures below it."""
    names = report_config.all_datasets(study)
    cards = {name: beside.cards[name] for name in names if name in beside.cards}
    found = {split for card in cards.values() for split in card["splits"]} | set(ORDER)
    splits = [*ORDER, *sorted(found - set(ORDER))]
    columns = ["offered", "rejected", "samples", *splits, "classes", "labels_per_sample"]
    body, records = [], []
    for name in names:
        title = Item(label(study, "datasets", name))
        if name not in cards:
            body.append(Line((title, *[Item(MISSING, tone="missing")] * len(columns))))
            records.append({"dataset": name})
            continue
        figures, paper = _figures(cards[name], splits), cards[name].get("paper", {})
        body.append(Line((title, *(number(figures[column]) for column in columns))))
        if told := {column: paper[column] for column in columns if column in paper}:
            items = (number(told.get(column)) for column in columns)
            body.append(Line((Item(PAPER, tone="quiet"), *items), kind="sub"))
        records.append({"dataset": name, **figures, **{f"paper_{key}": value for key, value in told.items()}})
    titles = {"samples": "Used", "labels_per_sample": "Labels a sample"}
    head = Line((Item("Dataset"), *(Item(titles.get(c, c.replace("-", " ").capitalize())) for c in columns)))
    notes = (f"{MISSING} not run",) if len(cards) < len(names) else ()
    return Sheet("datasets", caption(study), (head,), tuple(body), notes, tuple(records))
