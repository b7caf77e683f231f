"""Build the table of chance: scores of baselines that use neither images nor texts."""

from humancentric.report.numbers import UNITS, Unit, best
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import ABSENT, MISSING, Item, Line, Table, cell_record
from humancentric.study import feature_sets, report_config
from humancentric.study.catalogue import Config
from humancentric.study.report_config import label

MEANING = {
    "majority": "majority: always the most frequent class",
    "top-k": "top k: always the k most frequent labels, k the best on training samples",
    "uniform": "uniform: any class",
    "label-prior": "label prior: labels by their frequency",
    "shuffled": "shuffled: the labels of a random training sample",
}


def caption(config: Config) -> str:
    """Return the caption of the table."""
    encoders = (
        " Below the names of encoders: probes on vectors that know nothing." if _encoders(config) else ""
    )
    return (
        "Chance: accuracy in percent, or samples F1 where samples have several labels, of answers that look at no "
        "sample, on the test split; mean ± standard deviation where there are several draws. "
        f"Bold: the best blind answer.{encoders}"
    )


def _encoders(config: Config) -> list[str]:
    return list(config["study"].get("chance", []))


def build(inputs: ReportInputs, config: Config) -> Table:
    """Return the table of chance of a study: one row per dataset, one column per baseline."""
    scores = inputs.scores
    names = report_config.all_datasets(config)
    blind = {name: scores.blind(config, name) for name in names}
    columns = [name for name in MEANING if any(name in found for found in blind.values())]
    body, records = [], []
    for dataset in names:
        unit = UNITS[report_config.headline(config, dataset)]
        top = best(blind[dataset], unit)
        items = [_item(blind[dataset].get(name), bool(blind[dataset]), unit, name in top) for name in columns]
        items += [_probed(scores, config, dataset, encoder, unit) for encoder in _encoders(config)]
        body.append(Line((Item(label(config, "datasets", dataset)), *items)))
        about = {"dataset": dataset, "metric": report_config.headline(config, dataset)}
        records += [{**about, "baseline": name, **cell_record(cell)} for name, cell in blind[dataset].items()]
        records += [
            {**about, "baseline": features, **cell_record(_cell(scores, config, dataset, features))}
            for features in feature_sets.chance_features(config, dataset)
        ]
    titles = [label(config, "baselines", name) for name in columns]
    titles += [label(config, "encoders", name) for name in _encoders(config)]
    notes = ["; ".join(MEANING[name] for name in columns)] if columns else []
    notes += [f"{MISSING} not run"] if any(not found for found in blind.values()) else []
    head = Line((Item("Dataset"), *map(Item, titles)))
    return Table((head,), tuple(body), tuple(notes), tuple(records))


def _item(cell: Cell | None, counted: bool, unit: Unit, bold: bool) -> Item:
    if cell is None:  # either this task has no such baseline, or none of its baselines was run
        return Item(ABSENT, tone="quiet") if counted else Item(MISSING, tone="missing")
    return Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}" if cell.runs > 1 else "", bold)


def _cell(scores: Scores, config: Config, dataset: str, features: str) -> Cell | None:
    return scores.transfer(config, dataset, features) or scores.control(config, dataset, features)


def _probed(scores: Scores, config: Config, dataset: str, encoder: str, unit: Unit) -> Item:
    """Return the best of an encoder's cells on a dataset; a dash if it embeds no view of that dataset."""
    names = [f for f in feature_sets.chance_features(config, dataset) if f.split(".")[1] == encoder]
    cells = [cell for cell in (_cell(scores, config, dataset, name) for name in names) if cell]
    if not cells:
        return Item(ABSENT, tone="quiet")
    cell = max(cells, key=lambda found: found.mean)
    return Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}")


TABLES = (
    TableSpec(
        name="chance",
        section="results",
        title="Chance",
        order=40,
        shown=report_config.all_datasets,
        caption=caption,
        build=build,
    ),
)
