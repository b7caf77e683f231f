"""Build the tables of other ways to score the same features: further protocols, and zero-shot."""

from collections.abc import Mapping, Sequence
from typing import Any

from humancentric.report.numbers import UNITS, Unit, best, marks, unit_of
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
    """Return the protocols beside the first; those with auxiliary encoders have features of their own."""
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


Column = tuple[str, str, str]  # dataset, view, set of templates


def zeroshot_columns(study: Study) -> list[Column]:
    """Return the dataset, image view and template set of every column but the last."""
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
        " Samples with several labels get as many classes as a training sample has on average."
        if "f1_samples" in shared
        else ""
    )
    first = study.zeroshot_first
    part = f", of its first {first:,} samples" if first else ""
    bold = " Bold: best of a column." if len(study.zeroshot) > 1 else ""
    return (
        f"Zero-shot: the class names nearest to a picture, no training; {units} on the test split, by set "
        f"of prompt templates{part}, with its 95 % bootstrap interval.{many} Below: the mean cosine between a picture "
        f"and its own classes. Milliseconds: one picture of 600 x 900 pixels, resized and encoded, on "
        f"the machine of this run.{bold}"
    )


def build_zeroshot(inputs: ReportInputs, study: Study) -> Table:
    """Return the zero-shot table of a study; the timings by encoder give the device of its milliseconds."""
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
    """Return the device that an image was timed on, in words; empty if not recorded."""
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
        name="zeroshot",
        section="zeroshot",
        title="Zero-shot scores",
        order=90,
        shown=report_config.zeroshot_datasets,
        caption=zeroshot_caption,
        build=build_zeroshot,
    ),
)
