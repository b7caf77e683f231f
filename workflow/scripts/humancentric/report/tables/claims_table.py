"""Build the table of claims: one line per claim, with its weakest contrast.

Its CSV has one record per contrast.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from humancentric.report.page import claims_page as words
from humancentric.report.score_cells import Scores
from humancentric.report.tables.sheet import ABSENT, MISSING, Item, Line, Sheet
from humancentric.study.study import Study

HEAD = ("Claim", "Where it is weakest", "Value", "95 % interval", "Paper", "Holds", "Verdict")
BESIDE = ("cells", "contrasts", "missing")  # keys left out of the records


def caption(study: Study) -> str:
    """Return the caption of the table."""
    return (
        "Claims of the paper: the contrast of each that speaks least for it, in how many contrasts it holds, and the "
        "verdict on all of them. Values are accuracies in percent, samples F1, or points where both are averaged; "
        "intervals are of a paired bootstrap over test samples and seeds, p-values are adjusted by Holm within "
        "families. The sentences are in config/claims.yaml."
    )


def weakest(contrasts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the contrast that supports a claim least: reversed before not separable before reproduced."""
    ranks = {"reversed": 0, "not run": 1, "not separable": 2, "reproduced": 3}

    def support(contrast: Mapping[str, Any]) -> tuple[int, float]:
        p = contrast["p"] or 0.0
        return ranks[contrast["verdict"]], p if contrast["verdict"] == "reversed" else -p

    return min(contrasts, key=support, default=None)


def sheet(scores: Scores, study: Study) -> Sheet:
    """Return the table of the claims of a study."""
    body, records, demo = [], [], False
    for claim in scores.claims.get("claims", ()):
        contrasts = claim["contrasts"]
        body.append(_line(study, claim, weakest(contrasts)))
        demo |= claim["demo"]
        plain = {key: value for key, value in claim.items() if key not in BESIDE}
        records += [plain | {k: _flat(v) for k, v in c.items() if k not in BESIDE} for c in contrasts] or [
            plain
        ]
    if not body:
        body.append(Line((Item("Claims"), Item(MISSING, span=len(HEAD) - 1, tone="missing"))))
    notes = [f"{sign} {verdict}" for verdict, sign in words.SIGNS.items() if sign != MISSING]
    notes = ["; ".join(notes), *(["drawn data: no evidence for or against the paper"] if demo else [])]
    head = Line(tuple(Item(text) for text in HEAD))
    return Sheet("claims", caption(study), (head,), tuple(body), tuple(notes), tuple(records))


def _line(study: Study, claim: Mapping[str, Any], contrast: Mapping[str, Any] | None) -> Line:
    name = claim["claim"].replace("-", " ").capitalize()
    verdict = claim["verdict"]
    tone = words.TONES[verdict]
    last = Item(MISSING if verdict == "not run" else f"{words.SIGNS[verdict]} {verdict}", tone=tone)
    if contrast is None:
        return Line((Item(name), Item("not part of this study", tone="quiet"), *(Item(ABSENT),) * 4, last))
    held = sum(other["verdict"] == "reproduced" for other in claim["contrasts"])
    missing = contrast["verdict"] == "not run"
    items = (
        Item(f"{words.place(study, claim, contrast)}: {words.contrast_sides(study, claim, contrast)}"),
        Item(MISSING, tone="missing") if missing else Item(words.number(contrast, "value")),
        Item(words.contrast_interval(contrast)),
        Item(words.number(contrast, "paper") or ABSENT),
        Item(f"{held} of {len(claim['contrasts'])}"),
    )
    return Line((Item(name), *items, last))


def _flat(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value
