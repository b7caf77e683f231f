"""One contrast of a claim: its names, its numbers and its p-values, before its family is adjusted."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from humancentric.evaluation import significance
from humancentric.evaluation.claims import judgements
from humancentric.evaluation.claims.comparisons import Best, Cell, Comparison, Term
from humancentric.evaluation.claims.evidence import Evidence, single_label
from humancentric.evaluation.estimates import finite
from humancentric.study.study import Dataset, Study

Record = dict[str, Any]


def measured(
    row: Mapping[str, Any], part: Comparison, evidence: Evidence, study: Study, reference: Mapping[str, Any]
) -> Record:
    """Return one contrast: names, numbers and p-values; its verdict is final once its family is adjusted."""
    rows, kind = study.datasets, row["kind"]
    about: Record = {
        "datasets": list(part.datasets),
        "setting": part.setting,
        "ours": part.ours,
        "rivals": list(part.rivals),
        "demo": all(rows[name].generated for name in part.datasets),
        "metrics": sorted({_metric(rows[name]) for name in part.datasets}),
        "paper": judgements.of_comparison(kind, part, reference),
        "missing": sorted({f"{c.dataset}/{c.features}" for c in part.cells() if c not in evidence}),
    }
    empty = dict.fromkeys(NUMBERS)
    if about["missing"]:
        return {**about, **empty, "favour": None, "flips": None, "verdict": "not run"}
    sums, references = ([evidence.estimate(terms) for terms in side] for side in (part.sums, part.references))
    found = judgements.JUDGES[kind](sums, references, row.get("margin", 0.0))
    deciding, terms = sums[found.deciding], part.sums[found.deciding]
    of_seeds = deciding.of_seeds()
    turned = -1.0 if math.copysign(1, found.value) != math.copysign(1, deciding.value) else 1.0
    places = {(cell.task, cell.dataset) for cell in part.cells()}
    ends = sorted(turned * end for end in (of_seeds.low, of_seeds.high))
    numbers = {
        "value": found.value,
        "low": found.interval.low,
        "high": found.interval.high,
        "p": found.p,
        "p_holm": None,
        "error": deciding.error,
        "item_error": deciding.item_error,
        "seed_error": deciding.seed_error,
        "seeds_low": ends[0],
        "seeds_high": ends[1],
        "mcnemar": _mcnemar(terms, evidence, study),
        "permutation": None,
        "items": min(evidence.populations[place].items for place in places),
        "clusters": min(len(evidence.populations[place].sizes) for place in places),
        "seeds": min(evidence.items[c.task, c.dataset].scores[c.features].shape[1] for c in part.cells()),
        "closest": [c.features for _, c in terms if isinstance(c, Cell)][-1],
    }
    flips = (places, deciding) if len(places) == 1 and _plain(terms) else None
    return {
        **about,
        **finite(numbers),
        "favour": found.in_favour <= found.against,
        "flips": flips,
        "verdict": "not separable",
    }


NUMBERS = (
    *("value", "low", "high", "p", "p_holm", "error", "item_error", "seed_error", "seeds_low", "seeds_high"),
    *("mcnemar", "permutation", "items", "clusters", "seeds", "closest"),
)


def _metric(row: Dataset) -> str:
    return "accuracy" if row.task == "single-label" else "f1_samples"


def _plain(terms: Sequence[Term]) -> bool:
    return not any(isinstance(part, Best) for _, part in terms)


def _mcnemar(terms: Sequence[Term], evidence: Evidence, study: Study) -> float | None:
    """Return McNemar's p where two cells answer the same items, each right or wrong, and no items belong together.

    With several seeds a cell wins an item on which more of its seeds are right: the sign test that McNemar's is with
    one seed.
    """
    if len(terms) != 2:
        return None
    (_, one), (_, other) = terms
    if isinstance(one, Best) or isinstance(other, Best):
        return None
    items = evidence.items[one.task, one.dataset]
    same = (one.task, one.dataset) == (other.task, other.dataset) and one.task != "fewshot"
    if not same or not single_label(study, one.dataset) or items.clustered:
        return None
    first, second = (items.scores[cell.features].mean(axis=1, dtype=float) for cell in (one, other))
    apart = np.sign(np.round(first - second, 6))
    return significance.mcnemar(int((apart > 0).sum()), int((apart < 0).sum()))


def permute(evidence: Evidence, claims: Sequence[Record], study: Study) -> None:
    """Fill in the p of random signs of every contrast within one population, all of a population at once."""
    waiting: dict[tuple, list[Record]] = {}
    for contrast in (contrast for claim in claims for contrast in claim["contrasts"]):
        if contrast["flips"]:
            ((place,), _) = contrast["flips"]
            waiting.setdefault(place, []).append(contrast)
    for place, rows in waiting.items():
        population = evidence.populations[place]
        values = np.stack([population.paired(contrast["flips"][1]) for contrast in rows], axis=1)
        rng = np.random.default_rng([study.claim_options["seed"], len(values)])
        found = significance.sign_flips(values, study.claim_options["resamples"], rng)
        for contrast, value in zip(rows, found, strict=True):
            contrast["permutation"] = float(value)
