"""Build the tables of ``claims.json``: claims with their weakest contrast, and ties among the probes of a dataset."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from humancentric.report.numbers import UNITS, Unit
from humancentric.report.page import claims_page as words
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import (
    ABSENT,
    MISSING,
    NOT_RUN,
    Item,
    Line,
    Table,
    flat,
    group,
    heading,
    not_run_line,
)
from humancentric.study import feature_sets, report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

CONTRAST = ("Weakest contrast", "Value", "95 % interval", "Detectable")
CLAIM_HEAD = (*CONTRAST, "Paper", "Holds", "Verdict", "On paper's numbers")
PAPER_HEAD = (*CONTRAST, "Verdict", "Seeds alone")
OMITTED = ("cells", "contrasts", "missing")  # keys that records leave out
NONE_PRINTED = "no numbers printed"


def build_claims(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of claims with their weakest contrast; its records have one row per contrast."""
    claims = inputs.claims.get("claims", ())
    paper = {claim["claim"]: claim for claim in inputs.claims.get("paper", ())}

    def line(claim: Mapping[str, Any]) -> list[Item]:
        printed = paper.get(claim["claim"], {"contrasts": ()})
        of_paper = _verdict(printed["verdict"]) if printed["contrasts"] else Item(ABSENT, tone="quiet")
        return [*_numbers(study, claim), _verdict(claim["verdict"]), of_paper]

    notes = ["generated data: no evidence for or against the paper"] if any(c["demo"] for c in claims) else []
    return _table(claims, CLAIM_HEAD, line, notes)


def build_paper(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of the claims judged by the paper's own numbers."""

    def line(claim: Mapping[str, Any]) -> list[Item]:
        if not claim["contrasts"]:
            return [Item(NONE_PRINTED, tone="quiet"), *[Item(ABSENT)] * (len(PAPER_HEAD) - 1)]
        return [*_numbers(study, claim)[:4], _verdict(claim["verdict"]), _verdict(claim["over_seeds"])]

    return _table(inputs.claims.get("paper", ()), PAPER_HEAD, line, [])


def _table(
    claims: Sequence[Mapping[str, Any]],
    head: Sequence[str],
    line: Callable[[Mapping[str, Any]], list[Item]],
    notes: Sequence[str],
) -> Table:
    body: list[Line] = []
    records: list[dict[str, Any]] = []
    for claim in claims:
        body += [group(claim["sentence"], len(head)), Line(tuple(line(claim)))]
        plain = {key: value for key, value in claim.items() if key not in OMITTED}
        rows = [{k: v for k, v in contrast.items() if k not in OMITTED} for contrast in claim["contrasts"]]
        records += [plain | flat(row) for row in rows] or [plain]
    if not body:
        body.append(not_run_line("Claims", len(head)))
    signs = "; ".join(f"{sign} {verdict}" for verdict, sign in words.SIGNS.items() if sign != MISSING)
    return Table((heading(head),), tuple(body), (signs, *notes), tuple(records))


def _verdict(verdict: str) -> Item:
    text = MISSING if verdict == "not run" else f"{words.SIGNS[verdict]} {verdict}"
    return Item(text, tone=words.TONES[verdict])


def _numbers(study: Study, claim: Mapping[str, Any]) -> list[Item]:
    """Return items of the weakest contrast: name, value, interval, detectable difference, paper's value, count held."""
    contrast = words.weakest(claim["contrasts"])
    if contrast is None:
        return [Item("not part of this study", tone="quiet"), *[Item(ABSENT)] * 5]
    held = sum(other["verdict"] == "reproduced" for other in claim["contrasts"])
    detectable = contrast["detectable"]
    return [
        Item(words.contrast_name(study, claim, contrast)),
        NOT_RUN if contrast["verdict"] == "not run" else Item(words.number(contrast, "value")),
        Item(words.contrast_interval(contrast)),
        Item(ABSENT if detectable is None else words.contrast_unit(contrast).number(detectable)),
        Item(words.number(contrast, "paper") or ABSENT),
        Item(f"{held} of {len(claim['contrasts'])}"),
    ]


TIES_HEAD = ("Encoders", "Score", "95 % interval", "Error of items", "of seeds", "Over seeds alone", "Ties")


def ties_caption(study: Study, dataset: str) -> str:
    """Return the caption of the table."""
    return (
        f"{label(study, 'datasets', dataset)}: {UNITS[report_config.headline(study, dataset)].title}, best "
        "first. Entries of a group that share a letter do not differ significantly at 5 % (Holm within the "
        "group). Intervals: bootstrap over test items and seeds, in few-shot over items and draws of "
        "prototypes; Student's t over seeds or draws alone. Errors: one standard error, by its source."
    )


def build_ties(inputs: ReportInputs, study: Study, dataset: str) -> Table:
    """Return the table of ties among the probes of a dataset."""
    rows = [
        row
        for row in inputs.claims.get("cells", ())
        if (row["task"], row["dataset"]) == ("transfer", dataset)
    ]
    unit = UNITS[report_config.headline(study, dataset)]
    body: list[Line] = []
    for views, members in groupby(rows, key=lambda row: feature_sets.views_of(row["features"])):
        names = " + ".join(label(study, "views", view) for view in views.split("+"))
        body.append(group(names, len(TIES_HEAD)))
        body += [_ties_line(study, row, unit) for row in members]
    if not rows:
        body.append(not_run_line("Probes", len(TIES_HEAD)))
    return Table((heading(TIES_HEAD),), tuple(body), records=tuple(rows))


def _ties_line(study: Study, row: Mapping[str, Any], unit: Unit) -> Line:
    names = " + ".join(
        label(study, "encoders", name) for _, name in report_config.split_features(row["features"])
    )

    def interval(low: str, high: str) -> str:
        ends = (row[low], row[high])
        return ABSENT if None in ends else "[" + ", ".join(map(unit.number, ends)) + "]"

    error = (ABSENT if row[key] is None else unit.number(row[key]) for key in ("item_error", "seed_error"))
    items = (
        unit.number(row["mean"]),
        interval("low", "high"),
        *error,
        interval("seeds_low", "seeds_high"),
        row["letters"],
    )
    return Line((Item(names), *map(Item, items)))


def _claimed_datasets(study: Study) -> list[str]:
    return list(study.trained) if study.claims else []


TABLES = (
    TableSpec(
        name="{dataset}-ties",
        section="claims",
        title="{dataset}: ties instead of ranks",
        order=70,
        shown=_claimed_datasets,
        caption=ties_caption,
        build=build_ties,
        folded=True,
    ),
    TableSpec(
        name="claims",
        section="claims",
        title="Claims and their verdicts",
        order=60,
        shown=attrgetter("claims"),
        caption=(
            "Claims of the paper. Each row shows the contrast that supports the claim least, the number of "
            "contrasts in which the claim holds, the verdict over all contrasts, and the verdict on the "
            "numbers printed in the paper. Values are accuracies in percent, samples F1, or points where "
            "both are averaged. Intervals come from a bootstrap over items and seeds or draws; p-values "
            "are adjusted by Holm's method over the claims of a family. Detectable: the smallest "
            "difference found with a power of 80 %; for claims of no difference, the smallest margin. "
            "Inconclusive: not significant, and the difference that the paper prints would have been found "
            "with a power below 80 %."
        ),
        build=build_claims,
    ),
    TableSpec(
        name="claims-on-paper",
        section="claims",
        title="The paper's own numbers judged",
        order=65,
        shown=attrgetter("claims"),
        caption=(
            "The claims judged by the same rules from the means, spreads and test sizes printed in the "
            "paper. The paper prints no scores of single items, so items are treated as independent "
            "between encoders and F1 as a score of 0 or 1; the intervals tend to be too wide. Seeds alone: "
            "the verdict on the heads of five seeds if the test split is taken as fixed. Figure 3 prints "
            "no numbers. The size of the test split of MVSA is assumed to be a tenth of its tweets."
        ),
        build=build_paper,
        folded=True,
    ),
)
