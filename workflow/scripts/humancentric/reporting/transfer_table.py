"""The table of one dataset's probes, laid out as Tables 1-3 of the paper."""

from humancentric.reporting import study
from humancentric.reporting.cells import Cell, Scores
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.records import record
from humancentric.reporting.sheets import MISSING, Item, Line, Sheet
from humancentric.reporting.study import Config, label
from humancentric.reporting.transfer_grid import grid


def about(config: Config, dataset: str, cell: str) -> str:
    """Return the words above a dataset's table whose cells are `cell`, without their typography."""
    texts = study.views(config, dataset, "text")
    of_text = f" Text: {label(config, 'views', texts[0]).lower()}." if len(texts) == 1 else ""
    unit = UNITS[study.headline(config, dataset)].title
    return f"{label(config, 'datasets', dataset)}: {unit} on the test split, {cell}.{of_text}"


def marked(config: Config, dataset: str) -> str:
    """Return what the typography of a dataset's table says."""
    several = len(study.views(config, dataset, "text")) > 1
    of_pairs = " A pair that is only underlined is the best with that text." if several else ""
    return f"Bold: best image-only; underlined: best text-only; both: best pair.{of_pairs}"


def caption(config: Config, dataset: str) -> str:
    """Return the words above a dataset's table."""
    cell = f"mean ± standard deviation over {study.seeds(config)} runs"
    return f"{about(config, dataset, cell)} {marked(config, dataset)}"


def sheet(scores: Scores, config: Config, dataset: str) -> Sheet:
    """Return a dataset's table."""
    found = grid(scores, config, dataset)
    width = max(sum(item.span for item in line.items) for line in found.head)
    metric = study.headline(config, dataset)
    return Sheet(
        dataset,
        caption(config, dataset),
        found.head,
        (*found.body, *_chance_lines(scores, config, dataset, found.unit, width)),
        found.notes,
        tuple(
            record(dataset, metric, features, cell, found.bold, found.underlined)
            for features, cell in found.cells.items()
        ),
    )


def _chance_lines(scores: Scores, config: Config, dataset: str, unit: Unit, width: int) -> list[Line]:
    """Return the rows below the line: encoders without knowledge, and the best answer that looks at nothing."""
    rows: list[tuple[str, Cell | None]] = []
    for features in study.chance_features(config, dataset):
        rows.append((study.name_of(config, features), scores.transfer(config, dataset, features)))
    blind = scores.blind(config, dataset)
    if blind:
        name, cell = next(iter(blind.items()))
        rows.append((f"Best blind answer ({label(config, 'baselines', name).lower()})", cell))
    lines = []
    for number, (name, cell) in enumerate(rows):
        value = (
            Item(MISSING, tone="missing")
            if cell is None
            else Item(unit.number(cell.mean), _spread(cell, unit))
        )
        quiet = (Item() for _ in range(width - 2))
        lines.append(Line((Item(name), value, *quiet), rule=number == 0))
    return lines


def _spread(cell: Cell, unit: Unit) -> str:
    return f"± {unit.spread(cell.std)}" if cell.runs > 1 else ""
