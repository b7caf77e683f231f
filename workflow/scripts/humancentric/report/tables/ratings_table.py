"""Build the table of a dataset of numbers: correlations, R2 and error of every probe, beside constant predictions."""

from humancentric.evaluation.metrics import OF_NUMBERS, WEIGHTED
from humancentric.report.numbers import CORRELATION, Unit, best
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import Item, Line, Table, cell_item, cell_record, group, not_run_note
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

TITLES = {"spearman": "Spearman", "pearson": "Pearson", "r2": "R2", "mae": "MAE"}
ERROR = Unit(1, 3, 3, True, "mean absolute error")  # in the unit of the numbers


def _cell(scores: Scores, study: Study, dataset: str, features: str, metric: str) -> Cell | None:
    """Return a probe's numbers of one metric under the first protocol, or those of a baseline."""
    control = dataset in study.controls
    for task, protocol in (
        ("control" if control else "transfer", study.chosen_protocols[0]),
        ("chance", None),
    ):
        if found := scores.cells.get((task, dataset, features, "test", protocol, None, metric)):
            return found
    return None


def rated(study: Study) -> list[str]:
    """Return the datasets of numbers, controls included."""
    return [name for name in (*study.trained, *study.controls) if study.datasets[name].is_rated]


def build(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return one row per set of features, grouped by kind, then the baselines; bold is the best of a group."""
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
        found = {m: {n: _cell(inputs.scores, study, dataset, n, m) for n in names} for m in metrics}
        top = {metric: _best(found[metric], metric, units[metric]) for metric in metrics}
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
    head = Line((Item("Features"), *(Item(_title(name)) for name in metrics)))
    return Table((head,), tuple(body), tuple(not_run_note(body)), tuple(records))


def _title(metric: str) -> str:
    name = TITLES[metric.removesuffix("_weighted")]
    return f"{name}, weighted" if metric in WEIGHTED else name


def _best(cells: dict[str, Cell | None], metric: str, unit: Unit) -> set[str]:
    if not metric.startswith("mae"):
        return best(cells, unit)
    return best(
        {name: cell and Cell(tuple(-value for value in cell.values)) for name, cell in cells.items()}, unit
    )


def caption(study: Study, dataset: str) -> str:
    """Return the caption of a dataset's table."""
    weight = study.datasets[dataset].target.get("weight")
    weighted = f" Weighted: samples count by {weight}." if weight else ""
    return (
        f"{label(study, 'datasets', dataset)}: predicted against true numbers on the test split, mean ± standard "
        f"deviation over {study.seeds} runs. R2 of 0 is a constant prediction of the test mean; MAE is in the unit of "
        f"the numbers.{weighted} Bold: best of a group."
    )


TABLES = (
    TableSpec(
        name="{dataset}-numbers",
        section="results",
        title="{dataset}: correlations and errors",
        order=32,
        shown=rated,
        caption=caption,
        build=build,
    ),
)
