"""The verdict on every contrast and every claim of a study."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from humancentric.claims import contrasts
from humancentric.claims.comparisons import task_of
from humancentric.claims.evidence import Evidence
from humancentric.claims.judgements import ALPHA
from humancentric.claims.selection import comparisons
from humancentric.config.catalogue import Config
from humancentric.statistics import significance

REPRODUCED, NOT_SEPARABLE, REVERSED, NOT_RUN = "reproduced", "not separable", "reversed", "not run"
VERDICTS = (REPRODUCED, NOT_SEPARABLE, REVERSED, NOT_RUN)
Record = dict[str, Any]


def judge(evidence: Evidence, config: Config, reference: Mapping[str, Any]) -> list[Record]:
    """Return every claim with its contrasts; p-values are adjusted within each family (Holm 1979)."""
    found = []
    for name, row in config["claims"].items():
        rows = [
            contrasts.measured(row, part, evidence, config, reference) for part in comparisons(row, config)
        ]
        found.append({"claim": name, **_about(row), "contrasts": rows})
    contrasts.permute(evidence, found, config)
    for family in {claim["family"] for claim in found}:
        run = [
            c
            for claim in found
            if claim["family"] == family
            for c in claim["contrasts"]
            if c["p"] is not None
        ]
        adjusted = significance.holm(np.array([contrast["p"] for contrast in run]))
        for contrast, value in zip(run, adjusted, strict=True):
            contrast["p_holm"] = float(value)
            contrast["verdict"] = _verdict(contrast)
    for claim in found:
        claim["verdict"] = of_claim([contrast["verdict"] for contrast in claim["contrasts"]])
        claim["demo"] = bool(claim["contrasts"]) and all(c["demo"] for c in claim["contrasts"])
        for contrast in claim["contrasts"]:
            del contrast["favour"], contrast["flips"]
    return found


def _about(row: Mapping[str, Any]) -> Record:
    keys = {"sentence": row["sentence"], "where": row.get("where"), "kind": row["kind"]}
    return {**keys, "task": task_of(row), "margin": row.get("margin"), "family": row["family"]}


def of_claim(verdicts: Sequence[str]) -> str:
    """Return the verdict on a sentence about all its contrasts: none of them may be missing, or hold the other way."""
    for verdict in (REVERSED, NOT_RUN, NOT_SEPARABLE):
        if verdict in verdicts:
            return verdict
    return REPRODUCED if verdicts else NOT_RUN


def _verdict(contrast: Record) -> str:
    if contrast["p_holm"] > ALPHA:
        return NOT_SEPARABLE
    return REPRODUCED if contrast["favour"] else REVERSED
