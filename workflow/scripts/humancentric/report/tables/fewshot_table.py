"""Build the few-shot table: one block per dataset, one column per number of shots.

One more block holds the mean over the datasets that are only scored few-shot.
"""

from dataclasses import dataclass

import numpy as np

from humancentric.report.numbers import UNITS, best
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import FEWER, MISSING, Item, Line, Table, cell_record
from humancentric.study import catalogue, feature_sets, report_config, selection
from humancentric.study.catalogue import Config
from humancentric.study.report_config import label


@dataclass(frozen=True)
class Block:
    """One dataset, or several whose mean is shown."""

    datasets: tuple[str, ...]

    def title(self, config: Config) -> str:
        """Return the heading of the block."""
        if len(self.datasets) == 1:
            return label(config, "datasets", self.datasets[0])
        return f"Mean of {len(self.datasets)} sets"

    def metric(self, config: Config) -> str:
        """Return the headline metric of the block."""
        return report_config.headline(config, self.datasets[0])

    def views(self, config: Config) -> list[str]:
        """Return the image views that all datasets of the block have."""
        first, *others = (catalogue.views(config, name, "image") for name in self.datasets)
        return [view for view in first if all(view in views for views in others)]

    def shots(self, config: Config) -> list[int]:
        """Return the numbers of prototypes per class at which all datasets of the block are scored."""
        first, *others = (selection.shots(config, name) for name in self.datasets)
        return [shots for shots in first if all(shots in known for known in others)]

    def features(self, scores: Scores, config: Config) -> list[str]:
        """Return the image features of the block; chance-level encoders come last, and only if run."""
        name, views = self.datasets[0], self.views(config)
        ran = {key[2] for key in scores.cells if key[0] == "fewshot" and key[1] in self.datasets}
        chance = [features for features in feature_sets.chance_features(config, name) if features in ran]
        found = [*report_config.singles(config, name, "image"), *chance]
        return [features for features in found if features.split(".")[0] in views]

    def cell(self, scores: Scores, config: Config, features: str, shots: int) -> Cell | None:
        """Return the cell of `features`; for several datasets the mean per repeat, None if one was not run."""
        return _mean([scores.fewshot(config, name, features, shots) for name in self.datasets])

    def chance(self, scores: Scores, config: Config, shots: int) -> Cell | None:
        """Return the cell of prototypes with shuffled labels; for several datasets the mean per repeat."""
        return _mean([scores.shuffled(config, name, shots) for name in self.datasets])

    def short(self, scores: Scores, config: Config, shots: int) -> bool:
        """Return whether a class of the block has fewer training samples than `shots`."""
        found = (scores.shuffled(config, name, shots, "short") for name in self.datasets)
        return any(cell and cell.mean for cell in found)


def _mean(cells: list[Cell | None]) -> Cell | None:
    if not all(cells):
        return None
    repeats = min(cell.runs for cell in cells)
    values = np.mean([cell.values[:repeats] for cell in cells], axis=0)
    return Cell(tuple(values.tolist())) if len(cells) > 1 else cells[0]


def mean_block(config: Config) -> Block | None:
    """Return the block of the mean over the datasets only scored few-shot; None unless several share a metric."""
    names = [
        name for name in report_config.fewshot_datasets(config) if name in selection.fewshot_only(config)
    ]
    if len(names) < 2 or len({report_config.headline(config, name) for name in names}) > 1:
        return None
    return Block(tuple(names))


def table_blocks(config: Config) -> list[Block]:
    """Return the blocks of the table: every dataset, then the mean."""
    mean = mean_block(config)
    return [*(Block((name,)) for name in report_config.fewshot_datasets(config)), *([mean] if mean else [])]


def figure_blocks(config: Config) -> list[Block]:
    """Return the blocks of the figure; the mean replaces the datasets that are only scored few-shot."""
    mean = mean_block(config)
    return [
        block
        for block in table_blocks(config)
        if mean is None or block == mean or not set(block.datasets) <= set(mean.datasets)
    ]


def caption(config: Config) -> str:
    """Return the caption of the table."""
    return (
        "Few-shot: 1-nearest neighbour on pictures, mean ± standard deviation over repeated draws of the prototypes; "
        "accuracy in percent, or samples F1 where samples have several labels. "
        "Bold: best of a dataset's view and number of shots."
    )


def build(inputs: ReportInputs, config: Config) -> Table:
    """Return the few-shot table of a study."""
    scores = inputs.scores
    blocks = table_blocks(config)
    width = max(len(block.shots(config)) for block in blocks)
    body, records, hole, few = [], [], False, False
    for number, block in enumerate(blocks):
        dataset, metric, shots = "+".join(block.datasets), block.metric(config), block.shots(config)
        unit, rows = UNITS[metric], block.features(scores, config)
        cells = {(f, n): block.cell(scores, config, f, n) for f in rows for n in shots}
        top = set()
        for view in block.views(config):
            for n in shots:
                top |= best({(f, n): cells[f, n] for f in rows if f.startswith(f"{view}.")}, unit)
        padding = (Item(),) * (width - len(shots))
        short = {n for n in shots if block.short(scores, config, n)}
        few |= bool(short)
        heading = (
            Item(block.title(config), bold=True),
            *(Item(f"{n} shot{'s' * (n > 1)}{FEWER * (n in short)}") for n in shots),
        )
        body.append(Line((*heading, *padding), kind="group", rule=number > 0))
        for features in rows:
            items = []
            for n in shots:
                cell = cells[features, n]
                records.append(
                    {
                        "dataset": dataset,
                        "features": features,
                        "shots": n,
                        "metric": metric,
                        **cell_record(cell),
                    }
                )
                hole |= cell is None
                items.append(
                    Item(MISSING, tone="missing")
                    if cell is None
                    else Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}", bold=(features, n) in top)
                )
            body.append(Line((Item(report_config.name_of(config, features)), *items, *padding)))
        chance = {n: block.chance(scores, config, n) for n in shots}
        if any(chance.values()):
            items = [
                Item(unit.number(cell.mean)) if cell else Item(MISSING, tone="missing")
                for cell in chance.values()
            ]
            body.append(Line((Item("Prototypes with shuffled labels"), *items, *padding)))
            records += [
                {
                    "dataset": dataset,
                    "features": "shuffled-prototypes",
                    "shots": n,
                    "metric": metric,
                    **cell_record(cell),
                }
                for n, cell in chance.items()
            ]
    head = Line((Item("Pictures"), Item("Shots a class", span=width)))
    notes = [f"{MISSING} not run"] if hole else []
    if few:
        notes.append(f"{FEWER} a class with fewer training samples gives all it has")
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
