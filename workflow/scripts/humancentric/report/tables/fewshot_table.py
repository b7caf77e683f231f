"""Build the few-shot table: one block per dataset, one column per number of shots.

A further block has the mean over the datasets that are only scored few-shot.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from humancentric.report.numbers import UNITS, best
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    FEWER,
    NOT_RUN,
    Item,
    Line,
    Table,
    cell_item,
    cell_record,
    not_run_note,
)
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import PROTOTYPE, Study

METHODS = {PROTOTYPE: "", "class-mean": "class means", "linear": "linear probe"}


@dataclass(frozen=True)
class Block:
    """A block of the table: one dataset, or several that are averaged."""

    datasets: tuple[str, ...]

    def title(self, study: Study) -> str:
        """Return the heading of the block."""
        if len(self.datasets) == 1:
            return label(study, "datasets", self.datasets[0])
        return f"Mean of {len(self.datasets)} sets"

    def metric(self, study: Study) -> str:
        """Return the headline metric of the block."""
        return report_config.headline(study, self.datasets[0])

    def views(self, study: Study) -> list[str]:
        """Return the image views that all datasets of the block have."""
        first, *others = (study.datasets[name].views_of("image") for name in self.datasets)
        return [view for view in first if all(view in views for views in others)]

    def shots(self, study: Study) -> list[int]:
        """Return the numbers of prototypes per class at which all datasets of the block are scored."""
        first, *others = (study.shots_of(name) for name in self.datasets)
        return [shots for shots in first if all(shots in known for known in others)]

    def features(self, scores: Scores, study: Study) -> list[str]:
        """Return the image features of the block; chance-level encoders come last, and only if run."""
        name, views = self.datasets[0], self.views(study)
        ran = {key[2] for key in scores.cells if key[0] == "fewshot" and key[1] in self.datasets}
        chance = [features for features in feature_sets.chance_features(study, name) if features in ran]
        found = [*report_config.singles(study, name, "image"), *chance]
        return [features for features in found if features.split(".")[0] in views]

    def cell(
        self, scores: Scores, study: Study, features: str, shots: int, method: str = PROTOTYPE
    ) -> Cell | None:
        """Return the cell of `features`, averaged per repeat over several datasets; None if one was not run."""
        return _mean([scores.fewshot(study, name, features, shots, method) for name in self.datasets])

    def chance(self, scores: Scores, study: Study, shots: int) -> Cell | None:
        """Return the cell of prototypes with shuffled labels, averaged per repeat over several datasets."""
        return _mean([scores.shuffled(study, name, shots) for name in self.datasets])

    def short(self, scores: Scores, study: Study, shots: int) -> bool:
        """Return whether a class of the block has fewer training samples than `shots`."""
        found = (scores.shuffled(study, name, shots, "short") for name in self.datasets)
        return any(cell and cell.mean for cell in found)


def _mean(cells: list[Cell | None]) -> Cell | None:
    """Return the mean of cells per repeat; None if one was not run."""
    run = [cell for cell in cells if cell]
    if len(run) < len(cells):
        return None
    repeats = min(cell.runs for cell in run)
    values = np.mean([cell.values[:repeats] for cell in run], axis=0)
    return Cell(tuple(values.tolist())) if len(run) > 1 else run[0]


def mean_block(study: Study) -> Block | None:
    """Return the block of the mean over the datasets of objects; None unless several share a metric."""
    names = [name for name in report_config.fewshot_datasets(study) if not study.datasets[name].human_centric]
    if len(names) < 2 or len({report_config.headline(study, name) for name in names}) > 1:
        return None
    return Block(tuple(names))


def table_blocks(study: Study) -> list[Block]:
    """Return the blocks of the table: every dataset, then the mean."""
    mean = mean_block(study)
    return [*(Block((name,)) for name in report_config.fewshot_datasets(study)), *([mean] if mean else [])]


def figure_blocks(study: Study) -> list[Block]:
    """Return the blocks of the figure; the mean replaces the datasets that are only scored few-shot."""
    mean = mean_block(study)
    return [
        block
        for block in table_blocks(study)
        if mean is None or block == mean or not set(block.datasets) <= set(mean.datasets)
    ]


def by_method(study: Study, method: str) -> dict[str, str]:
    """Return the method field of a record; empty in a study with prototypes alone."""
    return {"method": method} if len(study.fewshot_methods) > 1 else {}


def caption(study: Study) -> str:
    """Return the caption of the few-shot table."""
    others = [METHODS[method] for method in study.fewshot_methods if method != PROTOTYPE]
    return (
        "Few-shot: 1-nearest neighbour on pictures, mean ± standard deviation over repeated draws of the "
        "prototypes; accuracy in percent, or samples F1 where samples have several labels. Bold: best of a "
        "dataset's view and number of shots."
    ) + (f" {' and '.join(others).capitalize()}: another method on the same draws." if others else "")


def build(inputs: ReportInputs, study: Study) -> Table:
    """Return the few-shot table of a study."""
    scores = inputs.scores
    blocks = table_blocks(study)
    width = max(len(block.shots(study)) for block in blocks)
    body, records, few = [], [], False
    for number, block in enumerate(blocks):
        dataset, metric, shots = "+".join(block.datasets), block.metric(study), block.shots(study)
        unit, rows = UNITS[metric], list(product(study.fewshot_methods, block.features(scores, study)))
        cells = {(m, f, n): block.cell(scores, study, f, n, m) for m, f in rows for n in shots}
        top = set()
        for view in block.views(study):
            for n in shots:
                top |= best({(m, f, n): cells[m, f, n] for m, f in rows if f.startswith(f"{view}.")}, unit)
        padding = (Item(),) * (width - len(shots))
        short = {n for n in shots if block.short(scores, study, n)}
        few |= bool(short)
        heading = (
            Item(block.title(study), bold=True),
            *(Item(f"{n} shot{'s' * (n > 1)}{FEWER * (n in short)}") for n in shots),
        )
        body.append(Line((*heading, *padding), kind="group", rule=number > 0))
        for method, features in rows:
            items = [
                cell_item(cells[method, features, n], unit, bold=(method, features, n) in top) for n in shots
            ]
            name = report_config.name_of(study, features)
            body.append(Line((Item(name, METHODS[method]), *items, *padding)))
        chance = {(PROTOTYPE, "shuffled-prototypes", n): block.chance(scores, study, n) for n in shots}
        if any(chance.values()):
            items = [Item(unit.number(cell.mean)) if cell else NOT_RUN for cell in chance.values()]
            body.append(Line((Item("Prototypes with shuffled labels"), *items, *padding)))
            cells |= chance
        records += [
            cell_record(
                cell, **by_method(study, method), dataset=dataset, features=features, shots=n, metric=metric
            )
            for (method, features, n), cell in cells.items()
        ]
    head = Line((Item("Pictures"), Item("Shots per class", span=width)))
    notes = not_run_note(body)
    if few:
        notes.append(f"{FEWER} a class has fewer training samples, which are all used")
    return Table((head,), tuple(body), tuple(notes), tuple(records))


TABLES = (
    TableSpec(
        name="fewshot",
        section="fewshot",
        title="Few-shot scores",
        order=80,
        shown=report_config.fewshot_datasets,
        caption=caption,
        build=build,
    ),
)
