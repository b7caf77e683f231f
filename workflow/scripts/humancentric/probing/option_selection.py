"""Select options, decision threshold and temperature of a probe on validation samples, never on the test split.

Validation samples are the dataset's split `validation`, or a part of train drawn by id, the same for every encoder.
Every combination of options in the row's grid is tried once; the best by the headline metric is kept, with ties broken
by the lower NLL (for numbers, mean absolute error). The probe is then refitted on all of train, with the threshold and
the temperature found.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from humancentric.core.hashing import hash_integer
from humancentric.dataset import labels
from humancentric.dataset.labels import MULTI, REGRESSION, SINGLE, Samples
from humancentric.evaluation import calibration, metrics
from humancentric.probing.kinds import kind_of
from humancentric.probing.probe import TrainingData

log = logging.getLogger("humancentric")

CHOSEN = "validation"  # value of `threshold`: chosen on validation samples


@dataclass(frozen=True)
class Choice:
    """The selected options, threshold and temperature, and the candidates."""

    row: Mapping[str, Any]  # of the protocol, with the options chosen and a number for the threshold
    temperature: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    candidates: tuple[Mapping[str, Any], ...] = ()


def held_out(samples: Samples, task: str, protocol: Mapping[str, Any]) -> np.ndarray:
    """Return which training samples are for validation (n, bool): `share` of them, by a hash of seed and id.

    With one label per sample they are stratified by class, and a class of one sample gives none.
    """
    rule = protocol["validation"]
    keys = [hash_integer(f"validation:{rule['seed']}:{sample}") for sample in samples.ids]
    order = sorted(range(len(samples)), key=keys.__getitem__)
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in order:
        groups.setdefault(tuple(samples.labels[row]) if task == SINGLE else (), []).append(row)
    position = {row: (rank + 0.5) / len(rows) for rows in groups.values() for rank, row in enumerate(rows)}
    number = round(rule["share"] * len(samples))
    held = np.zeros(len(samples), dtype=bool)
    first_halves = [row for row in order if position[row] < 0.5]
    held[sorted(first_halves, key=position.__getitem__)[:number]] = True
    return held


def unselected(protocol: Mapping[str, Any]) -> Choice:
    """Return the row without selection: its own options, no temperature, 0.5 for a threshold to be chosen."""
    threshold = metrics.DEFAULT if protocol["threshold"] == CHOSEN else protocol["threshold"]
    return Choice({**protocol, "threshold": threshold})


def choose(problem: TrainingData, held: np.ndarray, truth: np.ndarray, protocol: Mapping[str, Any]) -> Choice:
    """Return the best options for a `problem`, evaluated on `held` features (n, width) and their `truth`."""
    if not len(held) or not len(problem):
        log.warning(
            "%d training and %d validation samples: nothing is selected, the protocol's own options hold",
            len(problem), len(held),
        )  # fmt: skip
        return unselected(protocol)
    kind, headline = kind_of(protocol), metrics.HEADLINES[problem.task]
    fixed = unselected(protocol).row["threshold"]
    best, candidates = None, []
    grid, seed = protocol.get("grid", {}), protocol["validation"]["seed"]
    for options, answer in kind.explore(problem, held, protocol, grid, seed):
        free = problem.task == MULTI and protocol["threshold"] == CHOSEN
        threshold = metrics.best(truth, answer) if free else fixed
        found = metrics.evaluate(truth, answer, problem.task, threshold)
        found |= calibration.evaluate(truth, answer, problem.task)
        score, error = found[headline], "mae" if problem.task == REGRESSION else "nll"
        candidates.append({**options, "threshold": threshold, headline: score, error: found[error]})
        if best is None or (score, -found[error]) > best[0]:
            best = (score, -found[error]), options, threshold, answer
    assert best is not None  # a grid has at least one point
    _, options, threshold, answer = best
    return Choice(
        row={**kind.with_options(protocol, options), "threshold": threshold},
        temperature=calibration.temperature(truth, answer, problem.task),
        options=options,
        candidates=tuple(candidates),
    )


def split_by(samples: Samples, held: np.ndarray) -> Samples:
    """Return the samples with those held out at the end, so that the rest of their features is one block."""
    rest, last = labels.select(samples, ~held), labels.select(samples, held)
    return Samples(rest.ids + last.ids, rest.labels + last.labels)
