"""The claims as the report page shows them: sentences with verdicts, and the contrasts behind each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from humancentric.reporting import claims_words as words
from humancentric.reporting.study import Config


@dataclass(frozen=True)
class Row:
    """One contrast as text."""

    where: str
    sides: str
    value: str
    interval: str
    paper: str
    p: str
    checks: str
    errors: str
    size: str
    verdict: str
    sign: str
    tone: str


@dataclass(frozen=True)
class Claim:
    """One sentence with its verdict."""

    name: str
    sentence: str
    where: str
    verdict: str
    sign: str
    demo: bool
    held: int
    family: str
    rows: tuple[Row, ...]


def shown(found: Mapping[str, Any], config: Config) -> list[Claim]:
    """Return the claims of ``results/claims.json``."""
    return [
        Claim(
            name=claim["claim"],
            sentence=claim["sentence"],
            where=claim["where"] or "",
            verdict=claim["verdict"],
            sign=words.SIGNS[claim["verdict"]],
            demo=claim["demo"],
            held=sum(contrast["verdict"] == "reproduced" for contrast in claim["contrasts"]),
            family=claim["family"],
            rows=tuple(_row(config, claim, contrast) for contrast in claim["contrasts"]),
        )
        for claim in found.get("claims", ())
    ]


def counts(found: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Return (sign, verdict, claims that have it) of all four verdicts."""
    seen = Counter(claim["verdict"] for claim in found.get("claims", ()))
    return [(sign, verdict, seen[verdict]) for verdict, sign in words.SIGNS.items()]


def _row(config: Config, claim: Mapping[str, Any], contrast: Mapping[str, Any]) -> Row:
    verdict = contrast["verdict"]
    unit = words.unit(contrast)
    checks = [
        f"{name} {words.chance(contrast[key])}"
        for key, name in (("mcnemar", "McNemar"), ("permutation", "signs"))
        if contrast[key] is not None
    ]
    errors = [
        f"{name} {unit.number(contrast[key])}"
        for key, name in (("item_error", "items"), ("seed_error", "seeds"))
        if contrast[key] is not None
    ]
    few = "draws" if claim["task"] == "fewshot" else "items"
    size = "" if contrast["items"] is None else f"{contrast['items']:,} {few}"
    if contrast["clusters"] is not None and contrast["clusters"] < contrast["items"]:
        size += f" in {contrast['clusters']:,} clusters"
    return Row(
        where=words.place(config, claim, contrast),
        sides=words.sides(config, claim, contrast),
        value=words.number(contrast, "value"),
        interval=words.interval(contrast),
        paper=words.number(contrast, "paper"),
        p=words.chance(contrast["p_holm"]),
        checks=", ".join(checks),
        errors=", ".join(errors),
        size=size,
        verdict=verdict,
        sign=words.SIGNS[verdict],
        tone=words.TONES[verdict],
    )
