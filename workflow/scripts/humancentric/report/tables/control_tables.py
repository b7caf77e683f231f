"""Build the tables of controls: scores of heads on a dataset and on its control, and leads of encoders on both."""

from collections.abc import Iterator
from typing import Any

from humancentric.core import files
from humancentric.report.numbers import UNITS, Unit
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    NOT_APPLICABLE,
    NOT_RUN,
    Item,
    Line,
    Table,
    cell_item,
    cell_record,
    group,
    heading,
    not_run_note,
)
from humancentric.study import feature_sets, report_config
from humancentric.study.feature_sets import compared_pairs
from humancentric.study.report_config import label
from humancentric.study.study import Study

COLUMNS = ["Features", "Dataset", "Control", "Change", "Relative"]
PAPER = ["Paper", "Paper, control", "Paper, change"]
FURTHER = {  # other selections of the control's samples: split, heading, note
    "test-with-seen": (
        "With seen",
        "with seen: samples that the head was trained on stay in, as in the paper",
    ),
    "test-without-twins": (
        "Without twins",
        "without twins: samples whose picture or text is like that of a training sample are left out as well",
    ),
}


def features_of(scores: Scores, study: Study, control: str) -> list[str]:
    """Return the single features of the views that were scored on the control, or of all views if none was."""
    ran = {key[2] for key in scores.cells if key[:2] == ("control", control)}
    by_view: dict[str, list[str]] = {}
    for features in (
        f for modality in ("image", "text") for f in report_config.singles(study, control, modality)
    ):
        by_view.setdefault(features.split(".")[0], []).append(features)
    shown = [names for names in by_view.values() if ran & set(names)] or list(by_view.values())
    return [features for names in shown for features in names]


def pairs(
    scores: Scores, study: Study, parent: str, control: str
) -> Iterator[tuple[str, Cell | None, Cell | None]]:
    """Yield (features, cell on the dataset, cell on its control)."""
    for features in features_of(scores, study, control):
        yield features, scores.transfer(study, parent, features), scores.control(study, control, features)


def control_caption(study: Study) -> str:
    """Return the caption of the table."""
    return (
        "Controls: heads trained on a dataset, evaluated on its own test split and on the control; mean ± "
        f"standard deviation over {study.seeds} runs. Paper: the published scores on the dataset and on the "
        "control and their change, if published."
    )


def score_files(study: Study) -> list[str]:
    """Return one file of scores per control, which counts the samples that the heads were trained on."""
    first = {
        control: features
        for control, folder, features in [*feature_sets.control_cells(study)][::-1]
        if folder == "transfer"
    }
    return [f"results/{control}/transfer/{features}/scores.json" for control, features in first.items()]


def seen_notes(inputs: ReportInputs, study: Study) -> list[str]:
    """Return notes on how many samples of every control its heads were trained on, here and in the paper."""
    found = []
    for path in (inputs.further[name] for name in score_files(study) if name in inputs.further):
        cell = files.read_json(path)
        seen, paper = cell["seen_in_training"], inputs.reference.get("controls", {}).get(cell["dataset"], {})
        total = seen + cell["samples"]["test"]
        note = (
            f"{label(study, 'datasets', cell['dataset'])}: {seen:,} of {total:,} samples are training samples"
        )
        if "films_seen_in_training" in paper:
            note += f" (paper: {paper['films_seen_in_training']:,} of {paper['films']:,})"
        found.append(note)
    return found


def build_control(inputs: ReportInputs, study: Study) -> Table:
    """Return the control table of a study: scores on dataset and control, the change, and the paper's numbers."""
    scores, body, records = inputs.scores, [], []
    of_paper = inputs.reference.get("controls", {})
    in_paper = any(control in of_paper for control in study.controls)
    scored = {key[3] for key in scores.cells if key[0] == "control"}
    further = {split: FURTHER[split] for split in FURTHER if split in scored}
    columns = [*COLUMNS, *(title for title, _ in further.values()), *(PAPER if in_paper else ())]
    for control, parent in study.controls.items():
        metric = report_config.headline(study, parent)
        unit = UNITS[metric]
        body.append(group(f"{_title(study, control)}, {unit.title}", len(columns)))
        for features, before, after in pairs(scores, study, parent, control):
            items = [cell_item(cell, unit) for cell in (before, after)]
            about = {"dataset": parent, "control": control, "features": features, "metric": metric}
            record = cell_record(before, "dataset_", **about) | cell_record(after, "control_")
            if before is None or after is None:
                items += [NOT_RUN, NOT_RUN]
            else:
                change = after.mean - before.mean
                share = f"{100 * change / before.mean:+.0f} %" if before.mean else ""
                items += [Item(unit.difference(change)), Item(share.replace("-", "\N{MINUS SIGN}"))]
                record["change"] = change
            for split in further:
                cell = scores.control(study, control, features, split)
                items.append(cell_item(cell, unit) if cell else NOT_APPLICABLE)
                record |= cell_record(cell, f"{split}_")
            if in_paper:
                paper = of_paper.get(control, {}).get("cells", {}).get(features)
                items += _of_paper(paper, unit)
                record |= dict(zip(("paper_dataset", "paper_control"), paper or (None, None), strict=True))
            records.append(record)
            body.append(Line((Item(report_config.name_of(study, features)), *items)))
        body += _blind(scores, study, (parent, control), unit, len(columns))
    notes = [*not_run_note(body), *(note for _, note in further.values()), *seen_notes(inputs, study)]
    return Table((heading(columns),), tuple(body), tuple(notes), tuple(records))


def _title(study: Study, control: str) -> str:
    names = (label(study, "datasets", name) for name in (study.controls[control], control))
    return " \N{RIGHTWARDS ARROW} ".join(names)


def _of_paper(paper: tuple[float, float] | None, unit: Unit) -> list[Item]:
    if paper is None:
        return [NOT_APPLICABLE] * len(PAPER)
    before, after = paper
    return [*(Item(unit.number(value)) for value in paper), Item(unit.difference(after - before))]


def _blind(scores: Scores, study: Study, sides: tuple[str, str], unit: Unit, columns: int) -> list[Line]:
    """Return the line with the best input-free baseline on a dataset and its control; empty without any."""
    found = [next(iter(scores.blind(study, name).items()), None) for name in sides]
    if not any(found):
        return []
    items = [
        Item(unit.number(best[1].mean), label(study, "baselines", best[0]).lower()) if best else NOT_RUN
        for best in found
    ]
    return [Line((Item("Best blind baseline"), *items, *[NOT_APPLICABLE] * (columns - 3)), rule=True)]


SIDES = ("before", "after", "change")
NUMBERS = ("difference", "low", "high")


def lead_pairs(study: Study, control: str) -> Iterator[tuple[str, str, str]]:
    """Yield (stored name of a lead, display names of its two encoders, display name of their view)."""
    for left, right in compared_pairs(study, control):
        ((view, a),), ((_, b),) = report_config.split_features(left), report_config.split_features(right)
        names = f"{label(study, 'encoders', a)} \N{MINUS SIGN} {label(study, 'encoders', b)}"
        yield f"{left}{feature_sets.BETWEEN}{right}", names, label(study, "views", view)


def build_differences(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of leads of a study."""
    scores = inputs.scores
    body, records = [], []
    for control in feature_sets.differing_controls(study):
        metric = report_config.headline(study, control)
        unit = UNITS[metric]
        body.append(group(f"{_title(study, control)}, {unit.title}", 4))
        for stored, names, view in lead_pairs(study, control):
            items = []
            record: dict[str, Any] = {"dataset": study.controls[control], "control": control}
            record |= {"features": stored, "metric": metric}
            for side in SIDES:
                found = [scores.value("differences", control, stored, side, name) for name in NUMBERS]
                record |= {f"{side}_{name}": value for name, value in zip(NUMBERS, found, strict=True)}
                items.append(_lead(unit, side, *found))
            records.append(record)
            body.append(Line((Item(f"{names} ({view})"), *items)))
    head = heading(("Lead", "Before", "After", "Change"))
    return Table((head,), tuple(body), tuple(not_run_note(body)), tuple(records))


def _lead(unit: Unit, side: str, point: float | None, low: float | None, high: float | None) -> Item:
    if point is None or low is None or high is None:
        return NOT_RUN
    excludes = side == "change" and (low > 0 or high < 0)
    return Item(unit.difference(point), unit.difference_interval((low, high)), bold=excludes)


TABLES = (
    TableSpec(
        name="control",
        section="control",
        title="Datasets and controls",
        order=100,
        shown=report_config.controls,
        files=score_files,
        caption=control_caption,
        build=build_control,
    ),
    TableSpec(
        name="differences",
        section="control",
        title="Leads before and after",
        order=110,
        shown=feature_sets.differing_controls,
        caption=(
            "Leads before and after: mean score of an encoder that was trained on images and language "
            "minus that of one that was not, on the test split of the dataset that their heads were "
            "trained on, and on its control; the change is after minus before. In brackets 95 % intervals "
            "of a bootstrap over samples and seeds. Bold: a change whose interval excludes zero; the "
            "intervals are not corrected for their number."
        ),
        build=build_differences,
    ),
)
