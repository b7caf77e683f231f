"""Build the tables of one dataset's probes, laid out like Tables 1-3 of the paper: image encoders by text encoders.

A second table has 95 % intervals below every row. Regression datasets have a table of correlations and errors.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from operator import attrgetter
from typing import Any

from humancentric.evaluation.metrics import OF_NUMBERS, WEIGHTED
from humancentric.report.numbers import CORRELATION, Unit, best, marks, unit_of
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    FEWER,
    NOT_APPLICABLE,
    Item,
    Line,
    Table,
    cell_item,
    cell_record,
    group,
    not_run_note,
)
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import NONE, label
from humancentric.study.study import Study

Below = Mapping[str, Mapping[str, Item]]  # lines below every row: items by name of the line and features


def features_of(study: Study, dataset: str) -> list[str]:
    """Return the features of all cells of a dataset's table: text alone, images alone, then pairs."""
    images, texts = (report_config.singles(study, dataset, modality) for modality in ("image", "text"))
    return [*texts, *images, *("+".join(pair) for pair in product(images, texts))]


def cells_of(scores: Scores, study: Study, dataset: str) -> dict[str, Cell | None]:
    """Return the cells of a dataset's table by features, None if not run."""
    return {features: scores.transfer(study, dataset, features) for features in features_of(study, dataset)}


def grid(
    scores: Scores,
    study: Study,
    dataset: str,
    below: Below | None = None,
    fields: Callable[[str], dict[str, Any]] = lambda features: {},
) -> Table:
    """Return the table of a dataset's cells, with lines `below` each row; `fields` extends the record of features."""
    unit, below = unit_of(study, dataset), below or {}
    cells = cells_of(scores, study, dataset)
    texts, images = (study.datasets[dataset].views_of(modality) for modality in ("text", "image"))
    bold, underlined = marks(cells, set(texts), unit)
    columns = [None, *report_config.singles(study, dataset, "text")]
    fewer = {features for features, cell in cells.items() if cell and cell.runs < study.seeds}

    def item(features: str) -> Item:
        found = cell_item(cells[features], unit, features in bold, features in underlined)
        return replace(found, spread=found.spread + FEWER) if features in fewer else found

    def lines(name: str, image: str | None, rule: bool = False) -> list[Line]:
        row = ["+".join(filter(None, (image, text))) for text in columns]
        body = [Line((Item(name), *(item(f) if f else NOT_APPLICABLE for f in row)), rule=rule)]
        for title, items in below.items():
            if any(features in items for features in row):
                further = (items.get(features, Item()) for features in row)
                body.append(Line((Item(title, tone="quiet"), *further), kind="sub"))
        return body

    body = lines(NONE, None) if texts else []
    for view in images:
        if len(images) > 1:
            body.append(group(f"{label(study, 'views', view)} pictures", 1 + len(columns)))
        for number, name in enumerate(study.image_encoders):
            rule = len(images) == 1 and number == 0 and bool(texts)
            body += lines(label(study, "encoders", name), f"{view}.{name}", rule)
    notes = [*not_run_note(body), *([f"{FEWER} fewer than {study.seeds} runs"] if fewer else [])]
    records = (
        cell_record(cell, dataset=dataset, features=features, metric=report_config.headline(study, dataset))
        | {"bold": features in bold, "underlined": features in underlined}
        | fields(features)
        for features, cell in cells.items()
    )
    return Table(_head(study, texts), tuple(body), tuple(notes), tuple(records))


def _head(study: Study, texts: list[str]) -> tuple[Line, ...]:
    names = [label(study, "encoders", name) for name in study.text_encoders]
    second = Line((Item("Image encoder"), Item(NONE), *(Item(name) for _ in texts for name in names)))
    if len(texts) < 2 or not names:
        return (second,)
    spanning = (Item(label(study, "views", view), span=len(names)) for view in texts)
    return Line((Item(), Item(), *spanning)), second


def caption(study: Study, dataset: str, below: str = "") -> str:
    """Return the caption of a dataset's table; `below` explains the lines below each row."""
    texts = study.datasets[dataset].views_of("text")
    sentences = [
        f"{label(study, 'datasets', dataset)}: {unit_of(study, dataset).title} on the test split, "
        f"mean ± standard deviation over {study.seeds} runs.",
        f"Text: {label(study, 'views', texts[0]).lower()}." if len(texts) == 1 else "",
        below,
        "Bold: best image-only; underlined: best text-only; both: best pair.",
        "A pair that is only underlined is the best with that text." if len(texts) > 1 else "",
    ]
    return " ".join(filter(None, sentences))


def build(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return a dataset's table, with chance-level encoders and the best input-free baseline at the bottom."""
    found = grid(inputs.scores, study, dataset)
    return replace(found, body=(*found.body, *_chance_lines(inputs.scores, study, dataset, found.columns)))


def _chance_lines(scores: Scores, study: Study, dataset: str, width: int) -> list[Line]:
    unit = unit_of(study, dataset)
    rows: list[tuple[str, Cell | None]] = [
        (report_config.name_of(study, features), scores.transfer(study, dataset, features))
        for features in feature_sets.chance_features(study, dataset)
    ]
    for baseline, best_blind in list(scores.blind(study, dataset).items())[:1]:
        rows.append((f"Best blind baseline ({label(study, 'baselines', baseline).lower()})", best_blind))
    lines = []
    for number, (name, cell) in enumerate(rows):
        item = cell_item(cell, unit)
        if cell and cell.runs == 1:
            item = replace(item, spread="")
        lines.append(Line((Item(name), item, *[Item()] * (width - 2)), rule=number == 0))
    return lines


Interval = tuple[float, float]


def over_seeds(cell: Cell) -> Interval | None:
    """Return the t-interval of the mean over seeds, for fixed test samples; None for a single run."""
    if cell.runs < 2:
        return None
    from humancentric.evaluation import significance  # imported here because planning does not need SciPy

    half = significance.t_margin(cell.std_sample / math.sqrt(cell.runs), cell.runs - 1)
    return cell.mean - half, cell.mean + half


def over_samples(claims: Mapping[str, Any], dataset: str, features: str) -> Interval | None:
    """Return the bootstrap interval over test samples and seeds from ``claims.json``; None if missing."""
    for row in claims.get("cells", ()):
        if (row["task"], row["dataset"], row["features"]) == ("transfer", dataset, features):
            return None if None in (row["low"], row["high"]) else (row["low"], row["high"])
    return None


def intervals_caption(study: Study, dataset: str) -> str:
    """Return the caption of the table with intervals."""
    below = (
        "Below each row: 95 % intervals of the mean over seeds by Student's t, with the test samples taken "
        "as fixed; if claims were tested, also over test samples and seeds by bootstrap."
    )
    return caption(study, dataset, below)


def format_interval(interval: Interval | None, unit: Unit) -> Item:
    """Format an interval; a dash if there is none."""
    if interval is None:
        return NOT_APPLICABLE
    return Item(f"[{', '.join(map(unit.number, interval))}]", tone="quiet")


def build_intervals(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return a dataset's table with intervals over seeds, and over test samples and seeds together."""
    unit, cells = unit_of(study, dataset), cells_of(inputs.scores, study, dataset)
    seeds = {features: over_seeds(cell) for features, cell in cells.items() if cell}
    samples = {features: over_samples(inputs.claims, dataset, features) for features in seeds}
    samples = samples if any(samples.values()) else {}
    below = {
        name: {features: format_interval(interval, unit) for features, interval in found.items()}
        for name, found in (("seeds", seeds), ("samples and seeds", samples))
    }

    def ends(features: str) -> dict[str, float | None]:
        found: dict[str, float | None] = {}
        for name, intervals in (("seeds", seeds), ("samples", samples)):
            found[f"{name}_low"], found[f"{name}_high"] = intervals.get(features) or (None, None)
        return found

    return grid(inputs.scores, study, dataset, below, ends)


TITLES = {"spearman": "Spearman", "pearson": "Pearson", "r2": "R2", "mae": "MAE"}
ERROR = Unit(1, 3, 3, True, "mean absolute error")  # in the unit of the target


def _number_cell(scores: Scores, study: Study, dataset: str, features: str, metric: str) -> Cell | None:
    """Return the cell of one metric of a probe under the first protocol, or of a baseline."""
    control = dataset in study.controls
    for task, protocol in (
        ("control" if control else "transfer", study.chosen_protocols[0]),
        ("chance", None),
    ):
        if found := scores.cells.get((task, dataset, features, "test", protocol, None, metric)):
            return found
    return None


def rated(study: Study) -> list[str]:
    """Return the regression datasets, including controls."""
    return [name for name in (*study.trained, *study.controls) if study.datasets[name].is_rated]


def build_numbers(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return the table of correlations and errors: feature sets grouped by kind, then constant baselines."""
    metrics = [*OF_NUMBERS, *(WEIGHTED if "weight" in study.datasets[dataset].target else ())]
    units = {name: ERROR if name.startswith("mae") else CORRELATION for name in metrics}
    texts = set(study.datasets[dataset].views_of("text"))
    kinds: dict[str, list[str]] = {"Pictures": [], "Text": [], "Both": []}
    for name in feature_sets.main_features(study, dataset):
        kind = "Both" if "+" in name else "Text" if name.split(".")[0] in texts else "Pictures"
        kinds[kind].append(name)
    kinds["Always the same number"] = ["mean", "median"]
    body, records = [], []
    for kind, names in kinds.items():
        body += [group(kind, 1 + len(metrics))] if names else []
        found = {m: {n: _number_cell(inputs.scores, study, dataset, n, m) for n in names} for m in metrics}
        top = {metric: _best_number(found[metric], metric, units[metric]) for metric in metrics}
        for name in names:
            constant = name in ("mean", "median")
            title = label(study, "baselines", name) if constant else report_config.name_of(study, name)
            items = []
            for metric in metrics:
                item = cell_item(found[metric][name], units[metric], not constant and name in top[metric])
                items.append(Item(item.text) if constant else item)
                about = {"dataset": dataset, "features": name, "metric": metric}
                records.append(cell_record(found[metric][name], **about))
            body.append(Line((Item(title), *items)))
    head = Line((Item("Features"), *(Item(_metric_title(name)) for name in metrics)))
    return Table((head,), tuple(body), tuple(not_run_note(body)), tuple(records))


def _metric_title(metric: str) -> str:
    name = TITLES[metric.removesuffix("_weighted")]
    return f"{name}, weighted" if metric in WEIGHTED else name


def _best_number(cells: dict[str, Cell | None], metric: str, unit: Unit) -> set[str]:
    if not metric.startswith("mae"):
        return best(cells, unit)
    return best(
        {name: cell and Cell(tuple(-value for value in cell.values)) for name, cell in cells.items()}, unit
    )


def numbers_caption(study: Study, dataset: str) -> str:
    """Return the caption of a dataset's table."""
    weight = study.datasets[dataset].target.get("weight")
    weighted = f" Weighted: each sample is weighted by {weight}." if weight else ""
    return (
        f"{label(study, 'datasets', dataset)}: predicted against true numbers on the test split, mean ± "
        f"standard deviation over {study.seeds} runs. An R2 of 0 corresponds to always predicting the test "
        f"mean; MAE is in the unit of the numbers.{weighted} Bold: best of a group."
    )


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
        name="{dataset}-intervals",
        section="results",
        title="{dataset} with intervals",
        order=30,
        shown=attrgetter("trained"),
        caption=intervals_caption,
        build=build_intervals,
        folded=True,
    ),
    TableSpec(
        name="{dataset}-numbers",
        section="results",
        title="{dataset}: correlations and errors",
        order=32,
        shown=rated,
        caption=numbers_caption,
        build=build_numbers,
    ),
)
