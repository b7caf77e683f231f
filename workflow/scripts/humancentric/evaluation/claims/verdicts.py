"""Judge every contrast and every claim of a study, and write the verdicts as JSON and as a table.

Competing cells (those with the same image view and text view) get intervals and a compact letter display.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from humancentric.core import logs, schemas
from humancentric.evaluation import significance
from humancentric.evaluation.claims import contrasts, evidence
from humancentric.evaluation.claims.claim_cells import comparisons
from humancentric.evaluation.claims.comparisons import Cell, task_of
from humancentric.evaluation.claims.evidence import Evidence
from humancentric.evaluation.claims.judgements import ALPHA
from humancentric.evaluation.estimates import finite
from humancentric.evaluation.significance import LEVEL, compact_letter_display
from humancentric.study.study import Study

REPRODUCED, NOT_SEPARABLE, REVERSED, NOT_RUN = "reproduced", "not separable", "reversed", "not run"
VERDICTS = (REPRODUCED, NOT_SEPARABLE, REVERSED, NOT_RUN)
Record = dict[str, Any]


def judge(evidence: Evidence, study: Study, reference: Mapping[str, Any]) -> list[Record]:
    """Return every claim with its contrasts; p-values are adjusted within each family (Holm 1979)."""
    found = []
    for name, row in study.claims.items():
        rows = [contrasts.measured(row, part, evidence, study, reference) for part in comparisons(row, study)]
        found.append({"claim": name, **_about(row), "contrasts": rows})
    contrasts.permute(evidence, found, study)
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


def groups(names: Sequence[str]) -> list[list[str]]:
    """Return features in the groups within which they compete: those of the same views."""
    found: dict[tuple, list[str]] = {}
    for name in names:
        found.setdefault(tuple(part.split(".")[0] for part in name.split("+")), []).append(name)
    return list(found.values())


def tied_cells(evidence: Evidence) -> list[dict[str, Any]]:
    """Return every cell with its mean, interval, errors by source, and its letters."""
    found = []
    for (task, dataset), items in evidence.items.items():
        if (task, dataset) not in evidence.populations:
            continue
        for names in groups(list(items.scores)):
            means = {name: evidence.estimate([(1.0, Cell(task, dataset, name))]) for name in names}
            ordered = sorted(names, key=lambda name: (-means[name].value, name))
            told = compact_letter_display(ordered, _apart(evidence, task, dataset, ordered))
            for name in ordered:
                interval, of_seeds = means[name].interval(), means[name].of_seeds()
                numbers = {
                    "mean": means[name].value,
                    "low": interval.low,
                    "high": interval.high,
                    "item_error": means[name].item_error,
                    "seed_error": means[name].seed_error,
                    "seeds_low": of_seeds.low,
                    "seeds_high": of_seeds.high,
                }
                about = {"task": task, "dataset": dataset, "features": name, "letters": told[name]}
                found.append({**about, **finite(numbers)})
    return found


def _apart(evidence: Evidence, task: str, dataset: str, names: Sequence[str]) -> set[frozenset[str]]:
    pairs = list(combinations(names, 2))
    values = []
    for one, other in pairs:
        lead = evidence.estimate([(1.0, Cell(task, dataset, one)), (-1.0, Cell(task, dataset, other))])
        values.append(min(1.0, 2 * min(lead.above(), lead.below())))
    adjusted = significance.holm(np.array(values))
    return {frozenset(pair) for pair, value in zip(pairs, adjusted, strict=True) if value <= ALPHA}


def score(
    samples: Iterable[str | Path],
    predictions: Iterable[str | Path],
    fewshot: Iterable[str | Path],
    study: Study,
    reference: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the claims of a study with their verdicts, and its cells with intervals, ready to be written as JSON.

    `study` is `humancentric.study.claim_grid.excerpt`, `reference` the paper's numbers.
    """
    with logs.stage("item scores"):
        items = evidence.read(samples, predictions, fewshot, study)
    with logs.stage("draws"):
        found = evidence.Evidence(items, study)
    with logs.stage("verdicts"):
        judged = judge(found, study, reference)
        cells = tied_cells(found)
    return {"level": LEVEL, **study.claim_options, "claims": judged, "cells": cells}


def table(claims: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return one row a contrast, and one row with nothing but its verdict for a claim without any."""
    rows = [{**claim, **contrast} for claim in claims for contrast in claim["contrasts"] or [{"demo": False}]]
    names = list(schemas.CLAIMS.columns)
    return schemas.CLAIMS.table({name: [row.get(name) for row in rows] for name in names})
