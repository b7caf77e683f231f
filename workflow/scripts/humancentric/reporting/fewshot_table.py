"""The table of the few-shot experiment: one block a dataset, one column a number of shots."""

from humancentric.reporting import study
from humancentric.reporting.cells import Scores
from humancentric.reporting.fewshot_blocks import table_blocks
from humancentric.reporting.numbers import UNITS, best
from humancentric.reporting.records import numbers
from humancentric.reporting.sheets import FEWER, MISSING, Item, Line, Sheet
from humancentric.reporting.study import Config


def caption(config: Config) -> str:
    """Return the sentence above the table."""
    return (
        "Few-shot: 1-nearest neighbour on pictures, mean ± standard deviation over repeated draws of the prototypes; "
        "accuracy in percent, or samples F1 where samples have several labels. "
        "Bold: best of a dataset's view and number of shots."
    )


def sheet(scores: Scores, config: Config) -> Sheet:
    """Return the few-shot table of a study."""
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
                    {"dataset": dataset, "features": features, "shots": n, "metric": metric, **numbers(cell)}
                )
                hole |= cell is None
                items.append(
                    Item(MISSING, tone="missing")
                    if cell is None
                    else Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}", bold=(features, n) in top)
                )
            body.append(Line((Item(study.name_of(config, features)), *items, *padding)))
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
                    **numbers(cell),
                }
                for n, cell in chance.items()
            ]
    head = Line((Item("Pictures"), Item("Shots a class", span=width)))
    notes = [f"{MISSING} not run"] if hole else []
    if few:
        notes.append(f"{FEWER} a class with fewer training samples gives all it has")
    return Sheet("fewshot", caption(config), (head,), tuple(body), tuple(notes), tuple(records))
