"""Build the zero-shot table: one row per encoder, one column per dataset, view and set of templates."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.numbers import UNITS, best, unit_of
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    MISSING,
    NOT_APPLICABLE,
    NOT_RUN,
    Item,
    Line,
    Table,
    cell_record,
    not_run_note,
)
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

Column = tuple[str, str, str]  # dataset, view, set of templates


def columns(study: Study) -> list[Column]:
    """Return the dataset, image view and template set of every column but the last."""
    found: dict[Column, None] = {}
    for dataset in report_config.zeroshot_datasets(study):
        for features in feature_sets.zeroshot_features(study, dataset):
            view = features.split(".")[0]
            found |= dict.fromkeys((dataset, view, name) for name in study.datasets[dataset].templates)
    return list(found)


def caption(study: Study) -> str:
    """Return the caption of the table."""
    shared = {report_config.headline(study, name) for name in report_config.zeroshot_datasets(study)}
    units = " or ".join(UNITS[name].title for name in UNITS if name in shared)
    many = (
        " Samples with several labels get as many classes as a training sample has on average."
        if "f1_samples" in shared
        else ""
    )
    bold = " Bold: best of a column." if len(study.zeroshot) > 1 else ""
    return (
        f"Zero-shot: the class names nearest to a picture, no training; {units} on the test split, by set "
        f"of prompt templates.{many} Milliseconds: one picture of 600 x 900 pixels, resized and encoded, on "
        f"the machine of this run.{bold}"
    )


def build(inputs: ReportInputs, study: Study) -> Table:
    """Return the zero-shot table of a study; the timings by encoder give the device of its milliseconds."""
    scores, timings = inputs.scores, inputs.timings
    shown = columns(study)
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
        items = [_item(study, column, cells[name, column], (name, column) in top) for column in shown]
        spent = [
            scores.zeroshot(study, dataset, f"{view}.{name}", templates, "milliseconds")
            for dataset, view, templates in shown
        ]
        known = [cell.mean for cell in spent if cell]
        items.append(Item(f"{known[0]:.1f}", _device(timings.get(name))) if known else NOT_RUN)
        body.append(Line((Item(label(study, "encoders", name)), *items)))
        for (dataset, view, templates), time in zip(shown, spent, strict=True):
            own = scores.zeroshot(study, dataset, f"{view}.{name}", templates, "similarity")
            records.append(
                {
                    "dataset": dataset,
                    "features": f"{view}.{name}",
                    "templates": templates,
                    "metric": report_config.headline(study, dataset),
                    **cell_record(cells[name, (dataset, view, templates)]),
                    "similarity": own and own.mean,
                    "milliseconds": time and time.mean,
                    "device": timings.get(name, {}).get("device"),
                    "threads": timings.get(name, {}).get("threads"),
                }
            )
    body.append(_blind(scores, study, shown))
    notes = tuple(not_run_note(body))
    return Table(_head(study, shown), tuple(body), notes, tuple(records))


def _device(timing: Mapping[str, Any] | None) -> str:
    """Return the device that an image was timed on, in words; empty if not recorded."""
    if not timing:
        return ""
    threads = timing.get("threads")
    many = f", {threads} thread{'s' * (threads > 1)}" if threads and timing["device"] == "cpu" else ""
    return f"({timing['device']}{many})"


def _item(study: Study, column: Column, cell, bold: bool) -> Item:
    if cell is None:
        return NOT_RUN
    return Item(unit_of(study, column[0]).number(cell.mean), bold=bold)


def _blind(scores: Scores, study: Study, shown: list[Column]) -> Line:
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


def _head(study: Study, shown: list[Column]) -> tuple[Line, ...]:
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
    return Line((Item(), *spanning, Item())), Line((Item("Image encoder"), *sets, Item("ms a picture")))


TABLES = (
    TableSpec(
        name="zeroshot",
        section="zeroshot",
        title="Zero-shot scores",
        order=90,
        shown=report_config.zeroshot_datasets,
        caption=caption,
        build=build,
    ),
)
