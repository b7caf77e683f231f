"""Build the retrieval table of a dataset: pictures to texts and back, by pair of encoders and method."""

from collections.abc import Mapping
from typing import Any

from humancentric.core import files
from humancentric.report.numbers import FRACTION
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import ABSENT, NOT_RUN, Item, Line, Table, group, not_run_note
from humancentric.study import feature_sets
from humancentric.study.report_config import label
from humancentric.study.study import Study

METHODS = {"shared": "shared space", "map": "linear map"}
DIRECTIONS = {"image-to-text": "Picture to text", "text-to-image": "Text to picture"}
COLUMNS = {
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
    """Return the files of all retrieval cells with an `ending`."""
    cells = [cell for cell in feature_sets.item_cells(study) if cell[0] == "retrieval"]
    return feature_sets.item_files(study, cells, ending)


def encoders_of(study: Study, features: str) -> str:
    """Return the display names of the two encoders: ``CLIP + CLIP-T``."""
    return " + ".join(label(study, "encoders", name) for _, name in feature_sets.split_features(features))


def methods_of(study: Study, features: str) -> list[str]:
    """Return the methods that features are compared by: in a shared space only if they have one."""
    return [name for name in METHODS if name == "map" or feature_sets.shares_space(study, features)]


def build(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return the table of a dataset, with one block for each pair of views."""
    body, records = [], []
    width = 2 + len(DIRECTIONS) * len(COLUMNS)
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
            (way, measure): _best(measure, [run for (_, key), run in runs.items() if key.endswith(way)])
            for way in DIRECTIONS
            for measure in COLUMNS
        }
        title = " and ".join(label(study, "views", view).lower() for view in pair.split("+"))
        body.append(group(title.capitalize(), width))
        for name in names:
            for method in methods_of(study, name):
                items: list[Item] = []
                for way in DIRECTIONS:
                    run = runs.get((name, f"{method}:{way}"))
                    items += [_item(run, measure, best[way, measure]) for measure in COLUMNS]
                    about = {"dataset": dataset, "features": name, "method": method, "direction": way}
                    records.append(about | _numbers(run))
                body.append(
                    Line((Item(encoders_of(study, name)), Item(METHODS[method], tone="quiet"), *items))
                )
        chance = next((cell["chance"] for cell in found.values() if cell["chance"]), None)
        items = [_item(chance, measure, None) for _ in DIRECTIONS for measure in COLUMNS]
        body.append(Line((Item("Chance"), Item(ABSENT, tone="quiet"), *items), rule=True))
    head = (Item(), Item(), *(Item(title, span=len(COLUMNS)) for title in DIRECTIONS.values()))
    titles = ("Encoders", "Compared in", *[title for _ in DIRECTIONS for title in COLUMNS.values()])
    return Table(
        (Line(head), Line(tuple(map(Item, titles)))), tuple(body), tuple(not_run_note(body)), tuple(records)
    )


def _text(measure: str, value: float) -> str:
    """Return a number as printed: recalls in percent, ranks as whole numbers unless they are halves."""
    if measure == "median_rank":
        return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    return (
        f"{100 * value:.1f}" if measure in ("recall_1", "recall_5", "recall_10") else FRACTION.number(value)
    )


def _best(measure: str, runs: list[Measures]) -> str | None:
    """Return the best printed number of a column; None where there is none."""
    values = [run[measure] for run in runs]
    return _text(measure, (min if measure == "median_rank" else max)(values)) if values else None


def _item(run: Measures | None, measure: str, best: str | None) -> Item:
    if run is None:
        return NOT_RUN
    text, ends = _text(measure, run[measure]), run.get("intervals", {}).get("mrr")
    spread = f"[{', '.join(map(FRACTION.number, ends))}]" if measure == "mrr" and ends else ""
    return Item(text, spread, bold=text == best)


def _numbers(run: Measures | None) -> dict[str, float | None]:
    """Return all measures of a run, with the ends of their intervals."""
    found: dict[str, float | None] = {}
    for measure in COLUMNS:
        found[measure] = run[measure] if run else None
        if measure != "median_rank":
            ends = run["intervals"][measure] if run else (None, None)
            found |= {f"{measure}_low": ends[0], f"{measure}_high": ends[1]}
    return found


TABLES = (
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
        build=build,
    ),
)
