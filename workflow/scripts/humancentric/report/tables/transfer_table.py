"""Build the table of one dataset's probes, laid out as Tables 1-3 of the paper.

Rows are image encoders, columns text encoders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from humancentric.report.csv_rows import record
from humancentric.report.numbers import UNITS, Unit, marks
from humancentric.report.score_cells import Cell, Scores
from humancentric.report.tables.sheet import ABSENT, FEWER, MISSING, Item, Line, Sheet, group
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import NONE, label
from humancentric.study.study import Study


@dataclass(frozen=True)
class Below:
    """A line below every row of the grid: its name and its items by features; missing items stay empty."""

    name: str
    items: Mapping[str, Item]


@dataclass(frozen=True)
class Grid:
    """The cells of one dataset, with the typography of their table."""

    cells: Mapping[str, Cell | None]
    unit: Unit
    bold: set[str]
    underlined: set[str]
    head: tuple[Line, ...]
    body: tuple[Line, ...]
    notes: tuple[str, ...]


def features_of(study: Study, dataset: str) -> list[str]:
    """Return the features of all cells of a dataset's table: text alone, images alone, then pairs."""
    images, texts = (report_config.singles(study, dataset, modality) for modality in ("image", "text"))
    return [*texts, *images, *("+".join(pair) for pair in product(images, texts))]


def cells_of(scores: Scores, study: Study, dataset: str) -> dict[str, Cell | None]:
    """Return every cell of a dataset's table by features, None if not run."""
    return {features: scores.transfer(study, dataset, features) for features in features_of(study, dataset)}


def grid(scores: Scores, study: Study, dataset: str, below: Sequence[Below] = ()) -> Grid:
    """Return the grid of a dataset, with further lines `below` each of its rows."""
    unit = UNITS[report_config.headline(study, dataset)]
    cells, seeds = cells_of(scores, study, dataset), report_config.seeds(study)
    texts = study.datasets[dataset].views_of("text")
    bold, underlined = marks(cells, set(texts), unit)
    columns = [None, *report_config.singles(study, dataset, "text")]

    def item(features: str) -> Item:
        cell = cells[features]
        if cell is None:
            return Item(MISSING, tone="missing")
        spread = f"± {unit.spread(cell.std)}{FEWER if cell.runs < seeds else ''}"
        return Item(unit.number(cell.mean), spread, features in bold, features in underlined)

    def lines(name: str, image: str | None, rule: bool = False) -> list[Line]:
        row = ["+".join(filter(None, (image, text))) for text in columns]
        body = [Line((Item(name), *(item(f) if f else Item(ABSENT, tone="quiet") for f in row)), rule=rule)]
        for further in below:
            if any(features in further.items for features in row):
                items = (further.items.get(features, Item()) for features in row)
                body.append(Line((Item(further.name, tone="quiet"), *items), kind="sub"))
        return body

    body = lines(NONE, None) if texts else []
    images = study.datasets[dataset].views_of("image")
    for view in images:
        if len(images) > 1:
            body.append(group(f"{label(study, 'views', view)} pictures", 1 + len(columns)))
        for number, name in enumerate(report_config.encoders(study, "image")):
            rule = len(images) == 1 and number == 0 and bool(texts)
            body += lines(label(study, "encoders", name), f"{view}.{name}", rule)
    notes = [f"{MISSING} not run"] if None in cells.values() else []
    if any(cell and cell.runs < seeds for cell in cells.values()):
        notes.append(f"{FEWER} fewer than {seeds} runs")
    head = _head(study, dataset, texts)
    return Grid(cells, unit, bold, underlined, head, tuple(body), tuple(notes))


def _head(study: Study, dataset: str, texts: list[str]) -> tuple[Line, ...]:
    names = [label(study, "encoders", name) for name in report_config.encoders(study, "text")]
    second = Line((Item("Image encoder"), Item(NONE), *(Item(name) for _ in texts for name in names)))
    if len(texts) < 2 or not names:
        return (second,)
    spanning = (Item(label(study, "views", view), span=len(names)) for view in texts)
    return Line((Item(), Item(), *spanning)), second


def about(study: Study, dataset: str, cell: str) -> str:
    """Return the caption of a dataset's table without the typography; `cell` says what a cell holds."""
    texts = study.datasets[dataset].views_of("text")
    of_text = f" Text: {label(study, 'views', texts[0]).lower()}." if len(texts) == 1 else ""
    unit = UNITS[report_config.headline(study, dataset)].title
    return f"{label(study, 'datasets', dataset)}: {unit} on the test split, {cell}.{of_text}"


def marked(study: Study, dataset: str) -> str:
    """Return the explanation of the typography of a dataset's table."""
    several = len(study.datasets[dataset].views_of("text")) > 1
    of_pairs = " A pair that is only underlined is the best with that text." if several else ""
    return f"Bold: best image-only; underlined: best text-only; both: best pair.{of_pairs}"


def caption(study: Study, dataset: str) -> str:
    """Return the caption of a dataset's table."""
    cell = f"mean ± standard deviation over {report_config.seeds(study)} runs"
    return f"{about(study, dataset, cell)} {marked(study, dataset)}"


def sheet(scores: Scores, study: Study, dataset: str) -> Sheet:
    """Return a dataset's table."""
    found = grid(scores, study, dataset)
    width = max(sum(item.span for item in line.items) for line in found.head)
    metric = report_config.headline(study, dataset)
    return Sheet(
        dataset,
        caption(study, dataset),
        found.head,
        (*found.body, *_chance_lines(scores, study, dataset, found.unit, width)),
        found.notes,
        tuple(
            record(dataset, metric, features, cell, found.bold, found.underlined)
            for features, cell in found.cells.items()
        ),
    )


def _chance_lines(scores: Scores, study: Study, dataset: str, unit: Unit, width: int) -> list[Line]:
    """Return the rows below the line: chance-level encoders, and the best input-free baseline."""
    rows: list[tuple[str, Cell | None]] = []
    for features in feature_sets.chance_features(study, dataset):
        rows.append((report_config.name_of(study, features), scores.transfer(study, dataset, features)))
    blind = scores.blind(study, dataset)
    if blind:
        name, cell = next(iter(blind.items()))
        rows.append((f"Best blind answer ({label(study, 'baselines', name).lower()})", cell))
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
