"""How contrasts and verdicts are called: for tables, the figure and the page alike."""

from collections.abc import Mapping
from typing import Any

from humancentric.reporting import study
from humancentric.reporting.numbers import FRACTION, PERCENT, Unit
from humancentric.reporting.study import Config, label

MINUS, ARROW = "\N{MINUS SIGN}", "\N{RIGHTWARDS ARROW}"
SIGNS = {
    "reproduced": "+",
    "not separable": "\N{ALMOST EQUAL TO}",
    "reversed": MINUS,
    "not run": "\N{DAGGER}",
}
TONES = {"reproduced": "agree", "not separable": "order", "reversed": "disagree", "not run": "missing"}
POINTS = Unit(100, 1, 1, True, "points")  # of accuracy in percent, or hundredths of F1

Contrast = Mapping[str, Any]


def place(config: Config, claim: Contrast, contrast: Contrast) -> str:
    """Return where a contrast was looked at: datasets and views."""
    names = [label(config, "datasets", name) for name in contrast["datasets"]]
    if claim["kind"] == "interaction":
        where = f"human-centric {MINUS} objects"
    elif claim["task"] == "control":
        where = f" {ARROW} ".join(names)
    else:
        where = names[0] if len(names) == 1 else f"mean of {len(names)} datasets"
    return f"{where}, {setting(config, contrast['setting'])}"


def setting(config: Config, text: str) -> str:
    """Return the display name of views, with what else is the same: ``Standard + Title (CLIP-T)``."""
    words = []
    for part in text.split("+"):
        view, *encoder = part.split(".")
        beside = f" ({label(config, 'encoders', encoder[0])})" if encoder else ""
        words.append(label(config, "views", view).lower() + beside)
    return " + ".join(words)


def encoders(config: Config, features: str, but: str = "") -> str:
    """Return the encoders of features, save those that `but` has at the same place: ``CLIP + CLIP-T``."""
    parts, others = study.split_features(features), study.split_features(but) if but else []
    shared = [part for part, other in zip(parts, others, strict=False) if part == other]
    return " + ".join(label(config, "encoders", part[1]) for part in parts if part not in shared)


def sides(config: Config, claim: Contrast, contrast: Contrast) -> str:
    """Return who is compared: ours and the rival that decides, or all."""
    rivals, closest = contrast["rivals"], contrast["closest"]
    ours = encoders(config, contrast["ours"])
    if claim["kind"] == "order" or claim["kind"] == "indistinct":
        return f"{len(rivals) + 1} encoders"
    if claim["kind"] == "lower":
        return ours
    if claim["kind"] == "interaction":
        rival = f"best of {len(rivals)}" if len(rivals) > 1 else encoders(config, rivals[0])
        return f"{ours} {MINUS} {rival}"
    rival = closest or rivals[0]
    beside = "." in contrast["setting"]  # the encoder that both have is named there
    left = encoders(config, contrast["ours"], rival if beside else "")
    return f"{left} {MINUS} {_bracketed(encoders(config, rival, contrast['ours'] if beside else ''))}"


def _bracketed(text: str) -> str:
    return f"({text})" if " + " in text else text


def unit(contrast: Contrast) -> Unit:
    """Return the unit of a contrast: that of its metric, points where it has two."""
    return {("accuracy",): PERCENT, ("f1_samples",): FRACTION}.get(tuple(contrast["metrics"]), POINTS)


def number(contrast: Contrast, key: str) -> str:
    """Return a number of a contrast as it is printed, with its sign; nothing where there is none."""
    value = contrast[key]
    return "" if value is None else unit(contrast).difference(value) or "0"


def interval(contrast: Contrast, low: str = "low", high: str = "high") -> str:
    """Return an interval as it is printed; nothing where there is none."""
    if contrast[low] is None or contrast[high] is None:
        return ""
    return f"[{number(contrast, low)}, {number(contrast, high)}]"


def chance(value: float | None) -> str:
    """Return a p-value as it is printed."""
    if value is None:
        return ""
    return "<.001" if value < 0.001 else f"{min(value, 1):.3f}".removeprefix("0")
