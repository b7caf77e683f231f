"""Build the table of protocols that start from class names: scores, leads over the first of them, and calibration."""

from collections.abc import Iterator

from humancentric.dataset import labels
from humancentric.evaluation import sample_scores
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import Estimate, combine
from humancentric.report.numbers import best, unit_of
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
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

MEASURES = {"ece": "ECE", "nll": "NLL"}
Adapted = tuple[str, str, str]  # view.encoder that shares a space with texts, protocol, features


def prompted(study: Study) -> list[str]:
    """Return the protocols that start from class names, in the order of the study."""
    return [name for name in study.chosen_protocols if study.protocols[name].prompted]


def adapted(study: Study, dataset: str) -> Iterator[Adapted]:
    """Yield the cells of the table, those of the same pictures together and the reference first."""
    names = prompted(study)
    found = [
        (f.split("+")[0], name, f)
        for name in names
        for f in feature_sets.probed_features(study, dataset, name)
    ]
    for image in dict.fromkeys(row[0] for row in found):
        yield from (row for row in found if row[0] == image)


def prediction_paths(study: Study, dataset: str) -> dict[tuple[str, str], str]:
    """Return the file of predictions by protocol and features."""
    folders = {protocol: folder for folder, protocol in study.transfer_folders.items()}
    return {
        (protocol, features): f"results/{dataset}/{folders[protocol]}/{features}/predictions.parquet"
        for _, protocol, features in adapted(study, dataset)
    }


def files(study: Study) -> list[str]:
    """Return the samples and predictions that the leads are computed from."""
    names = [name for name in study.trained if any(adapted(study, name))] if prompted(study) else []
    return [
        path
        for name in names
        for path in (f"results/{name}/samples.parquet", *prediction_paths(study, name).values())
    ]


def leads(inputs: ReportInputs, study: Study, dataset: str) -> dict[tuple[str, str], Estimate]:
    """Return by (protocol, features) the lead over the first protocol of the same pictures, from paired resamples."""
    at = f"results/{dataset}/samples.parquet"
    paths = {key: path for key, path in prediction_paths(study, dataset).items() if path in inputs.further}
    if at not in inputs.further or not paths:
        return {}
    samples, row = labels.read(inputs.further[at])["test"], study.datasets[dataset]
    cells = {key: sample_scores.read(inputs.further[path], samples, row.task) for key, path in paths.items()}
    ids = next(iter(cells.values())).ids
    clusters = sample_scores.read_clusters(inputs.further[at], ids, row.cluster, dataset)
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


def build(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of a study."""
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
        f"{ABSENT} the protocol that the others of these pictures are compared with",
    ]
    return Table((Line((*map(Item, head), *titles)),), tuple(body), tuple(notes), tuple(records))


def calibration(
    inputs: ReportInputs, dataset: str, features: str, protocol: str, measure: str
) -> Cell | None:
    """Return a measure of calibration of a cell on the test split, None if there is none."""
    return inputs.scores.cells.get(("transfer", dataset, features, "test", protocol, None, measure))


TABLES = (
    TableSpec(
        name="adapters",
        section="protocols",
        title="Protocols that start from class names",
        order=57,
        shown=prompted,
        files=files,
        caption=(
            "Protocols that start from class names: mean ± standard deviation over runs on the test split, and the "
            "lead over the first of them on the same pictures (paired bootstrap over items and runs). ECE and NLL: "
            "expected calibration error and negative log-likelihood, before and after dividing logits by a temperature "
            "fitted on validation samples. Bold: best on the same pictures."
        ),
        build=build,
    ),
)
