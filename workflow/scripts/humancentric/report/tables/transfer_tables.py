"""Build the tables of one dataset's probes, laid out as Tables 1-3 of the paper: rows are image encoders, columns text.

Two further tables have lines below every row: 95 % intervals, and the paper's numbers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from operator import attrgetter
from typing import Any

from humancentric.report.numbers import MEANING, SIGNS, UNITS, Comparison, Unit, compare, marks, printed
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    FEWER,
    NOT_APPLICABLE,
    NOT_RUN,
    Item,
    Line,
    Table,
    cell_record,
    group,
    not_run_note,
)
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import NONE, label
from humancentric.study.study import Study

IN_PAPER = (
    "mvsa",
    "book-covers",
    "plotster",
)  # the datasets that resources/paper_reference.json has tables of


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
    cells, seeds = cells_of(scores, study, dataset), study.seeds
    texts = study.datasets[dataset].views_of("text")
    bold, underlined = marks(cells, set(texts), unit)
    columns = [None, *report_config.singles(study, dataset, "text")]

    def item(features: str) -> Item:
        cell = cells[features]
        if cell is None:
            return NOT_RUN
        spread = f"± {unit.spread(cell.std)}{FEWER if cell.runs < seeds else ''}"
        return Item(unit.number(cell.mean), spread, features in bold, features in underlined)

    def lines(name: str, image: str | None, rule: bool = False) -> list[Line]:
        row = ["+".join(filter(None, (image, text))) for text in columns]
        body = [Line((Item(name), *(item(f) if f else NOT_APPLICABLE for f in row)), rule=rule)]
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
        for number, name in enumerate(study.image_encoders):
            rule = len(images) == 1 and number == 0 and bool(texts)
            body += lines(label(study, "encoders", name), f"{view}.{name}", rule)
    notes = not_run_note(body)
    if any(cell and cell.runs < seeds for cell in cells.values()):
        notes.append(f"{FEWER} fewer than {seeds} runs")
    head = _head(study, dataset, texts)
    return Grid(cells, unit, bold, underlined, head, tuple(body), tuple(notes))


def _head(study: Study, dataset: str, texts: list[str]) -> tuple[Line, ...]:
    names = [label(study, "encoders", name) for name in study.text_encoders]
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


def caption(study: Study, dataset: str, below: str = "") -> str:
    """Return the caption of a dataset's table; `below` explains the lines below each row."""
    cell = f"mean ± standard deviation over {study.seeds} runs"
    return " ".join(filter(None, (about(study, dataset, cell), below, marked(study, dataset))))


def _table(
    study: Study, dataset: str, found: Grid, body: tuple[Line, ...], notes: tuple[str, ...], more
) -> Table:
    """Return the table of a grid; `more` adds fields to the record of some features."""
    metric = report_config.headline(study, dataset)
    records = (
        {"dataset": dataset, "features": features, "metric": metric, **cell_record(cell)}
        | {"bold": features in found.bold, "underlined": features in found.underlined}
        | more(features)
        for features, cell in found.cells.items()
    )
    return Table(found.head, body, notes, tuple(records))


def build(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return a dataset's table."""
    found = grid(inputs.scores, study, dataset)
    width = max(sum(item.span for item in line.items) for line in found.head)
    body = (*found.body, *_chance_lines(inputs.scores, study, dataset, found.unit, width))
    return _table(study, dataset, found, body, found.notes, lambda features: {})


def _chance_lines(scores: Scores, study: Study, dataset: str, unit: Unit, width: int) -> list[Line]:
    """Return the rows below the line: chance-level encoders, and the best input-free baseline."""
    rows: list[tuple[str, Cell | None]] = []
    for features in feature_sets.chance_features(study, dataset):
        rows.append((report_config.name_of(study, features), scores.transfer(study, dataset, features)))
    blind = scores.blind(study, dataset)
    for baseline, best_blind in list(blind.items())[:1]:
        rows.append((f"Best blind baseline ({label(study, 'baselines', baseline).lower()})", best_blind))
    lines = []
    for number, (name, cell) in enumerate(rows):
        value = NOT_RUN if cell is None else Item(unit.number(cell.mean), _spread(cell, unit))
        quiet = (Item() for _ in range(width - 2))
        lines.append(Line((Item(name), value, *quiet), rule=number == 0))
    return lines


def _spread(cell: Cell, unit: Unit) -> str:
    return f"± {unit.spread(cell.std)}" if cell.runs > 1 else ""


Interval = tuple[float, float]


def over_seeds(cell: Cell) -> Interval | None:
    """Return the t-interval of the mean over seeds, for fixed test samples; None for a single run."""
    if cell.runs < 2:
        return None
    from humancentric.evaluation import significance  # SciPy, which planning does without

    half = significance.t_margin(cell.std_sample / math.sqrt(cell.runs), cell.runs - 1)
    return cell.mean - half, cell.mean + half


def over_samples(claims: Mapping[str, Any], dataset: str, features: str) -> Interval | None:
    """Return the bootstrap interval over test samples and seeds from ``claims.json``; None if missing."""
    for row in claims.get("cells", ()):
        if (row["task"], row["dataset"], row["features"]) == ("transfer", dataset, features):
            return None if None in (row["low"], row["high"]) else (row["low"], row["high"])
    return None


SEEDS, SAMPLES = "seeds", "samples and seeds"


def intervals_caption(study: Study, dataset: str) -> str:
    """Return the caption of the table with intervals."""
    below = (
        "Below each row 95 % intervals of the mean: over seeds by Student's t, the test samples taken as "
        "they are; and, where claims were tested, over test samples and seeds by bootstrap."
    )
    return caption(study, dataset, below)


def format_interval(interval: Interval | None, unit: Unit) -> Item:
    """Format an interval; a dash if there is none."""
    if interval is None:
        return NOT_APPLICABLE
    return Item(f"[{', '.join(map(unit.number, interval))}]", tone="quiet")


def build_intervals(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return a dataset's table with intervals over seeds, and over test samples and seeds together."""
    unit, cells = UNITS[report_config.headline(study, dataset)], cells_of(inputs.scores, study, dataset)
    seeds = {features: over_seeds(cell) for features, cell in cells.items() if cell}
    samples = {features: over_samples(inputs.claims, dataset, features) for features in seeds}
    samples = samples if any(samples.values()) else {}
    below = [
        Below(name, {features: format_interval(interval, unit) for features, interval in found.items()})
        for name, found in ((SEEDS, seeds), (SAMPLES, samples))
    ]
    found = grid(inputs.scores, study, dataset, below)

    def ends(features: str) -> dict[str, float | None]:
        return _ends("seeds", seeds.get(features)) | _ends("samples", samples.get(features))

    return _table(study, dataset, found, found.body, found.notes, ends)


def _ends(name: str, interval: Interval | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}


def paper_caption(study: Study, dataset: str) -> str:
    """Return the caption of the table with the paper's numbers."""
    return caption(study, dataset, "Below each row: the paper's mean and our difference to it.")


def format_verdict(verdict: Comparison | None, unit: Unit) -> Item:
    """Return the paper's number, our difference to it, and the verdict's sign and tone; empty without a verdict."""
    if verdict is None:
        return Item()
    text = f"{unit.difference(verdict.difference)} {SIGNS[verdict.state]}"
    return Item(unit.number(verdict.paper), text, tone=verdict.state)


def build_against_paper(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return a dataset's table with the paper's numbers below ours, and whether they agree."""
    unit = UNITS[report_config.headline(study, dataset)]
    verdicts = compare(cells_of(inputs.scores, study, dataset), printed(inputs.reference, dataset))
    items = {features: format_verdict(verdict, unit) for features, verdict in verdicts.items()}
    found = grid(inputs.scores, study, dataset, [Below("paper, difference", items)])
    legend = "; ".join(f"{sign} {MEANING[state]}" for state, sign in SIGNS.items())

    def compared(features: str) -> dict[str, Any]:
        verdict = verdicts.get(features)
        fields = ("paper", "paper_std", "difference", "state")
        return {field: verdict and getattr(verdict, field) for field in fields} if verdicts else {}

    return _table(study, dataset, found, found.body, (*found.notes, legend), compared)


def in_paper(study: Study) -> list[str]:
    """Return the datasets of a study that the paper has a table of."""
    return [name for name in study.trained if name in IN_PAPER]


TABLES = (
    TableSpec(
        name="{dataset}",
        section="results",
        title="{dataset}",
        order=10,
        shown=attrgetter("trained"),
        caption=caption,
        build=build,
    ),
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
        name="{dataset}-intervals",
        section="results",
        title="{dataset} with intervals",
        order=30,
        shown=attrgetter("trained"),
        caption=intervals_caption,
        build=build_intervals,
        folded=True,
    ),
)
