"""Build the tables of claims and of encoders under all specifications of their probes."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.numbers import unit_of
from humancentric.report.page import claims_page as words
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    ABSENT,
    NOT_RUN,
    Item,
    Line,
    Table,
    flat,
    group,
    heading,
    not_run_line,
)
from humancentric.study import specification_grid
from humancentric.study.report_config import label
from humancentric.study.study import Study

SECTION = "specifications"
FILE = "results/specifications.json"
TONES = {
    "robust": "agree",
    "depends on the probe": "order",
    "equal": "order",
    "inconclusive": "quiet",
    "reversed": "disagree",
    "not run": "missing",
}
CLAIM_HEAD = (
    *("Contrast", "Holds in", "95 % interval", "Shown", "Refuted"),
    *("Selected", "95 % interval", "Answer"),
)
RANK_HEAD = ("Encoder", "First in", "95 % interval", "Ranks", "Scores", "Selected", "Score", "Rank")


def verdicts_of(inputs: ReportInputs) -> Mapping[str, Any]:
    """Return the claims and encoders under all specifications; empty if the file is missing."""
    return inputs.json(FILE) or {"specifications": [], "claims": [], "encoders": []}


def specification_name(study: Study, one: Mapping[str, Any]) -> str:
    """Describe a specification: ``Linear layer, raw, tuned, 256 components``."""
    width = "all features" if one["width"] is None else f"{one['width']} components"
    return ", ".join((label(study, "protocols", one["probe"]), one["features"], one["options"], width))


def percent(value: float | None) -> str:
    """Format a share in percent without decimals."""
    return ABSENT if value is None else f"{100 * value:.0f} %"


def share_interval(record: Mapping[str, Any], key: str) -> str:
    """Format the interval of a share in percent; empty if there is none."""
    low, high = record[f"{key}_low"], record[f"{key}_high"]
    return "" if low is None or high is None else f"[{100 * low:.0f}, {100 * high:.0f}]"


def build_claims(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of the contrasts of all claims."""
    found, body, records = verdicts_of(inputs), [], []
    total = len(found["specifications"])
    for claim in found["claims"]:
        body.append(group(claim["sentence"], len(CLAIM_HEAD)))
        for contrast in claim["contrasts"]:
            answer = contrast["answer"]
            items = [
                Item(words.contrast_name(study, claim, contrast)),
                Item(percent(contrast["holds"])),
                Item(share_interval(contrast, "holds")),
                Item(f"{contrast['shown']} of {total}"),
                Item(f"{contrast['refuted']} of {total}"),
                Item(words.number(contrast, "value") or ABSENT),
                Item(words.contrast_interval(contrast)),
                NOT_RUN if answer == "not run" else Item(answer, tone=TONES[answer]),
            ]
            body.append(Line(tuple(items)))
            own = {key: value for key, value in contrast.items() if not isinstance(value, list)}
            lists = flat({key: contrast[key] for key in ("datasets", "rivals")})
            records.append({"claim": claim["claim"], **own, **lists, "specifications": total})
        if not claim["contrasts"]:
            body.append(Line((Item("not part of this study", span=len(CLAIM_HEAD), tone="quiet"),)))
    if not body:
        body.append(not_run_line("Claims", len(CLAIM_HEAD)))
    return Table((heading(CLAIM_HEAD),), tuple(body), (), tuple(records))


def build_ranks(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of the ranks of all encoders; its records have one row per encoder and specification."""
    found, body, records, current = verdicts_of(inputs), [], [], None
    listed = found["specifications"]
    for encoder in found["encoders"]:
        unit = unit_of(study, encoder["dataset"])
        views = [part.split(".")[0] for part in encoder["features"].split("+")]
        if (encoder["dataset"], views) != current:
            current = encoder["dataset"], views
            names = " + ".join(label(study, "views", view).lower() for view in views)
            body.append(
                group(
                    f"{label(study, 'datasets', encoder['dataset'])}, {names}, {unit.title}", len(RANK_HEAD)
                )
            )
        chosen = [specification["name"] for specification in listed].index(encoder["selected"])
        low, high = min(encoder["ranks"]), max(encoder["ranks"])
        items = [
            words.encoders(study, encoder["features"]),
            percent(encoder["first"]),
            share_interval(encoder, "first"),
            f"{low} to {high}" if low < high else str(low),
            f"{unit.number(min(encoder['means']))} to {unit.number(max(encoder['means']))}",
            specification_name(study, listed[chosen]),
            unit.number(encoder["means"][chosen]),
            str(encoder["ranks"][chosen]),
        ]
        body.append(heading(items))
        for number, specification in enumerate(listed):
            numbers = {"mean": encoder["means"][number], "rank": encoder["ranks"][number]}
            numbers |= {
                "validation": encoder["validation"][number],
                "components": encoder["components"][number],
            }
            records.append(
                {key: encoder[key] for key in ("dataset", "features")}
                | {key: specification[key] for key in ("probe", "options", "width")}
                | {"scaling": specification["features"], **numbers, "selected": number == chosen}
            )
    if not body:
        body.append(not_run_line("Encoders", len(RANK_HEAD)))
    return Table((heading(RANK_HEAD),), tuple(body), (), tuple(records))


def _claims_caption(study: Study) -> str:
    margin = (study.specifications or {}).get("margin", specification_grid.MARGIN)
    return (
        "Holds in: share of specifications whose estimates support the contrast, with the percentile "
        "interval of a bootstrap over test items and seeds. Shown and refuted: specifications with p at "
        "most .05, not adjusted. Selected: the difference, with its interval, if the specification of "
        "every encoder is selected on validation samples. Robust: shown by the selected specifications, "
        "and the interval of the share is above one half. Depends on the probe: one specification shows "
        f"the contrast and another its opposite, or the selected ones are equal within {100 * margin:g} "
        "points although some specification shows a difference (adjusted for the number of tests)."
    )


TABLES = (
    TableSpec(
        name="specifications",
        section=SECTION,
        title="Claims under all specifications",
        order=60,
        shown=specification_grid.cells,
        files=lambda study: [FILE],
        caption=_claims_caption,
        build=build_claims,
    ),
    TableSpec(
        name="specification-ranks",
        section=SECTION,
        title="Ranks under all specifications",
        order=61,
        shown=specification_grid.cells,
        files=lambda study: [FILE],
        caption=(
            "Ranks: the best and the worst rank of an encoder among those with the same view, over all specifications; "
            "scores likewise. First in: share of specifications in which it is the best or ties with the best, with "
            "the interval over test items and seeds. Selected: the specification with the best validation score, and "
            "the test score and rank there. The CSV file has one row per encoder and specification."
        ),
        build=build_ranks,
    ),
)
