"""Build the table of the ladder of encoders: contrasts at full and at a common width, and slopes on ratings."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.numbers import PERCENT
from humancentric.report.page import claims_page as words
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    NOT_APPLICABLE,
    NOT_RUN,
    Item,
    Line,
    Table,
    group,
    heading,
    not_run_line,
    not_run_note,
)
from humancentric.study import ladder
from humancentric.study.report_config import label
from humancentric.study.study import Study

RESULTS = "results/ladder.json"
KINDS = {  # families of `ladder_verdicts` and their headings
    "full": "Full width",
    "pca": "One width",
    "random": "Random directions",
    "width": "Lost at one width",
}
HEAD = ("Contrast", *KINDS.values(), "Detectable", "Verdict at one width")
PARTS = {"rating-within": "within datasets", "rating-between": "between datasets"}


def asked(study: Study) -> list[str]:
    """Return the file that tables and figures of the ladder read, if the study has a ladder."""
    return [RESULTS] if study.ladder else []


def sides(study: Study, name: str) -> str:
    """Return the difference that a contrast estimates, in display names."""
    contrast = (study.ladder or {})["contrasts"][name]
    names = (" and ".join(label(study, "encoders", n) for n in contrast[side]) for side in ("more", "less"))
    return " \N{MINUS SIGN} ".join(names)


def build(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of a study: one line per contrast and dataset, then the slopes by rater."""
    results = inputs.json(RESULTS)
    body, records = [], []
    families: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for claim in results.get("claims", ()):
        families.setdefault((claim["claim"], claim.get("rater", "")), {})[claim["family"]] = claim
        about = {key: claim.get(key) for key in ("claim", "family", "rater")}
        records += [{**about, **row, "claim_verdict": claim["verdict"]} for row in claim["contrasts"]]
    for (name, rater), by_kind in families.items():
        judged = by_kind[ladder.PCA]
        if rater:
            found = any(claim["contrasts"][0]["value"] is not None for claim in by_kind.values())
            if not found and rater != next(iter(results["ratings"]["sources"])):
                continue  # raters of whole datasets have no slope within datasets
            (row,) = judged["contrasts"]
            counted = f"{row['classes']} classes of {row['datasets']} datasets"
            names = [f"Lead by rating, {PARTS[name]} ({rater}; {counted})"]
        else:
            body.append(group(f"{name}: {sides(study, name)} ({judged['verdict']})", len(HEAD)))
            names = [label(study, "datasets", row["dataset"]) for row in judged["contrasts"]]
        for row_number, text in enumerate(names):
            parts = {kind: claim["contrasts"][row_number] for kind, claim in by_kind.items()}
            body.append(Line((Item(text), *_numbers(parts)), rule=bool(rater)))
    if not body:
        body.append(not_run_line("Ladder", len(HEAD)))
    return Table((heading(HEAD),), tuple(body), _notes(results, body), tuple(records))


def _numbers(parts: Mapping[str, Mapping[str, Any]]) -> list[Item]:
    items = [_interval(parts[kind]) if kind in parts else NOT_APPLICABLE for kind in KINDS]
    judged = parts[ladder.PCA]
    detectable = judged["detectable"]
    items.append(Item(PERCENT.number(detectable)) if detectable is not None else NOT_APPLICABLE)
    verdict, reason = judged["verdict"], judged["too_few"] or judged.get("reason") or ""
    if verdict == "not run" and reason:
        return [*items, Item(reason, tone="quiet")]
    return [*items, Item(f"{words.SIGNS[verdict]} {verdict}", reason, tone=words.TONES[verdict])]


def _interval(row: Mapping[str, Any]) -> Item:
    if row["value"] is None:
        return NOT_APPLICABLE if row.get("reason") else NOT_RUN
    ends = [PERCENT.difference(row[end]) if row[end] is not None else "?" for end in ("low", "high")]
    return Item(PERCENT.difference(row["value"]), f"[{', '.join(ends)}]")


def _notes(results: Mapping[str, Any], body: list[Line]) -> tuple[str, ...]:
    notes = not_run_note(body)
    if not results:
        return tuple(notes)
    for kind, found in results["sensitivity"].items():
        lowest, highest = (PERCENT.difference(found[end]) for end in ("lowest", "highest"))
        notes.append(
            f"slope within datasets with one {kind} left out: {lowest} to {highest}; interval above 0 in "
            f"{found['above']} of {found['fits']} fits, below in {found['below']}"
        )
    small = sum(row["support"] < results["fewest"] for row in results["classes"])
    notes.append(f"classes left out with fewer than {results['fewest']} test samples: {small}")
    for rater, source in results["ratings"]["sources"].items():
        unrated = sum(row["ratings"][rater] is None for row in results["classes"])
        notes.append(f"ratings “{rater}” ({unrated} classes without): {source}")
    return tuple(notes)


def caption(study: Study) -> str:
    """Return the caption, with the width and the smallest relevant difference."""
    row = study.ladder or {}
    first = next(iter(row.get("contrasts", {})), "")
    return (
        "Contrasts of the ladder: differences in mean score of probes on pictures, in points of accuracy "
        "or samples F1, with 95 % intervals of a paired bootstrap over items and seeds. One width: "
        f"{row.get('width')} principal components, or random directions; lost at one width: the lead at "
        "full width minus the lead at one width. Lead by rating: how the difference in F1 by class of the "
        f"contrast “{first}” changes from object to affect, estimated by a linear mixed model. Detectable: "
        "the smallest difference found with a power of 80 %. Verdicts are adjusted by Holm's method, with "
        f"{row.get('relevant')} as the smallest difference that matters."
    )


TABLES = (
    TableSpec(
        name="ladder",
        section="ladder",
        title="Contrasts of the ladder",
        order=240,
        shown=asked,
        files=asked,
        caption=caption,
        build=build,
    ),
)
