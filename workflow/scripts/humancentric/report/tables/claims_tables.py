"""Build the tables of ``claims.json``: the claims by their weakest contrast, and the ties among a dataset's probes."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from humancentric.report.numbers import UNITS, Unit
from humancentric.report.page import claims_page as words
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import TableSpec
from humancentric.report.table_model import ABSENT, MISSING, NOT_RUN, Item, Line, Table, group
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

CLAIM_HEAD = ("Claim", "Where it is weakest", "Value", "95 % interval", "Paper", "Holds", "Verdict")
BESIDE = ("cells", "contrasts", "missing")  # keys left out of the records


def weakest(contrasts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the contrast that supports a claim least: reversed before not separable before reproduced."""
    ranks = {"reversed": 0, "not run": 1, "not separable": 2, "reproduced": 3}

    def support(contrast: Mapping[str, Any]) -> tuple[int, float]:
        p = contrast["p"] or 0.0
        return ranks[contrast["verdict"]], p if contrast["verdict"] == "reversed" else -p

    return min(contrasts, key=support, default=None)


def build_claims(inputs: ReportInputs, study: Study) -> Table:
    """Return the table of the claims of a study: one line per claim, in the records one per contrast."""
    body, records, demo = [], [], False
    for claim in inputs.claims.get("claims", ()):
        contrasts = claim["contrasts"]
        body.append(_claim_line(study, claim, weakest(contrasts)))
        demo |= claim["demo"]
        plain = {key: value for key, value in claim.items() if key not in BESIDE}
        records += [plain | {k: _flat(v) for k, v in c.items() if k not in BESIDE} for c in contrasts] or [
            plain
        ]
    if not body:
        body.append(Line((Item("Claims"), Item(MISSING, span=len(CLAIM_HEAD) - 1, tone="missing"))))
    notes = [f"{sign} {verdict}" for verdict, sign in words.SIGNS.items() if sign != MISSING]
    notes = ["; ".join(notes), *(["generated data: no evidence for or against the paper"] if demo else [])]
    head = Line(tuple(Item(text) for text in CLAIM_HEAD))
    return Table((head,), tuple(body), tuple(notes), tuple(records))


def _claim_line(study: Study, claim: Mapping[str, Any], contrast: Mapping[str, Any] | None) -> Line:
    name = claim["claim"].replace("-", " ").capitalize()
    verdict = claim["verdict"]
    tone = words.TONES[verdict]
    last = Item(MISSING if verdict == "not run" else f"{words.SIGNS[verdict]} {verdict}", tone=tone)
    if contrast is None:
        return Line((Item(name), Item("not part of this study", tone="quiet"), *(Item(ABSENT),) * 4, last))
    held = sum(other["verdict"] == "reproduced" for other in claim["contrasts"])
    missing = contrast["verdict"] == "not run"
    items = (
        Item(
            f"{words.contrast_setting(study, claim, contrast)}: {words.contrast_sides(study, claim, contrast)}"
        ),
        NOT_RUN if missing else Item(words.number(contrast, "value")),
        Item(words.contrast_interval(contrast)),
        Item(words.number(contrast, "paper") or ABSENT),
        Item(f"{held} of {len(claim['contrasts'])}"),
    )
    return Line((Item(name), *items, last))


def _flat(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value


TIES_HEAD = ("Encoders", "Score", "95 % interval", "Error of items", "of seeds", "Over seeds alone", "Ties")


def ties_caption(study: Study, dataset: str) -> str:
    """Return the caption of the table."""
    return (
        f"{label(study, 'datasets', dataset)}: {UNITS[report_config.headline(study, dataset)].title}, best "
        "first. Entries of a group that share a letter do not differ significantly at 5 % (Holm within the "
        "group). Intervals: bootstrap over test samples and seeds; Student's t over seeds alone. Errors: "
        "one standard error of the mean, by its source."
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
    for views, members in groupby(rows, key=lambda row: _views(row["features"])):
        words = " + ".join(label(study, "views", view) for view in views)
        body.append(group(words, len(TIES_HEAD)))
        body += [_ties_line(study, row, unit) for row in members]
    if not rows:
        body.append(Line((Item("Probes"), Item(MISSING, span=len(TIES_HEAD) - 1, tone="missing"))))
    head = Line(tuple(Item(text) for text in TIES_HEAD))
    return Table((head,), tuple(body), records=tuple(rows))


def _views(features: str) -> tuple[str, ...]:
    return tuple(view for view, _ in report_config.split_features(features))


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
            "Claims of the paper: for each the contrast that supports it least, the number of contrasts in "
            "which it holds, and the verdict over all contrasts. Values are accuracies in percent, samples "
            "F1, or points where both are averaged; intervals are of a paired bootstrap over test samples "
            "and seeds, p-values are adjusted by Holm within families. The sentences are in "
            "config/claims.yaml."
        ),
        build=build_claims,
    ),
)
