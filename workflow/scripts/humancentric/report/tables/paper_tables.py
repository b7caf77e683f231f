"""Build the tables that compare our numbers with the paper's: its datasets, and its films of another study."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from humancentric.report.numbers import Unit, groups, unit_of
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
from humancentric.report.tables.transfer_tables import caption, cells_of, features_of, grid
from humancentric.study import report_config
from humancentric.study.report_config import Subset, label
from humancentric.study.study import Study

IN_PAPER = ("mvsa", "book-covers", "plotster")  # datasets with a table in resources/paper_reference.json
CLOSE = 0.01  # one percentage point of accuracy, .01 of F1
SIGNS = {"agree": "\N{ALMOST EQUAL TO}", "order": "\N{PARALLEL TO}", "disagree": "\N{NOT EQUAL TO}"}
MEANING = {"agree": "agrees", "order": "same order, different level", "disagree": "disagrees"}


@dataclass(frozen=True)
class Comparison:
    """One cell compared with the paper, in fractions. `state`: agree, order (same order, other level), disagree."""

    paper: float
    paper_std: float
    difference: float
    state: str


def printed(reference: Mapping[str, Any], dataset: str) -> dict[str, tuple[float, float]]:
    """Return the paper's ``{features: (mean, deviation)}`` of a dataset as fractions; empty if it has no table."""
    table = reference["tables"].get(dataset)
    if table is None:
        return {}
    scale = 0.01 if table["metric"] == "accuracy" else 1.0
    return {features: (mean * scale, std * scale) for features, (mean, std) in table["cells"].items()}


def compare(
    cells: Mapping[str, Cell | None], paper: Mapping[str, tuple[float, float]]
) -> dict[str, Comparison]:
    """Return the verdict on every cell that both have.

    Means agree if they differ by at most two standard errors of a difference, 2*sqrt(s1^2 + s2^2), or by one point.
    Otherwise a cell keeps the order if it ranks as in the paper against every other cell of its group (one image view,
    one text view); a cell that is alone in its group disagrees.
    """
    ours = {features: cell for features, cell in cells.items() if cell is not None and features in paper}
    found = {}
    for members in groups(ours, keep_text_view=True):
        for features, cell in members.items():
            mean, std = paper[features]
            difference = cell.mean - mean
            tolerance = max(CLOSE, 2 * math.hypot(cell.std, std)) + 1e-12
            others = [other for other in members if other != features]
            same_order = others and all(
                (cell.mean - members[other].mean) * (mean - paper[other][0]) >= 0 for other in others
            )
            state = "agree" if abs(difference) <= tolerance else "order" if same_order else "disagree"
            found[features] = Comparison(mean, std, difference, state)
    return found


def paper_caption(study: Study, dataset: str) -> str:
    """Return the caption of the table with the paper's numbers."""
    return caption(study, dataset, "Below each row: the paper's mean and our difference to it.")


def format_verdict(verdict: Comparison, unit: Unit) -> Item:
    """Return an item with the paper's number, our difference to it, and the symbol and tone of the verdict."""
    text = f"{unit.difference(verdict.difference)} {SIGNS[verdict.state]}"
    return Item(unit.number(verdict.paper), text, tone=verdict.state)


def build_against_paper(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return a dataset's table with the paper's numbers below ours, and whether they agree."""
    unit = unit_of(study, dataset)
    verdicts = compare(cells_of(inputs.scores, study, dataset), printed(inputs.reference, dataset))
    items = {features: format_verdict(verdict, unit) for features, verdict in verdicts.items()}

    def compared(features: str) -> dict[str, Any]:
        verdict = verdicts.get(features)
        fields = ("paper", "paper_std", "difference", "state")
        return {field: verdict and getattr(verdict, field) for field in fields} if verdicts else {}

    found = grid(inputs.scores, study, dataset, {"paper, difference": items}, compared)
    legend = "; ".join(f"{sign} {MEANING[state]}" for state, sign in SIGNS.items())
    return replace(found, notes=(*found.notes, legend))


def in_paper(study: Study) -> list[str]:
    """Return the datasets of a study for which the paper has a table."""
    return [name for name in study.trained if name in IN_PAPER]


SUBSET_COLUMNS = ("Features", "Trained inside", "Heads of the whole", "Paper", "Inside", "Whole", "Quoted")


def subset_caption(study: Study) -> str:
    """Return the caption of the table."""
    return (
        "Subsets: the films of another study, split as in the dataset that they are part of. Trained "
        "inside: heads trained only on the subset's training samples; heads of the whole: heads trained on "
        "the whole dataset and scored on the subset's test samples. Inside and whole: our difference from "
        "the paper, which does not say which of the two it used. Quoted: the best scores that the other "
        "study reports on pictures, on text and on both; its pictures also include frames of trailers. "
        f"Mean ± standard deviation over {study.seeds} runs."
    )


def build_subset(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of subsets of a study."""
    scores = inputs.scores
    body, records, absent = [], [], False
    for subset in report_config.subsets(study):
        name = subset.name
        metric, of_paper = report_config.headline(study, name), _of_paper(inputs.reference, subset)
        unit = unit_of(study, name)
        title = f"{label(study, 'datasets', subset.scored or name)}, {unit.title}"
        body.append(group(title, len(SUBSET_COLUMNS)))
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
                record |= cell_record(cell, f"{side}_")
            records.append({**record, "paper": paper, "quoted": theirs})
    notes = not_run_note(body)
    notes += [f"{ABSENT} no such dataset in this study"] if absent else []
    head = (Line(tuple(map(Item, SUBSET_COLUMNS))),)
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
    """Return the single features, the pairs that the paper reports, and the best pair inside and on the whole."""
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
        name="{dataset}-against-paper",
        section="results",
        title="{dataset} against the paper",
        order=20,
        shown=in_paper,
        caption=paper_caption,
        build=build_against_paper,
        folded=True,
    ),
    TableSpec(
        name="subset",
        section="control",
        title="Films of another study",
        order=120,
        shown=report_config.subsets,
        caption=subset_caption,
        build=build_subset,
    ),
)
