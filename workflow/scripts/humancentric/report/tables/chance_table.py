"""Build the table of chance: scores of baselines that use neither images nor texts."""

from operator import attrgetter

from humancentric.report.numbers import Unit, best, unit_of
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import MISSING, NOT_APPLICABLE, NOT_RUN, Item, Line, Table, cell_record
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

MEANING = {
    "majority": "majority: always the most frequent class",
    "top-k": "top k: always the k most frequent labels, k the best on training samples",
    "uniform": "uniform: any class",
    "label-prior": "label prior: labels by their frequency",
    "shuffled": "shuffled: the labels of a random training sample",
}


def caption(study: Study) -> str:
    """Return the caption of the table."""
    encoders = " Columns with names of encoders: probes on random vectors." if _encoders(study) else ""
    return (
        "Chance: accuracy in percent, or samples F1 where samples have several labels, of baselines that "
        "use no picture and no text, on the test split; mean ± standard deviation where there are several "
        f"draws. Bold: the best baseline.{encoders}"
    )


def _encoders(study: Study) -> list[str]:
    return list(study.chance)


def build(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of chance of a study: one row per dataset, one column per baseline."""
    scores = inputs.scores
    names = study.dataset_names
    blind = {name: scores.blind(study, name) for name in names}
    columns = [name for name in MEANING if any(name in found for found in blind.values())]
    body, records = [], []
    for dataset in names:
        unit = unit_of(study, dataset)
        top = best(blind[dataset], unit)
        items = [_item(blind[dataset].get(name), bool(blind[dataset]), unit, name in top) for name in columns]
        items += [_probed(scores, study, dataset, encoder, unit) for encoder in _encoders(study)]
        body.append(Line((Item(label(study, "datasets", dataset)), *items)))
        about = {"dataset": dataset, "metric": report_config.headline(study, dataset)}
        records += [{**about, "baseline": name, **cell_record(cell)} for name, cell in blind[dataset].items()]
        records += [
            {**about, "baseline": features, **cell_record(_cell(scores, study, dataset, features))}
            for features in feature_sets.chance_features(study, dataset)
        ]
    titles = [label(study, "baselines", name) for name in columns]
    titles += [label(study, "encoders", name) for name in _encoders(study)]
    notes = ["; ".join(MEANING[name] for name in columns)] if columns else []
    notes += [f"{MISSING} not run"] if any(not found for found in blind.values()) else []
    head = Line((Item("Dataset"), *map(Item, titles)))
    return Table((head,), tuple(body), tuple(notes), tuple(records))


def _item(cell: Cell | None, counted: bool, unit: Unit, bold: bool) -> Item:
    if cell is None:  # either this task has no such baseline, or none of its baselines was run
        return NOT_APPLICABLE if counted else NOT_RUN
    return Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}" if cell.runs > 1 else "", bold)


def _cell(scores: Scores, study: Study, dataset: str, features: str) -> Cell | None:
    return scores.transfer(study, dataset, features) or scores.control(study, dataset, features)


def _probed(scores: Scores, study: Study, dataset: str, encoder: str, unit: Unit) -> Item:
    """Return the best of an encoder's cells on a dataset; a dash if it embeds no view of that dataset."""
    names = [f for f in feature_sets.chance_features(study, dataset) if f.split(".")[1] == encoder]
    cells = [cell for cell in (_cell(scores, study, dataset, name) for name in names) if cell]
    if not cells:
        return NOT_APPLICABLE
    cell = max(cells, key=lambda found: found.mean)
    return Item(unit.number(cell.mean), f"± {unit.spread(cell.std)}")


TABLES = (
    TableSpec(
        name="chance",
        section="results",
        title="Chance",
        order=40,
        shown=attrgetter("dataset_names"),
        caption=caption,
        build=build,
    ),
)
