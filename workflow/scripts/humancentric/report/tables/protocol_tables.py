"""Build the tables of protocols: side by side, their selected options, and protocols initialised by class names."""

from collections.abc import Iterator, Sequence

from humancentric.core import files
from humancentric.dataset import labels
from humancentric.evaluation import sample_scores
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import Estimate, combine
from humancentric.report.numbers import UNITS, Unit, best, marks, unit_of
from humancentric.report.report_inputs import Cell, ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    ABSENT,
    NOT_APPLICABLE,
    NOT_RUN,
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


def further(study: Study) -> list[str]:
    """Return the protocols after the first, except those with auxiliary encoders, which have their own features."""
    return [name for name in study.chosen_protocols[1:] if not study.protocols[name].auxiliary]


def protocols_caption(study: Study) -> str:
    """Return the caption of the table of protocols."""
    others = further(study)
    return (
        f"The same features under {len(others) + 1} protocols: mean ± standard deviation over "
        f"{study.seeds} runs on the test split, and the difference to "
        f"{study.chosen_protocols[0]}. Bold and underlined: the best as in each "
        "dataset's table, protocol by protocol."
    )


def build_protocols(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of protocols of a study."""
    scores = inputs.scores
    first, others = study.chosen_protocols[0], further(study)
    width = 2 + 2 * len(others)
    body, records, without = [], [], False
    for dataset in study.trained:
        metric = report_config.headline(study, dataset)
        unit, names = UNITS[metric], features_of(study, dataset)
        names += feature_sets.chance_features(study, dataset)
        cells = {p: {f: scores.transfer(study, dataset, f, p) for f in names} for p in (first, *others)}
        planned = {p: feature_sets.probed_features(study, dataset, p) for p in cells}
        texts = set(study.datasets[dataset].views_of("text"))
        typography = {p: marks(found, texts, unit) for p, found in cells.items()}
        body.append(group(f"{label(study, 'datasets', dataset)}, {unit.title}", width))
        for features in names:
            items = []
            for protocol in (first, *others):
                cell, probed = cells[protocol][features], features in planned[protocol]
                without |= not probed and study.protocols[protocol].prompted
                marked = (features in found for found in typography[protocol])
                item = cell_item(cell, unit, *marked) if cell or probed else NOT_APPLICABLE
                items += [item] if protocol == first else [item, _lead(cell, cells[first][features], unit)]
                about = {"dataset": dataset, "features": features, "protocol": protocol, "metric": metric}
                records.append(cell_record(cell, **about) | _change(cell, cells[first][features]))
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


OPTION_HEAD = ("Protocol", "Option", "Grid", "Probes", "At the lowest", "At the highest")


def score_files(study: Study) -> list[str]:
    """Return the score files of the probes whose options are selected."""
    return [
        f"results/{dataset}/{folder}/{features}/scores.json"
        for dataset, folder, features in feature_sets.transfer_cells(study)
        if study.protocols[study.transfer_folders[folder]].selects
    ]


def selected(inputs: ReportInputs, study: Study) -> dict[tuple[str, str], list[tuple[list[float], float]]]:
    """Return (grid, selected value) of every probe by protocol and option, except for grids of one value."""
    found: dict[tuple[str, str], list[tuple[list[float], float]]] = {}
    for path in (inputs.further[name] for name in score_files(study) if name in inputs.further):
        cell = files.read_json(path)
        for option, value in cell["selected"].items():
            grid = sorted({candidate[option] for candidate in cell["validation"]["candidates"]})
            if len(grid) > 1:
                found.setdefault((cell["protocol"], option), []).append((grid, value))
    return found


def at_ends(inputs: ReportInputs, study: Study) -> list[str]:
    """Return the options selected at an end of their grid by any probe, as text: ``alpha of tip (3 of 5 probes)``."""
    found = []
    for (protocol, option), rows in selected(inputs, study).items():
        ends = sum(value in (grid[0], grid[-1]) for grid, value in rows)
        if ends:
            found.append(f"{option} of {protocol} ({ends} of {len(rows)} probes)")
    return found


def build_options(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of selected options, with the number of probes at the ends of the grid."""
    body, records = [], []
    for (protocol, option), rows in selected(inputs, study).items():
        lowest = sum(value == grid[0] for grid, value in rows)
        highest = sum(value == grid[-1] for grid, value in rows)
        grid = rows[0][0]
        counts = [Item(str(n), tone="disagree" if n else "") for n in (lowest, highest)]
        texts = (protocol, option.replace("_", " "), _range(grid), str(len(rows)))
        body.append(Line((*map(Item, texts), *counts)))
        record = {"protocol": protocol, "option": option, "lowest": grid[0], "highest": grid[-1]}
        records.append(record | {"probes": len(rows), "at_lowest": lowest, "at_highest": highest})
    if not body:
        body.append(Line((Item("no options were selected", span=len(OPTION_HEAD), tone="quiet"),)))
    return Table((Line(tuple(map(Item, OPTION_HEAD))),), tuple(body), records=tuple(records))


def _range(grid: Sequence[float]) -> str:
    return f"{grid[0]:g} to {grid[-1]:g}, {len(grid)} values"


MEASURES = {"ece": "ECE", "nll": "NLL"}
Adapted = tuple[str, str, str]  # view.encoder that shares a space with texts, protocol, features


def prompted(study: Study) -> list[str]:
    """Return the protocols that start from class names, in the order of the study."""
    return [name for name in study.chosen_protocols if study.protocols[name].prompted]


def adapted(study: Study, dataset: str) -> Iterator[Adapted]:
    """Yield the cells of the table, grouped by image features, with the reference first in each group."""
    names = prompted(study)
    found = [
        (f.split("+")[0], name, f)
        for name in names
        for f in feature_sets.probed_features(study, dataset, name)
    ]
    for image in dict.fromkeys(row[0] for row in found):
        yield from (row for row in found if row[0] == image)


def prediction_paths(study: Study, dataset: str) -> dict[tuple[str, str], str]:
    """Return the path of the predictions by protocol and features."""
    folders = {protocol: folder for folder, protocol in study.transfer_folders.items()}
    return {
        (protocol, features): f"results/{dataset}/{folders[protocol]}/{features}/predictions.parquet"
        for _, protocol, features in adapted(study, dataset)
    }


def adapter_files(study: Study) -> list[str]:
    """Return the paths of the samples and predictions from which leads are computed."""
    names = [name for name in study.trained if any(adapted(study, name))] if prompted(study) else []
    return [
        path
        for name in names
        for path in (f"results/{name}/samples.parquet", *prediction_paths(study, name).values())
    ]


def leads(inputs: ReportInputs, study: Study, dataset: str) -> dict[tuple[str, str], Estimate]:
    """Return the lead over the first protocol on the same images by (protocol, features), by paired bootstrap."""
    samples_path = f"results/{dataset}/samples.parquet"
    paths = {key: path for key, path in prediction_paths(study, dataset).items() if path in inputs.further}
    if samples_path not in inputs.further or not paths:
        return {}
    samples, row = labels.read(inputs.further[samples_path])["test"], study.datasets[dataset]
    cells = {key: sample_scores.read(inputs.further[path], samples, row.task) for key, path in paths.items()}
    ids = next(iter(cells.values())).ids
    clusters = sample_scores.read_clusters(inputs.further[samples_path], ids, row.cluster, dataset)
    population = Population(
        f"adapters:{dataset}",
        {key: cell.values for key, cell in cells.items()},
        clusters,
        **study.claim_options,
    )
    found: dict[tuple[str, str], Estimate] = {}
    first: dict[str, tuple[str, str]] = {}
    for image, *rest in adapted(study, dataset):
        key = (rest[0], rest[1])
        if key in cells and first.setdefault(image, key) != key:
            found[key] = combine([(1.0, population.mean(key)), (-1.0, population.mean(first[image]))])
    return found


def build_adapters(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of protocols that start from class names."""
    head = ("Protocol", "Features", "Score", "Lead", "95 % interval")
    width = len(head) + 2 * len(MEASURES)
    body, records = [], []
    for dataset in study.trained:
        rows, unit = list(adapted(study, dataset)), unit_of(study, dataset)
        if not rows:
            continue
        body.append(group(f"{label(study, 'datasets', dataset)}, {unit.title}", width))
        cells = {row: inputs.scores.transfer(study, dataset, row[2], row[1]) for row in rows}
        lead = leads(inputs, study, dataset)
        for row in rows:
            image, protocol, features = row
            top = best({other: cells[other] for other in rows if other[0] == image}, unit)
            items = [Item(protocol), Item(report_config.name_of(study, features))]
            items.append(cell_item(cells[row], unit, bold=row in top))
            ends, found = None, lead.get((protocol, features))
            if found is not None:
                ends = found.interval()
                items.append(Item(unit.difference(found.value)))
                items.append(Item(f"{unit.difference(ends.low)} to {unit.difference(ends.high)}"))
            else:
                items += [NOT_APPLICABLE, NOT_APPLICABLE]
            record = cell_record(cells[row], dataset=dataset, protocol=protocol, features=features)
            record |= {"lead": found and found.value, "low": ends and ends.low, "high": ends and ends.high}
            for measure in MEASURES:
                for name in (measure, f"{measure}_scaled"):
                    cell = calibration(inputs, dataset, features, protocol, name)
                    items.append(Item(f"{cell.mean:.3f}") if cell else NOT_RUN)
                    record[name] = cell and cell.mean
            body.append(Line(tuple(items)))
            records.append(record)
    titles = [Item(title) for name in MEASURES.values() for title in (name, f"{name} scaled")]
    notes = [
        *not_run_note(body),
        f"{ABSENT} reference protocol for these pictures",
    ]
    return Table((Line((*map(Item, head), *titles)),), tuple(body), tuple(notes), tuple(records))


def calibration(
    inputs: ReportInputs, dataset: str, features: str, protocol: str, measure: str
) -> Cell | None:
    """Return a calibration metric of a cell on the test split, None if not run."""
    return inputs.scores.cells.get(("transfer", dataset, features, "test", protocol, None, measure))


TABLES = (
    TableSpec(
        name="protocols",
        section="protocols",
        title="Protocols side by side",
        order=50,
        shown=further,
        caption=protocols_caption,
        build=build_protocols,
    ),
    TableSpec(
        name="options",
        section="protocols",
        title="Options selected at the ends of their grids",
        order=55,
        shown=score_files,
        files=score_files,
        caption=(
            "Options that were selected on validation samples. Where many probes have an end of the grid, a value "
            "outside it may be better: widen the grid in protocols.yaml."
        ),
        build=build_options,
    ),
    TableSpec(
        name="adapters",
        section="protocols",
        title="Protocols that start from class names",
        order=57,
        shown=prompted,
        files=adapter_files,
        caption=(
            "Protocols that start from class names: mean ± standard deviation over runs on the test split, and the "
            "lead over the first of them on the same pictures (paired bootstrap over items and runs). ECE and NLL: "
            "expected calibration error and negative log-likelihood, before and after dividing logits by a temperature "
            "fitted on validation samples. Bold: best on the same pictures."
        ),
        build=build_adapters,
    ),
)
