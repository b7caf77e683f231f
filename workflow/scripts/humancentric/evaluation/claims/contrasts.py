"""Measure one contrast of a claim: estimate, interval, unadjusted p-values and sample sizes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from humancentric.evaluation import metrics, significance
from humancentric.evaluation.claims.comparisons import Best, Cell, Comparison, Terms, task_of
from humancentric.evaluation.claims.evidence import Evidence, single_label
from humancentric.evaluation.claims.judgements import JUDGES, Judgement
from humancentric.evaluation.claims.printed import Printed
from humancentric.evaluation.estimates import Estimate, combine, finite
from humancentric.study.claim_grid import ITEM_METRICS
from humancentric.study.study import Dataset, Study

Record = dict[str, Any]
NUMBERS = (
    *("value", "low", "high", "detectable", "power", "p", "p_holm", "error", "item_error", "seed_error"),
    *("seeds_low", "seeds_high", "mcnemar", "permutation", "items", "clusters", "seeds", "closest"),
)
JUDGEMENTS = ("judgement", "truth", "flips")  # keys that are removed before a record is written


class Source(Protocol):
    """The source of the mean scores of cells: predictions, or a printed table."""

    def __contains__(self, cell: Cell) -> bool:
        """Return whether a cell has a mean."""

    def estimate(self, terms: Terms) -> Estimate:
        """Return a weighted sum of means."""

    def too_few(self, cells: Iterable[Cell]) -> str | None:
        """Return why the data of some cells do not suffice for a verdict; None if they do."""


def judged(row: Mapping[str, Any], part: Comparison, source: Source) -> Judgement | None:
    """Return the judgement of a contrast; None if a cell is missing."""
    if not all(cell in source for cell in part.cells()):
        return None
    value = part.constant
    constant = Estimate(value, np.full(1, value), {}, {}, {}, (value, value))
    sums = [combine([(1.0, source.estimate(terms)), (-1.0, constant)]) for terms in part.sums]
    references = [source.estimate(terms) for terms in part.references]
    return JUDGES[row["kind"]](sums, references, row.get("margin", 0.0))


def measured(
    row: Mapping[str, Any], part: Comparison, source: Source, study: Study, printed: Printed
) -> Record:
    """Return one contrast with its names, numbers and p-values; its verdict follows from its family."""
    rows, found = study.datasets, judged(row, part, source)
    paper = judged(row, part, printed) if source is not printed else None
    record: Record = {
        "datasets": list(part.datasets),
        "setting": part.setting,
        "ours": part.ours,
        "rivals": list(part.rivals),
        "demo": all(rows[name].generated for name in part.datasets),
        "metrics": sorted({_metric(row, rows[name]) for name in part.datasets}),
        "paper": paper and paper.value,
        "missing": sorted({f"{c.dataset}/{c.features}" for c in part.cells() if c not in source}),
        **dict.fromkeys(NUMBERS),
        "too_few": source.too_few(part.cells()) if found else None,
        "judgement": found,
        "truth": _truth(row, found, paper),
        "flips": None,
    }
    if found is None:
        return record
    deciding, terms = found.leads[found.deciding], (*part.sums, *part.references)[found.deciding]
    of_seeds = deciding.of_seeds()
    numbers = {
        "value": found.value,
        "low": found.interval.low,
        "high": found.interval.high,
        "p": found.p,
        "error": deciding.error,
        "item_error": deciding.item_error,
        "seed_error": deciding.seed_error,
        "seeds_low": of_seeds.low,
        "seeds_high": of_seeds.high,
        "closest": [c.features for _, c in terms if isinstance(c, Cell)][-1],
    }
    record |= finite(numbers)
    return record | _facts(part, terms, deciding, source, study) if isinstance(source, Evidence) else record


def _facts(part: Comparison, terms: Terms, deciding: Estimate, evidence: Evidence, study: Study) -> Record:
    """Return the sample sizes of a contrast, McNemar's p-value and the inputs of the sign-flip test."""
    keys = {(cell.task, cell.dataset) for cell in part.cells()}
    plain = len(keys) == 1 and not any(isinstance(cell, Best) for _, cell in terms)
    # values of these tasks are not scores of single items
    plain = plain and not any(task in ITEM_METRICS for task, _ in keys)
    return {
        "mcnemar": _mcnemar(terms, evidence, study),
        "items": min(evidence.populations[key].items for key in keys),
        "clusters": min(len(evidence.populations[key].sizes) for key in keys),
        "seeds": min(evidence.items[c.task, c.dataset].scores[c.features].shape[1] for c in part.cells()),
        "flips": (keys, deciding) if plain and not part.constant else None,
    }


def _truth(row: Mapping[str, Any], found: Judgement | None, paper: Judgement | None) -> list[float] | None:
    """Return the leads for which power is computed: the paper's, else the smallest that the claim calls relevant.

    For a contrast with a margin they are 0 if the paper prints none. Otherwise no power is computed, and none is
    computed for the paper's own numbers: power at the estimate only repeats the p-value (Hoenig and Heisey 2001).
    """
    if found is None:
        return None
    if paper is not None:
        return [lead.value for lead in paper.leads]
    lead = row.get("relevant", 0.0 if found.bound else None)
    return None if lead is None else [lead] * len(found.leads)


def _metric(claim: Mapping[str, Any], row: Dataset) -> str:
    return ITEM_METRICS.get(task_of(claim), metrics.HEADLINES[row.task])


def _mcnemar(terms: Terms, evidence: Evidence, study: Study) -> float | None:
    """Return the p-value of McNemar's test for two cells with 0/1 scores on the same, unclustered items; else None.

    With several seeds the cell with more correct seeds wins an item; this sign test is McNemar's for a single seed.
    """
    if len(terms) != 2:
        return None
    (_, left), (_, right) = terms
    if isinstance(left, Best) or isinstance(right, Best):
        return None
    items = evidence.items[left.task, left.dataset]
    same = (left.task, left.dataset) == (right.task, right.dataset) and left.task in ("transfer", "control")
    if not same or not single_label(study, left.dataset) or items.clustered:
        return None
    first, second = (items.scores[cell.features].mean(axis=1, dtype=float) for cell in (left, right))
    signs = np.sign(np.round(first - second, 6))
    return significance.mcnemar(int((signs > 0).sum()), int((signs < 0).sum()))


def permute(evidence: Evidence, claims: Sequence[Record], study: Study) -> None:
    """Fill in the p-value of the sign-flip test of contrasts within one population, which share their random signs."""
    by_population: dict[tuple, list[Record]] = {}
    for contrast in (contrast for claim in claims for contrast in claim["contrasts"]):
        if contrast["flips"]:
            ((key,), _) = contrast["flips"]
            by_population.setdefault(key, []).append(contrast)
    for key, rows in by_population.items():
        population = evidence.populations[key]
        values = np.stack([population.paired(contrast["flips"][1]) for contrast in rows], axis=1)
        rng = np.random.default_rng([study.claim_options["seed"], len(values)])
        found = significance.sign_flips(values, study.claim_options["resamples"], rng)
        for contrast, value in zip(rows, found, strict=True):
            contrast["permutation"] = float(value)
