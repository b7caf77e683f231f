"""Judge every contrast and every claim of a study, with verdicts for JSON and as a table.

Cells with the same image view and text view get intervals and a compact letter display.
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
from humancentric.evaluation.claims.comparisons import Cell
from humancentric.evaluation.claims.contrasts import Source
from humancentric.evaluation.claims.evidence import Evidence
from humancentric.evaluation.claims.judgements import ALPHA, POWER
from humancentric.evaluation.claims.printed import Printed, study_of_paper
from humancentric.evaluation.estimates import finite
from humancentric.evaluation.significance import LEVEL, compact_letter_display
from humancentric.study.claim_grid import task_of
from humancentric.study.study import Study

REPRODUCED, NOT_SEPARABLE, INCONCLUSIVE = "reproduced", "not separable", "inconclusive"
REVERSED, NOT_RUN = "reversed", "not run"
VERDICTS = (REPRODUCED, NOT_SEPARABLE, INCONCLUSIVE, REVERSED, NOT_RUN)
Record = dict[str, Any]


def judge(source: Source, study: Study, reference: Mapping[str, Any]) -> list[Record]:
    """Return every claim with its contrasts and verdicts; p-values are adjusted within each family of claims."""
    paper = source if isinstance(source, Printed) else Printed(reference, **study.claim_options)
    found = []
    for name, row in study.claims.items():
        rows = [contrasts.measured(row, part, source, study, paper) for part in comparisons(row, study)]
        if isinstance(source, Printed):  # a paper is judged only by the cells that it prints
            rows = [contrast for contrast in rows if not contrast["missing"]]
        found.append({"claim": name, **_about(row), "contrasts": rows})
    if isinstance(source, Evidence):
        contrasts.permute(source, found, study)
    for family in {claim["family"] for claim in found}:
        adjust([claim for claim in found if claim["family"] == family])
    for claim in found:
        claim["verdict"] = of_claim([contrast["verdict"] for contrast in claim["contrasts"]])
        claim["demo"] = bool(claim["contrasts"]) and all(c["demo"] for c in claim["contrasts"])
        for contrast in claim["contrasts"]:
            for key in contrasts.JUDGEMENTS:
                del contrast[key]
    return found


def _about(row: Mapping[str, Any]) -> Record:
    keys = {"sentence": row["sentence"], "where": row.get("where"), "needs": row.get("needs")}
    return {
        **keys,
        "kind": row["kind"],
        "task": task_of(row),
        "margin": row.get("margin"),
        "family": row["family"],
    }


def adjust(claims: Sequence[Record]) -> None:
    """Adjust the p-values of one family and give every contrast its verdict.

    A claim is supported only by all of its contrasts: an intersection-union test, whose level is that of its parts
    (Berger 1982; Berger and Hsu 1996). It is refuted by any of them, so p-values against it are multiplied by their
    number (Bonferroni). Holm's factors count the claims of the family and apply to all contrasts of a claim.
    """
    measured = []  # (p, contrasts with a verdict) by claim
    for claim in claims:
        run = [c for c in claim["contrasts"] if c["judgement"] and not c["too_few"]]
        favour = [c["judgement"].in_favour if c in run else 1.0 for c in claim["contrasts"]]
        if run:
            against = len(run) * min(c["judgement"].against for c in run)
            measured.append((min(1.0, 2 * min(max(favour), against)), run))
    lowest = 0.0  # adjusted p-values do not decrease: a claim does not hold if one with a smaller p does not
    for rank, (p, run) in enumerate(sorted(measured, key=lambda pair: pair[0])):
        factor = len(measured) - rank
        held_back = lowest if factor * p <= ALPHA else 0.0
        for contrast in run:
            found = contrast["judgement"]
            own = 2 * min(found.in_favour, len(run) * found.against)
            contrast["p_holm"] = min(1.0, max(held_back, factor * own))
            contrast |= finite({"detectable": found.detectable(ALPHA / factor)})
            if contrast["truth"]:
                contrast["power"] = found.power(contrast["truth"], ALPHA / factor)
            contrast["verdict"] = _verdict(contrast)
        lowest = max(lowest, min(1.0, factor * p))
    for contrast in (contrast for claim in claims for contrast in claim["contrasts"]):
        contrast.setdefault("verdict", INCONCLUSIVE if contrast["too_few"] else NOT_RUN)


def _verdict(contrast: Record) -> str:
    if contrast["p_holm"] <= ALPHA:
        found = contrast["judgement"]
        return REPRODUCED if found.in_favour <= found.against else REVERSED
    return NOT_SEPARABLE if (contrast["power"] or 0.0) >= POWER else INCONCLUSIVE


def of_claim(verdicts: Sequence[str]) -> str:
    """Return the verdict on a claim from those of all its contrasts."""
    for verdict in (REVERSED, NOT_RUN, NOT_SEPARABLE, INCONCLUSIVE):
        if verdict in verdicts:
            return verdict
    return REPRODUCED if verdicts else NOT_RUN


def groups(names: Sequence[str]) -> list[list[str]]:
    """Group features by their views."""
    found: dict[tuple, list[str]] = {}
    for name in names:
        found.setdefault(tuple(part.split(".")[0] for part in name.split("+")), []).append(name)
    return list(found.values())


def tied_cells(evidence: Evidence) -> list[dict[str, Any]]:
    """Return every cell with its mean, interval, standard errors by source and compact letter display."""
    found = []
    for (task, dataset), items in evidence.items.items():
        if (task, dataset) not in evidence.populations:
            continue
        for names in groups(list(items.scores)):
            means = {name: evidence.estimate([(1.0, Cell(task, dataset, name))]) for name in names}
            ordered = sorted(names, key=lambda name: (-means[name].value, name))
            letters = compact_letter_display(ordered, _apart(evidence, task, dataset, ordered))
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
                about = {"task": task, "dataset": dataset, "features": name, "letters": letters[name]}
                found.append({**about, **finite(numbers)})
    return found


def _apart(evidence: Evidence, task: str, dataset: str, names: Sequence[str]) -> set[frozenset[str]]:
    if evidence.too_few(Cell(task, dataset, name) for name in names):
        return set()
    pairs = list(combinations(names, 2))
    values = []
    for left, right in pairs:
        lead = evidence.estimate([(1.0, Cell(task, dataset, left)), (-1.0, Cell(task, dataset, right))])
        values.append(min(1.0, 2 * min(lead.above(), lead.below())))
    adjusted = significance.holm(np.array(values))
    return {frozenset(pair) for pair, value in zip(pairs, adjusted, strict=True) if value <= ALPHA}


def score(
    samples: Iterable[str | Path],
    predictions: Iterable[str | Path],
    fewshot: Iterable[str | Path],
    study: Study,
    reference: Mapping[str, Any],
    item_scores: Iterable[str | Path] = (),
) -> dict[str, Any]:
    """Return the claims of a study with their verdicts, and its cells with intervals, ready to be written as JSON.

    `study` is what `humancentric.study.claim_grid.excerpt` returns, and `reference` holds the paper's numbers.
    """
    with logs.stage("item scores"):
        items = evidence.read(samples, predictions, fewshot, study, item_scores)
    with logs.stage("draws"):
        found = evidence.Evidence(items, study)
    with logs.stage("verdicts"):
        judged = judge(found, study, reference)
        cells = tied_cells(found)
    with logs.stage("the paper's numbers"):
        paper = of_paper(reference, study)
    return {"level": LEVEL, **study.claim_options, "claims": judged, "cells": cells, "paper": paper}


def of_paper(reference: Mapping[str, Any], study: Study) -> list[Record]:
    """Judge the claims by the numbers that the paper prints.

    `over_seeds` is the verdict with the test split fixed, so that only the heads vary.
    """
    paper_study = study_of_paper(reference, study)
    found, alone = (
        judge(Printed(reference, **study.claim_options, with_items=items), paper_study, reference)
        for items in (True, False)
    )
    return [{**claim, "over_seeds": fixed["verdict"]} for claim, fixed in zip(found, alone, strict=True)]


def table(claims: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return one row per contrast; a claim without contrasts has one row with only its verdict."""
    rows = [{**claim, **contrast} for claim in claims for contrast in claim["contrasts"] or [{"demo": False}]]
    names = list(schemas.CLAIMS.columns)
    return schemas.CLAIMS.table({name: [row.get(name) for row in rows] for name in names})
