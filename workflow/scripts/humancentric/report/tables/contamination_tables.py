"""Build the tables of contamination: contrasts at each encoder's cut-off, and scores without training twins."""

from collections.abc import Iterator, Mapping
from typing import Any

from humancentric.report.numbers import Unit, unit_of
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import NOT_APPLICABLE, Item, Line, Table, group, heading
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

Record = Mapping[str, Any]
COLUMNS = (
    *("Encoder", "Data until", "Before", "After", "Own change", "Drift"),
    *("Seen before", "p", "Detectable", "Verdict"),
)
POPULARITY = {"adjusted": "at equal popularity", "famous": "more per doubling of popularity"}


def file_of(dataset: str) -> str:
    """Return the path of a dataset's contrasts."""
    return f"results/{dataset}/contamination.json"


def contamination_files(study: Study) -> list[str]:
    """Return the paths of the contrasts of all datasets that are tested for contamination."""
    return [file_of(name) for name in feature_sets.contaminable(study)]


def compared(study: Study) -> list[str]:
    """Return the datasets with a control that is compared by date."""
    return [name for name in feature_sets.contaminable(study) if feature_sets.dated_controls(study, name)]


def by_control(inputs: ReportInputs, study: Study) -> Iterator[tuple[str, Unit, list[Record]]]:
    """Yield (control, unit, contrasts), including contrasts without an estimate."""
    for dataset in compared(study):
        rows = inputs.json(file_of(dataset)).get("contrasts", [])
        for control in feature_sets.dated_controls(study, dataset):
            yield control, unit_of(study, dataset), [row for row in rows if row["control"] == control]


def estimated(rows: list[Record]) -> list[Record]:
    """Return the contrasts that have an estimate."""
    return [row for row in rows if "value" in row]


def with_interval(unit: Unit, numbers: Record, bold: bool = False) -> Item:
    """Return a difference with its interval, if it has one."""
    ends = unit.difference_interval((numbers["low"], numbers["high"]))
    return Item(unit.difference(numbers["value"]), ends, bold)


def build_contrasts(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of contrasts of a study; encoders without a contrast are listed with the reason."""
    body, records, notes = [], [], []
    for control, unit, rows in by_control(inputs, study):
        parent = study.controls[control]
        title = f"{label(study, 'datasets', parent)} and {label(study, 'datasets', control)}, {unit.title}"
        body.append(group(title, len(COLUMNS)))
        for row in rows:
            records.append(_record(row, parent))
            name = report_config.name_of(study, row["features"])
            first = (Item(name), Item(row["cut_off"]))
            if "value" not in row:
                body.append(Line((*first, Item(row["reason"], span=len(COLUMNS) - 2, tone="quiet"))))
                continue
            body.append(Line((*first, *_numbers(row, unit))))
            for key, words in POPULARITY.items() if row["popularity"] else ():
                value = with_interval(unit, row["popularity"][key])
                body.append(Line((Item(words), *[Item()] * 5, value, *[Item()] * 3), kind="sub"))
            references = ", ".join(report_config.name_of(study, other) for other in row["references"])
            notes.append(f"{name}: drift of {references}{_placebo(row)}")
            notes += [f"{name}: {row['too_few']}"] if row["too_few"] else []
    return Table((heading(COLUMNS),), tuple(body), tuple(notes), tuple(records))


def _numbers(row: Record, unit: Unit) -> list[Item]:
    clear, detectable = row["verdict"] in ("reproduced", "reversed"), row.get("detectable")
    return [
        *(Item(f"{row['samples'][side]:,}") for side in ("before", "after")),
        *(with_interval(unit, row[change]) for change in ("loss", "drift")),
        with_interval(unit, row, bold=clear),
        NOT_APPLICABLE if row["p_holm"] is None else Item(f"{row['p_holm']:.3f}".removeprefix("0")),
        NOT_APPLICABLE if detectable is None else Item(unit.number(detectable)),
        Item(row["verdict"], bold=clear),
    ]


def _placebo(row: Record) -> str:
    if row["placebo"] is None:
        return "; only one reference, so equal drift cannot be tested"
    return f"; p = {row['placebo']:.3f} for equal drift"


def _record(row: Record, parent: str) -> dict[str, Any]:
    """Flatten a contrast to plain values."""
    plain = {key: value for key, value in row.items() if not isinstance(value, dict | list)}
    flat = {"dataset": parent, **plain}
    flat["references"] = "+".join(row["references"])
    for key in ("samples", "loss", "drift"):
        flat |= {f"{key}_{name}": value for name, value in row.get(key, {}).items()}
    for name, numbers in (row.get("popularity") or {}).items():
        if isinstance(numbers, dict):
            flat |= {f"{name}_{end}": value for end, value in numbers.items()}
    return flat


def contrast_caption(study: Study) -> str:
    """Return the caption of the table of contrasts."""
    months = (study.contamination or {}).get("window")
    return (
        f"Seen before: mean score on samples from the {months} months before the end of an encoder's own "
        "training data minus that on samples from as many months after it (own change), minus the same "
        "change for encoders of the same view whose data end before all of these months (drift). Brackets: "
        "95 % intervals of a bootstrap over samples and seeds; p-values are adjusted by Holm's method. "
        "Reproduced: the encoder's earlier scores are inflated; reversed: they are lower; not separable: "
        f"neither is found, although a difference of {(study.contamination or {}).get('relevant')} would "
        "have been found with a power of 80 %; inconclusive: the data cannot say. Detectable: the smallest "
        "difference found with that power. Samples with a twin in training are left out."
    )


def build_twins(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return the scores of single encoders on the test split with and without twins of training samples."""
    found, unit = inputs.json(file_of(dataset)), unit_of(study, dataset)
    body, records = [], []
    for cell in found.get("cells", []):
        scores = [cell["all"], cell.get("without")]
        items = [NOT_APPLICABLE if score is None else Item(unit.number(score)) for score in scores]
        change = with_interval(unit, cell["inflated"]) if "without" in cell else NOT_APPLICABLE
        body.append(Line((Item(report_config.name_of(study, cell["features"])), *items, change)))
        record = {"dataset": dataset, "features": cell["features"], "all": scores[0], "without": scores[1]}
        inflated = cell.get("inflated", {})
        records.append(record | {f"inflated_{name}": value for name, value in inflated.items()})
    notes = [
        f"{label(study, 'datasets', name)}: {counts['either']:,} twins, {counts['hashes']:,} by hashes or equal "
        f"texts and {counts['neighbours']:,} by neighbours"
        for name, counts in found.get("twins", {}).items()
    ]
    head = heading(("Features", f"All {found.get('samples', 0):,}", "Without twins", "Inflated by"))
    return Table((head,), tuple(body), tuple(notes), tuple(records))


TABLES = (
    TableSpec(
        name="contamination",
        section="contamination",
        title="Scores before and after each encoder's own cut-off",
        order=120,
        shown=compared,
        files=contamination_files,
        caption=contrast_caption,
        build=build_contrasts,
    ),
    TableSpec(
        name="{dataset}-twins",
        section="contamination",
        title="{dataset}: without twins of training",
        order=130,
        shown=feature_sets.contaminable,
        files=contamination_files,
        caption=(
            "Mean scores on the whole test split and without the samples that have a twin in training. "
            "Twins are samples with equal or nearly equal pictures (by hashes), samples with equal texts, "
            "and neighbours that more than half of the encoders of a view find far closer than usual. No "
            "head is trained again. Brackets: 95 % intervals, with the share of twins taken as fixed."
        ),
        build=build_twins,
    ),
)
