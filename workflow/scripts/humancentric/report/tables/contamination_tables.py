"""Build the tables of contamination: contrasts at each encoder's own cut-off, and scores without twins of training."""

from collections.abc import Iterator, Mapping
from typing import Any

from humancentric.core import files
from humancentric.report.numbers import Unit, unit_of
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import NOT_APPLICABLE, Item, Line, Table, group
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

Record = Mapping[str, Any]
COLUMNS = (
    "Encoder",
    "Data until",
    "Before",
    "After",
    "Own change",
    "Drift",
    "Seen before",
    "p",
    "Detectable",
    "Verdict",
)
POPULARITY = {
    "adjusted": "at equal popularity",
    "famous": "more per doubling of popularity",
}


def file_of(dataset: str) -> str:
    """Return the file of a dataset's contrasts."""
    return f"results/{dataset}/contamination.json"


def contamination_files(study: Study) -> list[str]:
    """Return the files of all datasets that are searched."""
    return [file_of(name) for name in feature_sets.contaminable(study)]


def compared(study: Study) -> list[str]:
    """Return the datasets with a control that is compared by date."""
    return [name for name in feature_sets.contaminable(study) if feature_sets.dated_controls(study, name)]


def found_in(inputs: ReportInputs, dataset: str) -> dict[str, Any]:
    """Return what the search found in a dataset, {} where it was not run."""
    path = inputs.further.get(file_of(dataset))
    return files.read_json(path) if path and path.exists() else {}


def by_control(inputs: ReportInputs, study: Study) -> Iterator[tuple[str, Unit, list[Record]]]:
    """Yield (control, its unit, its contrasts that were estimated)."""
    for dataset in compared(study):
        rows = found_in(inputs, dataset).get("contrasts", [])
        for control in feature_sets.dated_controls(study, dataset):
            yield control, unit_of(study, dataset), [row for row in rows if row["control"] == control]


def estimated(rows: list[Record]) -> list[Record]:
    """Return the contrasts that have an estimate."""
    return [row for row in rows if "value" in row]


def with_interval(unit: Unit, numbers: Record, bold: bool = False) -> Item:
    """Return a difference with the ends of its interval, where it has one."""
    ends = [numbers["low"], numbers["high"]]
    known = all(end is not None for end in ends)
    return Item(
        unit.difference(numbers["value"]) or "0",
        f"[{', '.join(unit.difference(end) or '0' for end in ends)}]" if known else "",
        bold,
    )


def build_contrasts(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of contrasts of a study; encoders without one are listed with the reason."""
    body, records, notes = [], [], []
    for control, unit, rows in by_control(inputs, study):
        parent = study.controls[control]
        title = f"{label(study, 'datasets', parent)} and {label(study, 'datasets', control)}, {unit.title}"
        body.append(group(title, len(COLUMNS)))
        for row in rows:
            name = report_config.name_of(study, row["features"])
            records.append(_record(row, parent))
            if "value" not in row:
                body.append(
                    Line(
                        (
                            Item(name),
                            Item(row["cut_off"]),
                            Item(row["reason"], span=len(COLUMNS) - 2, tone="quiet"),
                        )
                    )
                )
                continue
            body.append(Line((Item(name), Item(row["cut_off"]), *_numbers(row, unit))))
            body += [
                Line(
                    (Item(words), *[Item()] * 5, with_interval(unit, row["popularity"][key]), *[Item()] * 3),
                    kind="sub",
                )
                for key, words in POPULARITY.items()
                if row["popularity"]
            ]
            references = ", ".join(report_config.name_of(study, other) for other in row["references"])
            notes.append(f"{name}: drift of {references}{_placebo(row)}")
            notes += [f"{name}: {row['too_few']}"] if row["too_few"] else []
    head = Line(tuple(map(Item, COLUMNS)))
    return Table((head,), tuple(body), tuple(notes), tuple(records))


def _numbers(row: Record, unit: Unit) -> list[Item]:
    counts = [Item(f"{row['samples'][side]:,}") for side in ("before", "after")]
    changes = [with_interval(unit, row["loss"]), with_interval(unit, row["drift"])]
    clear = row["verdict"] in ("reproduced", "reversed")
    p = NOT_APPLICABLE if row["p_holm"] is None else Item(f"{row['p_holm']:.3f}".removeprefix("0"))
    least = row.get("detectable")
    detectable = NOT_APPLICABLE if least is None else Item(unit.number(least))
    return [
        *counts,
        *changes,
        with_interval(unit, row, bold=clear),
        p,
        detectable,
        Item(row["verdict"], bold=clear),
    ]


def _placebo(row: Record) -> str:
    if row["placebo"] is None:
        return "; one reference, so that it cannot be tested whether they drift alike"
    return f"; p = {row['placebo']:.3f} that they drift alike"


def _record(row: Record, parent: str) -> dict[str, Any]:
    """Return a contrast as plain values."""
    flat = {
        "dataset": parent,
        **{key: value for key, value in row.items() if not isinstance(value, dict | list)},
    }
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
        f"Seen before: mean score on samples from the {months} months before the end of an encoder's own training "
        "data minus that on samples from as many months after it (own change), minus the same change of encoders "
        "of the view whose data end before all of these months (drift). In brackets 95 % intervals of a bootstrap over "
        "samples and seeds; p-values are adjusted by Holm. Reproduced: the encoder's earlier scores are inflated; "
        "reversed: they are lower; not separable: neither, although a difference of "
        f"{(study.contamination or {}).get('relevant')} would have been found with a power of 80 %; inconclusive: "
        "the data cannot say. Detectable: the smallest difference found with that power. Samples with a twin in "
        "training are left out."
    )


def build_twins(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return the scores of single encoders on the test split with and without twins of training samples."""
    found, unit = found_in(inputs, dataset), unit_of(study, dataset)
    body = []
    for cell in found.get("cells", []):
        items = [
            Item(report_config.name_of(study, cell["features"])),
            Item(unit.number(cell["all"])) if cell["all"] is not None else NOT_APPLICABLE,
        ]
        if "without" in cell:
            items += [Item(unit.number(cell["without"])), with_interval(unit, cell["inflated"])]
        else:
            items += [NOT_APPLICABLE, NOT_APPLICABLE]
        body.append(Line(tuple(items)))
    records = [
        {"dataset": dataset, "features": cell["features"], "all": cell["all"], "without": cell.get("without")}
        | {f"inflated_{name}": value for name, value in cell.get("inflated", {}).items()}
        for cell in found.get("cells", [])
    ]
    notes = [
        f"{label(study, 'datasets', name)}: {counts['either']:,} twins, {counts['hashes']:,} by hashes or equal "
        f"texts and {counts['neighbours']:,} by neighbours"
        for name, counts in found.get("twins", {}).items()
    ]
    head = Line(
        tuple(map(Item, ("Features", f"All {found.get('samples', 0):,}", "Without twins", "Inflated by")))
    )
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
            "Mean scores on the test split, and without samples that have a twin in training: equal or nearly "
            "equal pictures by hashes, equal texts, or a neighbour far closer than usual on which more than half of "
            "the encoders of a view agree. Nothing is trained again. In brackets 95 % intervals, for this share "
            "of twins."
        ),
        build=build_twins,
    ),
)
