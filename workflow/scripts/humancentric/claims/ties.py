"""Cells that compete (one image view, one text view), with intervals, and letters instead of ranks.

Two cells of a group share a letter where no test tells them apart at 5 %, adjusted by Holm over the pairs of the group.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from humancentric.claims.comparisons import Cell
from humancentric.claims.evidence import Evidence
from humancentric.claims.judgements import ALPHA
from humancentric.statistics import significance
from humancentric.statistics.estimates import finite
from humancentric.statistics.letters import letters


def groups(names: Sequence[str]) -> list[list[str]]:
    """Return features in the groups within which they compete: those of the same views."""
    found: dict[tuple, list[str]] = {}
    for name in names:
        found.setdefault(tuple(part.split(".")[0] for part in name.split("+")), []).append(name)
    return list(found.values())


def cells(evidence: Evidence) -> list[dict[str, Any]]:
    """Return every cell with its mean, interval, errors by source, and its letters."""
    found = []
    for (task, dataset), items in evidence.items.items():
        if (task, dataset) not in evidence.populations:
            continue
        for names in groups(list(items.scores)):
            means = {name: evidence.estimate([(1.0, Cell(task, dataset, name))]) for name in names}
            ordered = sorted(names, key=lambda name: (-means[name].value, name))
            told = letters(ordered, _apart(evidence, task, dataset, ordered))
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
