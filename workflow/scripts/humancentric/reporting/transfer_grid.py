"""The grid of a dataset's probes: a row an image encoder, a column a text encoder, as in Tables 1-3 of the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from humancentric.reporting import study
from humancentric.reporting.cells import Cell, Scores
from humancentric.reporting.marks import marks
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.sheets import ABSENT, FEWER, MISSING, Item, Line, group
from humancentric.reporting.study import NONE, Config, label


@dataclass(frozen=True)
class Below:
    """A line below every row of the grid: its name and its items by features, nothing where there is none."""

    name: str
    items: Mapping[str, Item]


@dataclass(frozen=True)
class Grid:
    """The cells of one dataset with the typography of their table."""

    cells: Mapping[str, Cell | None]
    unit: Unit
    bold: set[str]
    underlined: set[str]
    head: tuple[Line, ...]
    body: tuple[Line, ...]
    notes: tuple[str, ...]


def features_of(config: Config, dataset: str) -> list[str]:
    """Return the features of all cells of a dataset's table: text alone, pictures alone, then pairs."""
    images, texts = (study.singles(config, dataset, modality) for modality in ("image", "text"))
    return [*texts, *images, *("+".join(pair) for pair in product(images, texts))]


def cells_of(scores: Scores, config: Config, dataset: str) -> dict[str, Cell | None]:
    """Return every cell of a dataset's table by features, None where it was not run."""
    return {features: scores.transfer(config, dataset, features) for features in features_of(config, dataset)}


def grid(scores: Scores, config: Config, dataset: str, below: Sequence[Below] = ()) -> Grid:
    """Return the grid of a dataset, with further lines `below` each of its rows."""
    unit = UNITS[study.headline(config, dataset)]
    cells, seeds = cells_of(scores, config, dataset), study.seeds(config)
    texts = study.views(config, dataset, "text")
    bold, underlined = marks(cells, set(texts), unit)
    columns = [None, *study.singles(config, dataset, "text")]

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
    images = study.views(config, dataset, "image")
    for view in images:
        if len(images) > 1:
            body.append(group(f"{label(config, 'views', view)} pictures", 1 + len(columns)))
        for number, name in enumerate(study.encoders(config, "image")):
            rule = len(images) == 1 and number == 0 and bool(texts)
            body += lines(label(config, "encoders", name), f"{view}.{name}", rule)
    notes = [f"{MISSING} not run"] if None in cells.values() else []
    if any(cell and cell.runs < seeds for cell in cells.values()):
        notes.append(f"{FEWER} fewer than {seeds} runs")
    head = _head(config, dataset, texts)
    return Grid(cells, unit, bold, underlined, head, tuple(body), tuple(notes))


def _head(config: Config, dataset: str, texts: list[str]) -> tuple[Line, ...]:
    names = [label(config, "encoders", name) for name in study.encoders(config, "text")]
    second = Line((Item("Image encoder"), Item(NONE), *(Item(name) for _ in texts for name in names)))
    if len(texts) < 2 or not names:
        return (second,)
    spanning = (Item(label(config, "views", view), span=len(names)) for view in texts)
    return Line((Item(), Item(), *spanning)), second
