"""Compute the change of every number between two runs, with a confidence interval."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.evaluation import metrics, sample_scores, significance
from humancentric.evaluation.bootstrap import Population
from humancentric.report.run_folder import Number, Run

log = logging.getLogger("humancentric")

ITEMS, SEEDS = "paired bootstrap over test items", "t over seeds, unpaired"
NEW, GONE, SAME = "new", "gone", "same"
CHANGED, WITHIN, DIFFERS = "changed", "within its interval", "differs, no interval"
STATES = (CHANGED, DIFFERS, WITHIN, NEW, GONE, SAME)


@dataclass(frozen=True)
class Change:
    """One number in both runs: means (None if missing), their difference and its interval."""

    left: float | None
    right: float | None
    runs: tuple[int, int]
    low: float | None = None
    high: float | None = None
    method: str = ""
    same: bool = False

    @property
    def difference(self) -> float | None:
        """Return right minus left; None if one side is missing."""
        return None if self.left is None or self.right is None else self.right - self.left

    @property
    def state(self) -> str:
        """Return the kind of change, one of `STATES`."""
        if self.left is None or self.right is None:
            return NEW if self.left is None else GONE
        if self.same:
            return SAME
        if self.low is None or self.high is None:
            return DIFFERS
        return WITHIN if self.low <= 0 <= self.high else CHANGED


def _mean(values: Mapping[int, float] | None) -> float | None:
    return None if not values else float(np.mean(list(values.values())))


def welch(left: Mapping[int, float], right: Mapping[int, float]) -> tuple[float, float] | None:
    """Return the 95 % interval of the difference of two means (Welch 1947); None if a side has one value."""
    one, other = (np.array(list(values.values())) for values in (left, right))
    if min(len(one), len(other)) < 2:
        return None
    if one.std() == other.std() == 0:
        return (float(other.mean() - one.mean()),) * 2
    found = stats.ttest_ind(other, one, equal_var=False).confidence_interval(significance.LEVEL)
    return float(found.low), float(found.high)


Truths = dict[Path, labels.Samples]


def _items(run: Run, number: Number, truths: Truths) -> sample_scores.SampleScores | None:
    """Return the score of every test item behind a number; None if the run's files lack it."""
    task = run.card(number.dataset).get("task", "")
    if number.split != "test" or number.metric != metrics.HEADLINES.get(task):
        return None
    path, samples = run.predictions(number), run.folder / number.dataset / "samples.parquet"
    if path is None or not samples.is_file():
        return None
    try:
        if samples not in truths:
            truths[samples] = labels.read(samples)["test"]
        return sample_scores.read(path, truths[samples], task)
    except UserError as error:
        log.warning("%s; its items are left out", error)
        return None


def paired(
    left: Run, right: Run, numbers: Sequence[Number], resamples: int, seed: int
) -> dict[Number, tuple[float, float]]:
    """Return 95 % bootstrap intervals of the mean difference over test items, for numbers that allow it.

    Both runs must have predictions on the same ids; an item's score is the mean over seeds. All cells of a dataset
    share the same bootstrap resamples.
    """
    groups: dict[tuple[str, ...], dict[tuple, np.ndarray]] = {}
    truths: Truths = {}
    for number in numbers:
        one, other = (_items(run, number, truths) for run in (left, right))
        if one and other and one.ids and one.ids == other.ids:
            values = other.values.mean(axis=1) - one.values.mean(axis=1)
            groups.setdefault(tuple(one.ids), {})[number] = values[:, None]
    found = {}
    for ids, values in groups.items():
        population = Population("compared runs", values, ids, resamples=resamples, seed=seed)
        for number in [one for one in numbers if one in values]:
            interval = population.mean(number).interval()
            if np.isfinite(interval.low):
                found[number] = (interval.low, interval.high)
    return found


def compare(left: Run, right: Run, *, resamples: int = 2000, seed: int = 0) -> dict[Number, Change]:
    """Return the change of every number that either run has."""
    both = [number for number in left.values if number in right.values]
    moved = [number for number in both if left.values[number] != right.values[number]]
    items = paired(left, right, moved, resamples, seed)
    found = {}
    for number in sorted(
        {*left.values, *right.values}, key=lambda n: [(value is not None, value) for value in n]
    ):
        one, other = (run.values.get(number, {}) for run in (left, right))
        ends, method = None, ""
        if number in items:
            ends, method = items[number], ITEMS
        elif number in moved and (ends := welch(one, other)):
            method = SEEDS
        low, high = ends or (None, None)
        runs = (len(one), len(other))
        found[number] = Change(_mean(one), _mean(other), runs, low, high, method, same=one == other)
    return found
