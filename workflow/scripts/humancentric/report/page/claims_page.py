"""Prepare claims for the report page: sentences with verdicts, and the contrasts behind each."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from humancentric.report.numbers import UNITS, Unit
from humancentric.study import report_config
from humancentric.study.claim_grid import is_fewshot
from humancentric.study.report_config import label
from humancentric.study.study import Study

MINUS, ARROW = "\N{MINUS SIGN}", "\N{RIGHTWARDS ARROW}"
SIGNS = {
    "reproduced": "+",
    "not separable": "\N{ALMOST EQUAL TO}",
    "inconclusive": "?",
    "reversed": MINUS,
    "not run": "\N{DAGGER}",
}
TONES = {
    "reproduced": "agree",
    "not separable": "order",
    "inconclusive": "quiet",
    "reversed": "disagree",
    "not run": "missing",
}
POINTS = Unit(100, 1, 1, True, "points")  # percentage points of accuracy, or hundredths of F1

Contrast = Mapping[str, Any]


def weakest(contrasts: Sequence[Contrast]) -> Contrast | None:
    """Return the contrast that supports a claim least."""
    ranks = {"reversed": 0, "not run": 1, "not separable": 2, "inconclusive": 3, "reproduced": 4}

    def support(contrast: Contrast) -> tuple[int, float]:
        p = contrast["p"] or 0.0
        return ranks[contrast["verdict"]], p if contrast["verdict"] == "reversed" else -p

    return min(contrasts, key=support, default=None)


def contrast_setting(study: Study, claim: Contrast, contrast: Contrast) -> str:
    """Return the datasets and views of a contrast as text."""
    names = [label(study, "datasets", name) for name in contrast["datasets"]]
    if claim["kind"] == "interaction":
        where = f"human-centric {MINUS} objects"
    elif claim["task"] == "control":
        where = f" {ARROW} ".join(names)
    elif claim["kind"] == "most":
        where = ", ".join(names)
    else:
        where = names[0] if len(names) == 1 else f"mean of {len(names)} datasets"
    return f"{where}, {setting(study, contrast['setting'])}"


def cells_taken(study: Study, claim: Contrast, contrast: Contrast) -> str:
    """Return the display names of the datasets and encoders that a contrast's short name only counts."""
    parts, rows = [], study.datasets
    if claim["kind"] == "interaction":
        for side, human in (("human-centric", True), ("objects", False)):
            names = [name for name in contrast["datasets"] if rows[name].human_centric == human]
            parts.append(f"{side}: {', '.join(label(study, 'datasets', name) for name in names)}")
    elif claim["task"] != "control" and claim["kind"] != "most" and len(contrast["datasets"]) > 1:
        parts.append(", ".join(label(study, "datasets", name) for name in contrast["datasets"]))
    if claim["kind"] in ("order", "indistinct", "interaction"):
        names = [encoders(study, features) for features in (contrast["ours"], *contrast["rivals"])]
        parts.append(f"encoders: {', '.join(names)}")
    return "; ".join(parts)


def setting(study: Study, text: str) -> str:
    """Return the display name of views, with the shared encoder if any: ``Standard + Title (CLIP-T)``."""
    words = []
    for part in text.split("+"):
        view, *encoder = part.split(".")
        shared = f" ({label(study, 'encoders', encoder[0])})" if encoder else ""
        words.append(label(study, "views", view).lower() + shared)
    return " + ".join(words)


def encoders(study: Study, features: str, but: str = "") -> str:
    """Return the encoders of features, except those that `but` has at the same position: ``CLIP + CLIP-T``."""
    parts, others = report_config.split_features(features), report_config.split_features(but) if but else []
    shared = [part for part, other in zip(parts, others, strict=False) if part == other]
    return " + ".join(label(study, "encoders", part[1]) for part in parts if part not in shared)


def contrast_sides(study: Study, claim: Contrast, contrast: Contrast) -> str:
    """Return the encoders compared: ours and the deciding rival, or all of them."""
    rivals, closest = contrast["rivals"], contrast["closest"]
    ours = encoders(study, contrast["ours"])
    if claim["kind"] == "order" or claim["kind"] == "indistinct":
        return f"{len(rivals) + 1} encoders"
    if claim["kind"] in ("lower", "above"):
        return ours
    if claim["kind"] == "most":
        return f"{len(rivals)} replacements"
    if claim["kind"] == "interaction":
        rival = f"best of {len(rivals)}" if len(rivals) > 1 else encoders(study, rivals[0])
        return f"{ours} {MINUS} {rival}"
    rival = closest or rivals[0]
    shares_encoder = "." in contrast["setting"]  # the setting names the encoder that both share
    left = encoders(study, contrast["ours"], rival if shares_encoder else "")
    return f"{left} {MINUS} {_bracketed(encoders(study, rival, contrast['ours'] if shares_encoder else ''))}"


def _bracketed(text: str) -> str:
    return f"({text})" if " + " in text else text


def contrast_name(study: Study, claim: Contrast, contrast: Contrast) -> str:
    """Return the datasets, views and encoders of a contrast in words."""
    return f"{contrast_setting(study, claim, contrast)}: {contrast_sides(study, claim, contrast)}"


def contrast_unit(contrast: Contrast) -> Unit:
    """Return the unit of a contrast: that of its metric, or points if it has two metrics."""
    return UNITS[contrast["metrics"][0]] if len(contrast["metrics"]) == 1 else POINTS


def number(contrast: Contrast, key: str) -> str:
    """Format a number of a contrast with its sign; empty if there is none."""
    value = contrast[key]
    return "" if value is None else contrast_unit(contrast).difference(value) or "0"


def contrast_interval(contrast: Contrast) -> str:
    """Format the interval of a contrast; empty if there is none."""
    if contrast["low"] is None or contrast["high"] is None:
        return ""
    return f"[{number(contrast, 'low')}, {number(contrast, 'high')}]"


def chance(value: float | None) -> str:
    """Format a p-value; empty if there is none."""
    if value is None:
        return ""
    return "<.001" if value < 0.001 else f"{min(value, 1):.3f}".removeprefix("0")


def shown(found: Mapping[str, Any], study: Study) -> list[dict[str, Any]]:
    """Return the claims of ``results/claims.json`` for the page, with the numbers of their contrasts as text."""
    paper = {claim["claim"]: claim["verdict"] for claim in found.get("paper", ()) if claim["contrasts"]}
    return [
        {
            **{key: claim[key] for key in ("sentence", "verdict", "demo", "family")},
            "where": claim["where"] or "",
            "needs": claim["needs"] or "",
            "paper": paper.get(claim["claim"], ""),
            "sign": SIGNS[claim["verdict"]],
            "held": sum(contrast["verdict"] == "reproduced" for contrast in claim["contrasts"]),
            "rows": [_row(study, claim, contrast) for contrast in claim["contrasts"]],
        }
        for claim in found.get("claims", ())
    ]


def counts(found: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Return (sign, verdict, number of claims) for all verdicts."""
    seen = Counter(claim["verdict"] for claim in found.get("claims", ()))
    return [(sign, verdict, seen[verdict]) for verdict, sign in SIGNS.items()]


def _named(contrast: Contrast, names: Mapping[str, str], text: Callable[[float], str]) -> str:
    """Return the known values of a contrast, each with its name."""
    found = (f"{name} {text(contrast[key])}" for key, name in names.items() if contrast[key] is not None)
    return ", ".join(found)


def _row(study: Study, claim: Mapping[str, Any], contrast: Contrast) -> dict[str, str]:
    verdict = contrast["verdict"]
    size = "" if contrast["items"] is None else f"{contrast['items']:,} items"
    if contrast["clusters"] is not None and contrast["clusters"] < contrast["items"]:
        size += f" in {contrast['clusters']:,} clusters"
    if contrast["seeds"] and claim["task"] != "retrieval":
        size += f", {contrast['seeds']} {'draws' if is_fewshot(claim['task']) else 'seeds'}"
    return {
        "where": contrast_setting(study, claim, contrast),
        "sides": contrast_sides(study, claim, contrast),
        "took": cells_taken(study, claim, contrast),
        "value": number(contrast, "value"),
        "interval": contrast_interval(contrast),
        "paper": number(contrast, "paper"),
        "detectable": contrast_unit(contrast).number(contrast["detectable"])
        if contrast["detectable"]
        else "",
        "power": "" if contrast["power"] is None else f"{100 * contrast['power']:.0f} %",
        "p": chance(contrast["p_holm"]),
        "checks": _named(contrast, {"mcnemar": "McNemar", "permutation": "signs"}, chance),
        "errors": _named(
            contrast, {"item_error": "items", "seed_error": "repetitions"}, contrast_unit(contrast).number
        ),
        "size": size,
        "too_few": contrast["too_few"] or "",
        "verdict": verdict,
        "sign": SIGNS[verdict],
        "tone": TONES[verdict],
    }
