"""Build the tables of image-text matching: zero-shot classification and cross-modal retrieval."""

from collections.abc import Mapping, Sequence
from typing import Any

from humancentric.core import files
from humancentric.report.numbers import FRACTION, UNITS, Unit, best, unit_of
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    ABSENT,
    MISSING,
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
from humancentric.study.report_config import label
from humancentric.study.study import Study

Column = tuple[str, str, str]  # dataset, view, set of templates


def zeroshot_columns(study: Study) -> list[Column]:
    """Return the dataset, image view and template set of every column except the last."""
    found: dict[Column, None] = {}
    for dataset in report_config.zeroshot_datasets(study):
        for features in feature_sets.zeroshot_features(study, dataset):
            view = features.split(".")[0]
            found |= dict.fromkeys((dataset, view, name) for name in study.datasets[dataset].templates)
    return list(found)


def zeroshot_caption(study: Study) -> str:
    """Return the caption of the zero-shot table."""
    shared = {report_config.headline(study, name) for name in report_config.zeroshot_datasets(study)}
    units = " or ".join(UNITS[name].title for name in UNITS if name in shared)
    many = (
        " On multi-label datasets, a picture gets as many classes as a training sample has on average."
        if "f1_samples" in shared
        else ""
    )
    first = study.zeroshot_first
    part = f", of its first {first:,} samples" if first else ""
    bold = " Bold: best of a column." if len(study.zeroshot) > 1 else ""
    return (
        "Zero-shot: the classes whose names are nearest to a picture are predicted, without training. "
        f"{units} on the test split{part}, by set of prompt templates, with 95 % bootstrap intervals.{many} "
        "Below: the mean cosine between a picture and its own classes. Milliseconds: one picture of 600 x "
        f"900 pixels, resized and encoded, on the machine of this run.{bold}"
    )


def build_zeroshot(inputs: ReportInputs, study: Study) -> Table:
    """Return the zero-shot table of a study, with the time per image and its device."""
    scores, timings = inputs.scores, inputs.timings
    shown = zeroshot_columns(study)
    encoders = list(study.zeroshot)
    cells = {
        (name, column): scores.zeroshot(study, column[0], f"{column[1]}.{name}", column[2])
        for name in encoders
        for column in shown
    }
    top = set()
    for column in shown if len(encoders) > 1 else ():
        unit = unit_of(study, column[0])
        top |= best({(name, column): cells[name, column] for name in encoders}, unit)
    body, records = [], []
    for name in encoders:
        spent, cosines, low, high = (
            [
                scores.zeroshot(study, dataset, f"{view}.{name}", templates, metric)
                for dataset, view, templates in shown
            ]
            for metric in ("milliseconds", "similarity", "low", "high")
        )
        items = [
            _zeroshot_item(unit_of(study, column[0]), cells[name, column], ends, (name, column) in top)
            for column, *ends in zip(shown, low, high, strict=True)
        ]
        known = [cell.mean for cell in spent if cell]
        items.append(Item(f"{known[0]:.1f}", _device(timings.get(name))) if known else NOT_RUN)
        body.append(Line((Item(label(study, "encoders", name)), *items)))
        similar = (Item(f"{cell.mean:.3f}" if cell else "", tone="quiet") for cell in cosines)
        body.append(Line((Item("mean cosine, own classes", tone="quiet"), *similar, Item()), kind="sub"))
        device = {key: timings.get(name, {}).get(key) for key in ("device", "threads")}
        for (dataset, view, templates), time, own, *ends in zip(
            shown, spent, cosines, low, high, strict=True
        ):
            about = {"dataset": dataset, "features": f"{view}.{name}", "templates": templates}
            about["metric"] = report_config.headline(study, dataset)
            further = {key: end and end.mean for key, end in zip(("low", "high"), ends, strict=True)}
            further |= {"similarity": own and own.mean, "milliseconds": time and time.mean}
            records.append(cell_record(cells[name, (dataset, view, templates)], **about) | further | device)
    body.append(_zeroshot_blind(scores, study, shown))
    notes = tuple(not_run_note(body))
    return Table(_zeroshot_head(study, shown), tuple(body), notes, tuple(records))


def _device(timing: Mapping[str, Any] | None) -> str:
    """Format the device on which an image was timed; empty if not recorded."""
    if not timing:
        return ""
    threads = timing.get("threads")
    many = f", {threads} thread{'s' * (threads > 1)}" if threads and timing["device"] == "cpu" else ""
    return f"({timing['device']}{many})"


def _zeroshot_item(unit: Unit, cell: Cell | None, ends: Sequence[Cell | None], bold: bool) -> Item:
    if cell is None:
        return NOT_RUN
    numbers = ", ".join(unit.number(end.mean) for end in ends if end)
    return Item(unit.number(cell.mean), f"[{numbers}]" if numbers else "", bold=bold)


def _zeroshot_blind(scores: Scores, study: Study, shown: list[Column]) -> Line:
    """Return the last line: the best input-free baseline, once per dataset and view."""
    items, before = [], None
    for column in shown:
        found = list(scores.blind(study, column[0]).items())[:1]
        if column[:2] == before:
            continue
        before = column[:2]
        width = sum(other[:2] == before for other in shown)
        unit = unit_of(study, column[0])
        text = unit.number(found[0][1].mean) if found else MISSING
        items.append(Item(text, span=width, tone="" if found else "missing"))
    return Line((Item("Best blind baseline"), *items, NOT_APPLICABLE), rule=True)


def _zeroshot_head(study: Study, shown: list[Column]) -> tuple[Line, ...]:
    groups = list(dict.fromkeys(column[:2] for column in shown))
    several = {name for name, _ in groups if sum(dataset == name for dataset, _ in groups) > 1}
    spanning = [
        Item(
            label(study, "datasets", dataset)
            + (f" ({label(study, 'views', view).lower()})" if dataset in several else ""),
            span=sum(column[:2] == (dataset, view) for column in shown),
        )
        for dataset, view in groups
    ]
    sets = (Item(label(study, "templates", name)) for _, _, name in shown)
    return Line((Item(), *spanning, Item())), Line((Item("Image encoder"), *sets, Item("ms per picture")))


METHODS = {"shared": "shared space", "map": "linear map"}
DIRECTIONS = {"image-to-text": "Picture to text", "text-to-image": "Text to picture"}
METRICS = {
    "recall_1": "R@1",
    "recall_5": "R@5",
    "recall_10": "R@10",
    "median_rank": "Median rank",
    "mrr": "MRR",
}
Measures = Mapping[str, Any]


def path_of(study: Study, dataset: str, features: str, ending: str = "json") -> str:
    """Return the path of a file of a retrieval cell, relative to the project."""
    return feature_sets.item_files(study, [("retrieval", dataset, features)], ending)[0]


def retrieval_files(study: Study, ending: str = "json") -> list[str]:
    """Return the files of all retrieval cells that have this `ending`."""
    cells = [cell for cell in feature_sets.item_cells(study) if cell[0] == "retrieval"]
    return feature_sets.item_files(study, cells, ending)


def encoders_of(study: Study, features: str) -> str:
    """Return the display names of the two encoders: ``CLIP + CLIP-T``."""
    return " + ".join(label(study, "encoders", name) for _, name in feature_sets.split_features(features))


def methods_of(study: Study, features: str) -> list[str]:
    """Return the methods by which features are compared; the shared space only if they have one."""
    return [name for name in METHODS if name == "map" or feature_sets.shares_space(study, features)]


def build_retrieval(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return the retrieval table of a dataset, with one block per pair of views."""
    body, records = [], []
    width = 2 + len(DIRECTIONS) * len(METRICS)
    for pair in study.retrieval[dataset]:
        names = [
            name
            for name in feature_sets.retrieval_features(study, dataset)
            if feature_sets.views_of(name) == pair
        ]
        paths = {name: inputs.further.get(path_of(study, dataset, name)) for name in names}
        found = {name: files.read_json(path) for name, path in paths.items() if path and path.exists()}
        runs = {(name, run["protocol"]): run for name, cell in found.items() for run in cell["runs"]}
        best = {
            (way, measure): _best_text(measure, [run for (_, key), run in runs.items() if key.endswith(way)])
            for way in DIRECTIONS
            for measure in METRICS
        }
        title = " and ".join(label(study, "views", view).lower() for view in pair.split("+"))
        body.append(group(title.capitalize(), width))
        for name in names:
            for method in methods_of(study, name):
                items: list[Item] = []
                for way in DIRECTIONS:
                    run = runs.get((name, f"{method}:{way}"))
                    items += [_retrieval_item(run, measure, best[way, measure]) for measure in METRICS]
                    about = {"dataset": dataset, "features": name, "method": method, "direction": way}
                    records.append(about | _run_record(run))
                body.append(
                    Line((Item(encoders_of(study, name)), Item(METHODS[method], tone="quiet"), *items))
                )
        chance = next((cell["chance"] for cell in found.values() if cell["chance"]), None)
        items = [_retrieval_item(chance, measure, None) for _ in DIRECTIONS for measure in METRICS]
        body.append(Line((Item("Chance"), Item(ABSENT, tone="quiet"), *items), rule=True))
    head = (Item(), Item(), *(Item(title, span=len(METRICS)) for title in DIRECTIONS.values()))
    titles = ("Encoders", "Compared in", *[title for _ in DIRECTIONS for title in METRICS.values()])
    return Table(
        (Line(head), Line(tuple(map(Item, titles)))), tuple(body), tuple(not_run_note(body)), tuple(records)
    )


def _text(measure: str, value: float) -> str:
    """Format a metric: recalls in percent, median ranks as integers unless they are halves."""
    if measure == "median_rank":
        return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    return (
        f"{100 * value:.1f}" if measure in ("recall_1", "recall_5", "recall_10") else FRACTION.number(value)
    )


def _best_text(measure: str, runs: list[Measures]) -> str | None:
    """Return the best printed number of a column; None without runs."""
    values = [run[measure] for run in runs]
    return _text(measure, (min if measure == "median_rank" else max)(values)) if values else None


def _retrieval_item(run: Measures | None, measure: str, best: str | None) -> Item:
    if run is None:
        return NOT_RUN
    text, ends = _text(measure, run[measure]), run.get("intervals", {}).get("mrr")
    spread = f"[{', '.join(map(FRACTION.number, ends))}]" if measure == "mrr" and ends else ""
    return Item(text, spread, bold=text == best)


def _run_record(run: Measures | None) -> dict[str, float | None]:
    """Return all metrics of a run with the ends of their intervals."""
    found: dict[str, float | None] = {}
    for measure in METRICS:
        found[measure] = run[measure] if run else None
        if measure != "median_rank":
            ends = run["intervals"][measure] if run else (None, None)
            found |= {f"{measure}_low": ends[0], f"{measure}_high": ends[1]}
    return found


TABLES = (
    TableSpec(
        name="zeroshot",
        section="zeroshot",
        title="Zero-shot scores",
        order=90,
        shown=report_config.zeroshot_datasets,
        caption=zeroshot_caption,
        build=build_zeroshot,
    ),
    TableSpec(
        name="{dataset}-retrieval",
        section="retrieval",
        title="{dataset}: retrieval",
        order=95,
        shown=lambda study: list(study.retrieval),
        caption=(
            "Retrieval on the test split: share of queries in percent whose picture or text is among the first 1, 5 "
            "and 10 (R), median rank, and mean reciprocal rank (MRR) with its 95 % bootstrap interval over queries. "
            "Equal texts and equal pictures count as hits; ties count against the encoder. Chance: exact, for a random "
            "order. Bold: best of a column in its block."
        ),
        files=retrieval_files,
        build=build_retrieval,
    ),
)
