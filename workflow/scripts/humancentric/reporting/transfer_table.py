"""The table of one dataset's probes, laid out as Tables 1-3 of the paper."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from humancentric.reporting import study
from humancentric.reporting.cells import Cell, Scores
from humancentric.reporting.marks import marks
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.paper import MEANING, SIGNS, Comparison, compare, printed
from humancentric.reporting.records import record
from humancentric.reporting.sheets import ABSENT, FEWER, MISSING, Item, Line, Sheet, group
from humancentric.reporting.study import NONE, Config, label


def features_of(config: Config, dataset: str) -> list[str]:
    """Return the features of all cells of a dataset's table: text alone, pictures alone, then pairs."""
    images, texts = (study.singles(config, dataset, modality) for modality in ("image", "text"))
    return [*texts, *images, *("+".join(pair) for pair in product(images, texts))]


def cells_of(scores: Scores, config: Config, dataset: str) -> dict[str, Cell | None]:
    """Return every cell of a dataset's table by features, None where it was not run."""
    return {features: scores.transfer(config, dataset, features) for features in features_of(config, dataset)}


def caption(config: Config, dataset: str, against_paper: bool = False) -> str:
    """Return the words above a dataset's table."""
    texts = study.views(config, dataset, "text")
    of_text = f" Text: {label(config, 'views', texts[0]).lower()}." if len(texts) == 1 else ""
    of_pairs = " A pair that is only underlined is the best with that text." if len(texts) > 1 else ""
    below = " Below each row: the paper's mean and our difference to it." if against_paper else ""
    return (
        f"{label(config, 'datasets', dataset)}: {UNITS[study.headline(config, dataset)].title} on the test split, "
        f"mean ± standard deviation over {study.seeds(config)} runs.{of_text} "
        f"Bold: best image-only; underlined: best text-only; both: best pair.{of_pairs}{below}"
    )


def sheet(scores: Scores, config: Config, dataset: str, reference: Mapping[str, Any] | None = None) -> Sheet:
    """Return a dataset's table; with the paper's `reference`, its numbers and the differences under each row."""
    unit = UNITS[study.headline(config, dataset)]
    cells = cells_of(scores, config, dataset)
    texts = study.views(config, dataset, "text")
    bold, underlined = marks(cells, set(texts), unit)
    verdicts = compare(cells, printed(reference, dataset)) if reference else {}
    columns = [None, *study.singles(config, dataset, "text")]
    width = 1 + len(columns)

    def item(features: str) -> Item:
        cell = cells[features]
        if cell is None:
            return Item(MISSING, tone="missing")
        flag = FEWER if cell.runs < study.seeds(config) else ""
        spread = f"± {unit.spread(cell.std)}{flag}"
        return Item(unit.number(cell.mean), spread, features in bold, features in underlined)

    def lines(name: str, image: str | None, rule: bool = False) -> list[Line]:
        row = ["+".join(filter(None, (image, text))) for text in columns]
        body = [Line((Item(name), *(item(f) if f else Item(ABSENT, tone="quiet") for f in row)), rule=rule)]
        if any(features in verdicts for features in row):
            below = (_against(verdicts.get(features), unit) for features in row)
            body.append(Line((Item("paper, difference", tone="quiet"), *below), kind="sub"))
        return body

    body = lines(NONE, None) if texts else []
    images = study.views(config, dataset, "image")
    for view in images:
        if len(images) > 1:
            body.append(group(f"{label(config, 'views', view)} pictures", width))
        for number, name in enumerate(study.encoders(config, "image")):
            body += lines(
                label(config, "encoders", name),
                f"{view}.{name}",
                rule=len(images) == 1 and number == 0 and bool(texts),
            )
    body += _chance_lines(scores, config, dataset, unit, width)
    notes = []
    if None in cells.values():
        notes.append(f"{MISSING} not run")
    if any(cell and cell.runs < study.seeds(config) for cell in cells.values()):
        notes.append(f"{FEWER} fewer than {study.seeds(config)} runs")
    if reference:
        notes.append("; ".join(f"{sign} {MEANING[state]}" for state, sign in SIGNS.items()))
    return Sheet(
        f"{dataset}-against-paper" if reference else dataset,
        caption(config, dataset, against_paper=reference is not None),
        _head(config, dataset, texts),
        tuple(body),
        tuple(notes),
        tuple(
            record(dataset, study.headline(config, dataset), f, cells[f], bold, underlined, verdicts)
            for f in cells
        ),
    )


def _head(config: Config, dataset: str, texts: list[str]) -> tuple[Line, ...]:
    names = [label(config, "encoders", name) for name in study.encoders(config, "text")]
    second = Line((Item("Image encoder"), Item(NONE), *(Item(name) for _ in texts for name in names)))
    if len(texts) < 2 or not names:
        return (second,)
    spanning = (Item(label(config, "views", view), span=len(names)) for view in texts)
    return Line((Item(), Item(), *spanning)), second


def _against(verdict: Comparison | None, unit: Unit) -> Item:
    if verdict is None:
        return Item()
    text = f"{unit.difference(verdict.difference) or '0'} {SIGNS[verdict.state]}"
    return Item(unit.number(verdict.paper), text, tone=verdict.state)


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
