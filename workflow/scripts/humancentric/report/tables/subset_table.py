"""Build the table of subsets: films of another study, scored by heads trained on the subset or on all films."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.numbers import UNITS, Unit
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    ABSENT,
    NOT_APPLICABLE,
    Item,
    Line,
    Table,
    cell_item,
    cell_record,
    group,
    not_run_note,
)
from humancentric.report.tables.transfer_tables import features_of
from humancentric.study import report_config
from humancentric.study.report_config import Subset, label
from humancentric.study.study import Study

COLUMNS = ("Features", "Trained inside", "Heads of the whole", "Paper", "Inside", "Whole", "Quoted")


def caption(study: Study) -> str:
    """Return the caption of the table."""
    return (
        "Subsets: the films of another study, split as in the dataset that they are part of. Trained "
        "inside: heads that saw the subset's training samples alone; heads of the whole: trained on the "
        "whole dataset, scored on the subset's test samples. Inside and whole: our difference to the "
        "paper, which does not say which of the two it did. Quoted: the other study's own scores of its "
        "best on pictures, on text, on both; its pictures are frames of trailers, too. Mean ± standard "
        f"deviation over {study.seeds} runs."
    )


def build(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of subsets of a study."""
    scores = inputs.scores
    body, records, absent = [], [], False
    for subset in report_config.subsets(study):
        name = subset.name
        metric, of_paper = report_config.headline(study, name), _of_paper(inputs.reference, subset)
        unit = UNITS[metric]
        title = f"{label(study, 'datasets', subset.scored or name)}, {unit.title}"
        body.append(group(title, len(COLUMNS)))
        cells = {f: _cells(scores, study, subset, f) for f in features_of(study, name)}
        quoted = dict(of_paper.get("quoted", {}))
        for features in _shown(cells, of_paper):
            paper = of_paper.get("cells", {}).get(features)
            names = (subset.inside, subset.scored)
            items = [
                cell_item(cell, unit) if known else NOT_APPLICABLE
                for cell, known in zip(cells[features], names, strict=True)
            ]
            absent |= None in names
            items.append(Item(unit.number(paper)) if paper is not None else NOT_APPLICABLE)
            items += [_lead(cell, paper, unit) for cell in cells[features]]
            kind = _kind(study, name, features)
            theirs = quoted.get(kind) if paper is not None else None
            items.append(Item(unit.number(theirs)) if theirs is not None else Item())
            body.append(Line((Item(report_config.name_of(study, features)), *items)))
            record = {"subset": subset.scored or name, "features": features, "metric": metric}
            for side, cell in zip(("inside", "whole"), cells[features], strict=True):
                record |= {f"{side}_{key}": value for key, value in cell_record(cell).items()}
            records.append({**record, "paper": paper, "quoted": theirs})
    notes = not_run_note(body)
    notes += [f"{ABSENT} no such dataset in this study"] if absent else []
    head = (Line(tuple(map(Item, COLUMNS))),)
    return Table(head, tuple(body), tuple(notes), tuple(records))


def _of_paper(reference: Mapping[str, Any], subset: Subset) -> dict[str, Any]:
    """Return the paper's own and quoted numbers of a subset; empty if it has none."""
    found = reference.get("subset", {})
    if found.get("dataset") not in (subset.inside, subset.scored):
        return {}
    return {**found, "quoted": reference.get("quoted", {}).get("subset", {})}


def _cells(scores: Scores, study: Study, subset: Subset, features: str) -> tuple[Cell | None, Cell | None]:
    inside = scores.transfer(study, subset.inside, features) if subset.inside else None
    return inside, scores.control(study, subset.scored, features) if subset.scored else None


def _shown(cells: Mapping[str, tuple[Cell | None, Cell | None]], of_paper: Mapping[str, Any]) -> list[str]:
    """Return the single features, the pairs that the paper reports, and the best pair of each kind of heads."""
    pairs = [features for features in cells if "+" in features]
    shown = {features for features in pairs if features in of_paper.get("cells", {})}
    for side in (0, 1):
        means = {features: cell.mean for features in pairs if (cell := cells[features][side])}
        shown |= {max(means, key=means.__getitem__)} if means else set()
    return [features for features in cells if "+" not in features or features in shown]


def _kind(study: Study, dataset: str, features: str) -> str:
    if "+" in features:
        return "both"
    return "text" if features.split(".")[0] in study.datasets[dataset].views_of("text") else "image"


def _lead(cell: Cell | None, paper: float | None, unit: Unit) -> Item:
    if cell is None or paper is None:
        return Item()
    return Item(unit.difference(cell.mean - paper), tone="quiet")


TABLES = (
    TableSpec(
        name="subset",
        section="control",
        title="Films of another study",
        order=120,
        shown=report_config.subsets,
        caption=caption,
        build=build,
    ),
)
