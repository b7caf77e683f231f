"""Difference-in-differences: does one encoder's lead over another shrink on samples that came after it?

The lead of encoder a over encoder b is the mean over samples of a's score minus b's. Its change is the lead on the
control (after) minus the lead on the test split of the dataset that the heads were trained on (before). A loss common
to both encoders, because samples have become harder or the labels have shifted, cancels. Intervals are those of
`humancentric.evaluation.bootstrap` with the same resamples as for claims: clusters of samples are resampled
independently before and after, but the seeds of heads jointly, since both sides have the same heads.
"""

import datetime
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.evaluation import metrics, sample_scores
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import combine
from humancentric.study.feature_sets import BETWEEN

log = logging.getLogger("humancentric")

Paths = Mapping[str, str | Path]  # predictions by features


@dataclass(frozen=True)
class Side:
    """The test split before or after the cut-off; the rows of all arrays are in the order of `ids`."""

    name: str  # of the bootstrap population
    ids: Sequence[str]
    scores: Mapping[str, np.ndarray]  # (n, seeds) by features
    clusters: Sequence[str]


def leads(
    before: Side,
    after: Side,
    pairs: Sequence[tuple[str, str]],
    *,
    trained_on: str,
    resamples: int = 2000,
    seed: int = 0,
) -> dict[tuple[str, str], dict[str, dict[str, float]]]:
    """Return the lead of the first over the second features of every pair: before, after, and its change.

    Each is a dict of ``difference`` and the 95 % interval from ``low`` to ``high``, which is left out if a side has
    only one cluster. The result is empty if a side has no samples.
    """
    if not pairs or not len(before.ids) or not len(after.ids):
        return {}
    populations = [
        Population(
            side.name,
            {(trained_on, name): values for name, values in side.scores.items()},
            side.clusters,
            resamples=resamples,
            seed=seed,
        )
        for side in (before, after)
    ]
    found: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for left, right in pairs:
        first, second = (
            combine([(1, side.mean((trained_on, left))), (-1, side.mean((trained_on, right)))])
            for side in populations
        )
        estimates = {"before": first, "after": second, "change": combine([(1, second), (-1, first)])}
        found[left, right] = {}
        for split, estimate in estimates.items():
            ends = estimate.interval()
            numbers = {"difference": float(estimate.value), "low": ends.low, "high": ends.high}
            found[left, right][split] = {key: value for key, value in numbers.items() if np.isfinite(value)}
    return found


@dataclass(frozen=True)
class Period:
    """The mean of some values over the samples of one or more months; `error` is None for a single sample."""

    first: str  # its first month as YYYY-MM
    samples: int
    mean: float
    error: float | None  # standard error of the mean


def monthly(
    ids: Sequence[str],
    values: np.ndarray,
    dates: Mapping[str, datetime.date | None],
    cut: datetime.date,
    months: int,
    window: int,
) -> list[Period]:
    """Return the means of `values` (n) by periods of `months` months within `window` months of the cut-off.

    Periods are counted in both directions from the month of the cut-off. Periods without samples and samples without a
    date are left out.
    """
    origin = 12 * cut.year + cut.month - 1
    groups: dict[int, list[float]] = {}
    for name, value in zip(ids, values, strict=True):
        if (date := dates.get(name)) is None:
            continue
        period = (12 * date.year + date.month - 1 - origin) // months
        if -window <= period * months < window:
            groups.setdefault(period, []).append(float(value))
    found = []
    for period, members in sorted(groups.items()):
        month, size = origin + period * months, len(members)
        error = float(np.std(members, ddof=1) / size**0.5) if size > 1 else None
        first = f"{month // 12:04d}-{month % 12 + 1:02d}"
        found.append(Period(first, size, float(np.mean(members)), error))
    return found


def read_dates(path: str | Path) -> dict[str, datetime.date | None]:
    """Return the release date of every sample at `path`; None if unknown."""
    table = tables.read(path, schemas.SAMPLES, ["id", "release_date"])
    return dict(zip(table["id"].to_pylist(), table["release_date"].to_pylist(), strict=True))


def read_side(name: str, samples_path: str | Path, paths: Paths, task: str, cluster: str | None) -> Side:
    """Read the test split of one side; samples with equal values in the column `cluster` form a cluster."""
    samples = labels.read(samples_path)["test"]
    found = {features: sample_scores.read(path, samples, task) for features, path in paths.items()}
    ids = next(iter(found.values())).ids if found else []
    for features, scores in found.items():
        if scores.ids != ids:
            raise UserError(
                f"{paths[features]}: its samples differ from those of the other cells; {tables.REMEDY}"
            )
    values = {features: scores.values for features, scores in found.items()}
    dataset = name.partition(":")[2]
    return Side(name, ids, values, sample_scores.read_clusters(samples_path, ids, cluster, dataset))


def score(
    before_samples: str | Path,
    before_paths: Paths,
    after_samples: str | Path,
    after_paths: Paths,
    pairs: Sequence[Sequence[str]],
    *,
    dataset: str,
    trained_on: str,
    protocol: str,
    task: str,
    clusters: Mapping[str, str | None] | None = None,
    resamples: int = 2000,
    months: int = 1,
    window: int = 24,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the leads of every pair of features, overall and by month, ready to be written as JSON.

    `clusters` gives the cluster column of each dataset. The cut-off is the first release date of the control. Samples
    without a date count in the leads but in no month. There are no runs if a side has no samples.
    """
    columns = clusters or {}
    sides = {
        "before": read_side(
            f"transfer:{trained_on}", before_samples, before_paths, task, columns.get(trained_on)
        ),
        "after": read_side(f"control:{dataset}", after_samples, after_paths, task, columns.get(dataset)),
    }
    dates = {"before": read_dates(before_samples), "after": read_dates(after_samples)}
    known = [date for name in sides["after"].ids if (date := dates["after"].get(name)) is not None]
    cut = min(known, default=None)
    feature_pairs = [(left, right) for left, right in pairs]
    found = leads(**sides, pairs=feature_pairs, trained_on=trained_on, resamples=resamples, seed=seed)
    if not found:
        counts = (len(side.ids) for side in sides.values())
        log.warning("%s: %d samples before and %d after; nothing is compared", dataset, *counts)
    runs = []
    for (left, right), lead in found.items():
        name = f"{left}{BETWEEN}{right}"
        runs += [{"features": name, "split": split, **numbers} for split, numbers in lead.items()]
        for split, side in sides.items():
            values = side.scores[left].mean(axis=1) - side.scores[right].mean(axis=1)
            for period in monthly(side.ids, values, dates[split], cut, months, window) if cut else ():
                error = {} if period.error is None else {"error": period.error}
                run = {"features": name, "split": f"{split}:{period.first}", "difference": period.mean}
                runs.append({**run, **error, "samples": period.samples})
    return {
        "dataset": dataset,
        "trained_on": trained_on,
        "protocol": protocol,
        "metric": metrics.HEADLINES[task],
        "cut_off": cut and cut.isoformat(),
        "samples": {name: len(side.ids) for name, side in sides.items()},
        "without_date": {
            name: sum(dates[name].get(sample) is None for sample in side.ids) for name, side in sides.items()
        },
        "resamples": resamples,
        "months": months,
        "runs": runs,
    }
