"""Build the tables of ``reading.json``: how scores depend on text in images, and verdicts on declared contrasts."""

from collections.abc import Mapping
from typing import Any

from humancentric.report.numbers import Unit, unit_of
from humancentric.report.page import claims_page as words
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    ABSENT,
    NOT_APPLICABLE,
    NOT_RUN,
    Item,
    Line,
    Table,
    flat,
    group,
    heading,
    not_run_note,
)
from humancentric.study import reading_grid
from humancentric.study.reading_grid import FULL, MIRRORED, OCR, QUESTIONS, TEXT_ONLY
from humancentric.study.report_config import label
from humancentric.study.study import Study

FILE = "results/reading.json"
Record = Mapping[str, Any]
HEAD = (
    *("Encoder", "Unmasked", "Text masked", "Random boxes", "Needs letters", "Share of the score"),
    *("Text only", "Mirrored", "Text read"),
)
CONTRAST_HEAD = ("Contrast", "Value", "95 % interval", "Detectable", "Power", "p (Holm)", "Verdict")


def reading_file(study: Study) -> list[str]:
    """Return the file that the tables and figures on reading need."""
    return [FILE]


def read(inputs: ReportInputs) -> dict[str, Any]:
    """Return the content of the file; a record without entries if it is missing."""
    empty: dict[str, Any] = {"cells": [], "leads": [], "needs": [], "claims": [], "blind": {}, "areas": {}}
    return inputs.json(FILE) or empty


def cells_of(found: Record, dataset: str) -> dict[tuple[str, str], Record]:
    """Return {(view, encoder): mean and interval} of a dataset."""
    return {(c["view"], c["encoder"]): c for c in found["cells"] if c["dataset"] == dataset}


def views_of(study: Study, dataset: str) -> dict[str, str]:
    """Return the names of the unmasked, text-masked and random-box views of a dataset."""
    row = study.datasets[dataset].masked_views[study.reading["view"]]  # type: ignore[index]
    return {"whole": row.of, "text": row.name, "random": f"random-{FULL}"}


def build(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of every encoder's scores by view and its loss due to text alone."""
    found = read(inputs)
    body, records = [], []
    for dataset in reading_grid.datasets(study):
        unit, cells, names = unit_of(study, dataset), cells_of(found, dataset), views_of(study, dataset)
        needs = {need["encoder"]: need for need in found["needs"] if need["dataset"] == dataset}
        title = f"{label(study, 'datasets', dataset)}, {unit.title}"
        body.append(group(f"{title}; {_areas(found, dataset, names)}", len(HEAD)))
        for encoder in (*study.image_encoders, *(study.text_encoders if study.reading["ocr"] else ())):  # type: ignore[index]
            image = encoder in study.image_encoders
            shown = (*names.values(), TEXT_ONLY, MIRRORED, OCR)
            scores = {
                view: _score(cells.get((view, encoder)), unit, image != (view == OCR)) for view in shown
            }
            need = needs.get(encoder)
            line = [*(scores[view] for view in names.values()), *_need(need, unit, image)]
            line += [scores[view] for view in (TEXT_ONLY, MIRRORED, OCR)]
            body.append(Line((Item(label(study, "encoders", encoder)), *line)))
        records += [c for c in found["cells"] if c["dataset"] == dataset]
        records += [{"view": "needs-letters", **need} for need in needs.values()]
    return Table((heading(HEAD),), tuple(body), tuple(not_run_note(body)), tuple(records))


def _areas(found: Record, dataset: str, names: Mapping[str, str]) -> str:
    areas = found["areas"].get(dataset, {})
    shares = [areas.get(names[kind]) for kind in ("text", "random")]
    if None in shares:
        return "covered area unknown"
    text, random = (f"{100 * share:.1f} %" for share in shares)
    return f"text covers {text} of a picture, random boxes {random}"


def _score(cell: Record | None, unit: Unit, applicable: bool) -> Item:
    if not applicable:
        return NOT_APPLICABLE
    return NOT_RUN if cell is None else Item(unit.number(cell["value"]))


def _need(need: Record | None, unit: Unit, applicable: bool) -> list[Item]:
    if not applicable:
        return [NOT_APPLICABLE] * 2
    if need is None:
        return [NOT_RUN] * 2
    ends = (need["low"], need["high"])
    bold = None not in ends and need["low"] > 0
    loss = Item(unit.difference(need["value"]), unit.difference_interval(ends), bold)
    if need["share"] is None:
        return [loss, NOT_APPLICABLE]
    low, share, high = (
        str(round(100 * need[key])).replace("-", words.MINUS) for key in ("share_low", "share", "share_high")
    )
    return [loss, Item(f"{share} %", f"[{low}, {high}]")]


def build_contrasts(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of verdicts on the declared contrasts, by question."""
    claims = read(inputs)["claims"]
    body, records = [], []
    for family, question in QUESTIONS.items():
        body.append(group(question, len(CONTRAST_HEAD)))
        members = [claim for claim in claims if claim["family"] == family]
        shown = [row for claim in words.shown({"claims": members}, study) for row in claim["rows"]]
        contrasts = [contrast for claim in members for contrast in claim["contrasts"]]
        for row, contrast in zip(shown, contrasts, strict=True):
            rivals = ", ".join(words.encoders(study, name) for name in contrast["rivals"])
            sides = " over ".join(filter(None, (words.encoders(study, contrast["ours"]), rivals)))
            texts = (row[key] or ABSENT for key in ("value", "interval", "detectable", "power", "p"))
            verdict = Item(f"{row['sign']} {row['verdict']}", tone=row["tone"])
            body.append(Line((Item(f"{row['where']}: {sides}"), *map(Item, texts), verdict)))
        if not shown:
            absent = Item("no encoders that can answer this question", span=len(CONTRAST_HEAD), tone="quiet")
            body.append(Line((absent,)))
        for contrast in contrasts:
            kept = {key: value for key, value in contrast.items() if key not in ("missing", "metrics")}
            records.append({"family": family, **flat(kept)})
    return Table((heading(CONTRAST_HEAD),), tuple(body), (), tuple(records))


TABLES = (
    TableSpec(
        name="reading",
        section="reading",
        title="What scores need of letters",
        order=120,
        shown=reading_grid.datasets,
        files=reading_file,
        caption=(
            "Scores of encoders by view. Needs letters: score with random boxes minus score with the text "
            "masked, which covers the same area, with its 95 % interval (bootstrap over test items and "
            "seeds; bold: above zero); share: this difference divided by the lead over the best blind "
            "baseline on unmasked pictures, left out if there is no lead. Text only: everything outside "
            "the boxes is black. Text read: the text that a recogniser reads in the boxes, embedded by "
            "text encoders."
        ),
        build=build,
    ),
    TableSpec(
        name="reading-contrasts",
        section="reading",
        title="Declared contrasts and their verdicts",
        order=121,
        shown=reading_grid.datasets,
        files=reading_file,
        caption=(
            "Contrasts with all of the text masked. A contrast is reproduced if its value is above zero, "
            "reversed if it is below; inconclusive: neither, and the smallest relevant difference set in "
            "the study would have been found with a power below 80 %. A lead has one contrast for every "
            "rival and one for the encoder itself; the weakest is shown. p-values are adjusted by Holm "
            "within a question. Detectable: the smallest difference found with a power of 80 %."
        ),
        build=build_contrasts,
    ),
)
