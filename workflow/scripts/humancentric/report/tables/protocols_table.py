"""Build the table of protocols: every cell under each protocol, and its difference to the first protocol."""

from humancentric.report.numbers import UNITS, Unit, marks
from humancentric.report.report_inputs import Cell, ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    ABSENT,
    NOT_APPLICABLE,
    Item,
    Line,
    Table,
    cell_item,
    cell_record,
    group,
    not_run_note,
)
from humancentric.report.tables.transfer_tables import features_of
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

TEXTS_ONLY = "no number: the protocol needs class names in the encoder's space"


def caption(study: Study) -> str:
    """Return the caption of the table."""
    others = study.chosen_protocols[1:]
    return (
        f"The same features under {len(others) + 1} protocols: mean ± standard deviation over "
        f"{study.seeds} runs on the test split, and the difference to "
        f"{study.chosen_protocols[0]}. Bold and underlined: the best as in each "
        "dataset's table, protocol by protocol."
    )


def build(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of protocols of a study."""
    scores = inputs.scores
    first, others = study.chosen_protocols[0], study.chosen_protocols[1:]
    width = 2 + 2 * len(others)
    body, records, without = [], [], False
    for dataset in study.trained:
        metric = report_config.headline(study, dataset)
        unit, names = UNITS[metric], features_of(study, dataset)
        names += feature_sets.chance_features(study, dataset)
        cells = {p: {f: scores.probe(study, dataset, f, p) for f in names} for p in (first, *others)}
        texts = set(study.datasets[dataset].views_of("text"))
        best = {p: marks(found, texts, unit) for p, found in cells.items()}
        body.append(group(f"{label(study, 'datasets', dataset)}, {unit.title}", width))
        for features in names:
            items = []
            for protocol in (first, *others):
                cell, probed = cells[protocol][features], report_config.probed(study, features, protocol)
                without |= not probed
                marked = (features in found for found in best[protocol])
                item = cell_item(cell, unit, *marked) if cell or probed else NOT_APPLICABLE
                items += [item] if protocol == first else [item, _lead(cell, cells[first][features], unit)]
                about = {"dataset": dataset, "features": features, "protocol": protocol, "metric": metric}
                records.append(about | cell_record(cell) | _change(cell, cells[first][features]))
            body.append(Line((Item(report_config.name_of(study, features)), *items)))
    head = Line(
        (Item("Features"), Item(first), *(i for name in others for i in (Item(name), Item("change"))))
    )
    notes = not_run_note(body)
    notes += [f"{ABSENT} {TEXTS_ONLY}"] if without else []
    return Table((head,), tuple(body), tuple(notes), tuple(records))


def _lead(cell: Cell | None, other: Cell | None, unit: Unit) -> Item:
    if cell is None or other is None:
        return Item()
    return Item(unit.difference(cell.mean - other.mean), tone="quiet")


def _change(cell: Cell | None, first: Cell | None) -> dict[str, float | None]:
    return {"change": None if cell is None or first is None else cell.mean - first.mean}


TABLES = (
    TableSpec(
        name="protocols",
        section="protocols",
        title="Protocols side by side",
        order=50,
        shown=lambda study: study.chosen_protocols[1:],
        caption=caption,
        build=build,
    ),
)
