"""Test for contamination: does an encoder score higher on samples from before the end of its training data?

The estimand is a difference in differences. The loss of an encoder is its mean score in the months before the end of
its training data (the cut-off) minus that in the months after it. From this is subtracted the loss (drift) of reference
encoders that cannot have seen either side, because their own data end before the first of these months or contain no
real samples. A loss common to all encoders, for example because samples became harder, cancels. The parallel-trends
assumption, that encoders which have seen neither side drift alike, is tested if there are several of them (placebo
test); if it fails, the contrast is inconclusive. A cut-off that is only an upper bound biases the estimate towards 0.

Popularity: famous samples are more likely to be in web data. The lead of every sample is regressed on the logarithm of
its popularity, the side of the cut-off and their interaction (ordinary least squares over items, with HC3 or clustered
standard errors).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from statsmodels.api import OLS

from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.claims.judgements import ALPHA, best
from humancentric.evaluation.claims.verdicts import adjust
from humancentric.evaluation.estimates import Estimate, combine, finite
from humancentric.evaluation.significance import FEWEST_CLUSTERS
from humancentric.study.feature_sets import split_features
from humancentric.study.study import NEVER, UNKNOWN

FEWEST_KNOWN = 20  # samples with a popularity that the regression of four coefficients needs
SIDES = ("before", "after")
Record = dict[str, Any]


@dataclass(frozen=True)
class Pool:
    """Samples that are scored by the same heads; the rows of all arrays are in the order of `ids`."""

    name: str  # of the control
    trained_on: str
    ids: Sequence[str]
    days: Sequence[datetime.date | None]
    scores: Mapping[str, np.ndarray]  # (n, seeds) by features
    clusters: Sequence[str]
    popularity: np.ndarray  # (n,), nan if unknown

    def population(self, rows: np.ndarray, side: str, resamples: int, seed: int) -> Population:
        """Return the bootstrap population of some rows; both sides share the heads and therefore their seeds."""
        return Population(
            f"contamination:{self.name}:{side}",
            {(self.trained_on, name): values[rows] for name, values in self.scores.items()},
            [self.clusters[row] for row in rows.tolist()],
            resamples=resamples,
            seed=seed,
        )


def slices(
    days: Sequence[datetime.date | None], cut_off: str, months: int
) -> tuple[str, dict[str, np.ndarray]]:
    """Return the first day of the window and the rows before and after the cut-off, which itself counts as before.

    Samples without a date are on neither side.
    """
    cut = np.datetime64(cut_off, "D")
    month = cut.astype("datetime64[M]")
    rest = cut - month.astype("datetime64[D]")
    start, end = ((month + shift).astype("datetime64[D]") + rest for shift in (-months, months))
    when = np.array(["NaT" if day is None else day.isoformat() for day in days], "datetime64[D]")
    rows = {"before": (when > start) & (when <= cut), "after": (when > cut) & (when <= end)}
    return str(start), {side: np.flatnonzero(chosen) for side, chosen in rows.items()}


def unseeing(features: str, names: Sequence[str], cut_offs: Mapping[str, str], start: str) -> list[str]:
    """Return the features of the same view whose encoder has no training data after `start`."""
    ((view, encoder),) = split_features(features)
    found = []
    for name in names:
        ((other_view, other),) = split_features(name)
        until = cut_offs.get(other, UNKNOWN)
        if (
            other_view == view
            and other != encoder
            and (until == NEVER or (until != UNKNOWN and until <= start))
        ):
            found.append(name)
    return found


def contrast(
    pool: Pool,
    features: str,
    cut_offs: Mapping[str, str],
    *,
    window: int,
    relevant: float,
    seeds: int,
    resamples: int = 2000,
    seed: int = 0,
) -> Record:
    """Return one contrast without its verdict, or the `reason` why there is none.

    `seeds` is the number of seeds with which the study trains heads.
    """
    cut_off = cut_offs.get(split_features(features)[0][1], UNKNOWN)
    record: Record = {"control": pool.name, "features": features, "cut_off": cut_off, "references": []}
    record |= {"judgement": None, "too_few": None, "truth": [relevant], "power": None, "p_holm": None}
    if cut_off == UNKNOWN:
        return record | {"reason": "the end of its training data is not known"}
    if cut_off == NEVER:
        return record | {"reason": "it has seen no real data"}
    start, rows = slices(pool.days, cut_off, window)
    references = unseeing(features, list(pool.scores), cut_offs, start)
    counts = {side: len(found) for side, found in rows.items()}
    record |= {"references": references, "samples": counts}
    if not references:
        return record | {"reason": f"no other encoder ends by {start}"}
    if min(counts.values()) < 2:
        return record | {
            "reason": f"{counts['before']} samples before and {counts['after']} after the cut-off"
        }
    sides = {
        side: pool.population(found, f"{cut_off}:{side}", resamples, seed) for side, found in rows.items()
    }

    def loss(name: str) -> Estimate:
        return combine(
            [
                (sign, sides[side].mean((pool.trained_on, name)))
                for side, sign in zip(SIDES, (1, -1), strict=True)
            ]
        )

    own, others = loss(features), [loss(name) for name in references]
    judgement = best([_less(own, others)], (), 0.0)
    record |= {"judgement": judgement, "loss": _numbers(own), "drift": _numbers(_mean(others))}
    placebo = (
        min((_less(left_out, [o for o in others if o is not left_out]) for left_out in others), key=_p)
        if len(others) > 1
        else None
    )
    record["placebo"] = None if placebo is None else min(1.0, len(others) * _p(placebo))
    record["too_few"] = _too_few(sides, seeds, record["placebo"])
    record["popularity"] = popularity(pool, features, references, rows)
    numbers = {"p": judgement.p, **_numbers(judgement.leads[0])}
    return record | finite(numbers)


def _too_few(sides: Mapping[str, Population], seeds: int, placebo: float | None) -> str | None:
    for side, population in sides.items():
        if population.effective < FEWEST_CLUSTERS:
            return (
                f"samples {side} count as {population.effective:.1f} independent clusters, and a verdict needs "
                f"{FEWEST_CLUSTERS}"
            )
    if seeds < 2:
        return "heads of one seed, and a verdict needs two; raise study.seeds"
    if placebo is not None and placebo <= ALPHA:
        return "encoders that have seen neither side drift apart"
    return None


def _mean(parts: Sequence[Estimate]) -> Estimate:
    return combine([(1 / len(parts), part) for part in parts])


def _less(estimate: Estimate, others: Sequence[Estimate]) -> Estimate:
    return combine([(1, estimate), (-1, _mean(others))])


def _p(estimate: Estimate) -> float:
    return min(1.0, 2 * min(estimate.above(), estimate.below()))


def _numbers(estimate: Estimate) -> dict[str, Any]:
    ends = estimate.interval()
    return finite({"value": float(estimate.value), "low": ends.low, "high": ends.high})


def popularity(
    pool: Pool, features: str, references: Sequence[str], rows: Mapping[str, np.ndarray]
) -> Record | None:
    """Return how the lead over the references falls after the cut-off, by popularity; None if too few have one.

    ``adjusted`` is the fall at the mean logarithm of popularity. ``famous`` is the increase of the fall per doubling
    of popularity, which is positive if famous samples were seen in training.
    """
    lead = pool.scores[features].mean(axis=1) - np.mean(
        [pool.scores[r].mean(axis=1) for r in references], axis=0
    )
    chosen = np.concatenate([rows[side] for side in SIDES])
    before = np.concatenate([np.full(len(rows[side]), side == "before") for side in SIDES])
    known = np.isfinite(pool.popularity[chosen])
    chosen, before = chosen[known], before[known].astype(float)
    log_popularity = np.log2(1 + pool.popularity[chosen])
    if len(chosen) < FEWEST_KNOWN or not 0 < before.mean() < 1 or np.ptp(log_popularity) == 0:
        return None
    log_popularity = log_popularity - log_popularity.mean()
    model = OLS(
        lead[chosen], np.column_stack([np.ones(len(chosen)), before, log_popularity, before * log_popularity])
    )
    clusters = np.unique([pool.clusters[row] for row in chosen], return_inverse=True)[1]
    unclustered = clusters.max() + 1 == len(chosen)
    fitted = (
        model.fit(cov_type="HC3")
        if unclustered
        else model.fit(cov_type="cluster", cov_kwds={"groups": clusters})
    )
    ends = fitted.conf_int(ALPHA)
    return {"samples": len(chosen)} | {
        name: finite(
            {
                "value": float(fitted.params[position]),
                "low": float(ends[position, 0]),
                "high": float(ends[position, 1]),
            }
        )
        for name, position in (("adjusted", 1), ("famous", 3))
    }


def judged(pools: Sequence[Pool], cut_offs: Mapping[str, str], **options: Any) -> list[Record]:
    """Return every contrast of the pools with its verdict; p-values are adjusted by Holm's method over all of them."""
    found = [contrast(pool, name, cut_offs, **options) for pool in pools for name in pool.scores]
    adjust([{"contrasts": [record]} for record in found])
    for record in found:
        del record["judgement"], record["truth"]
    return found


def without_twins(
    name: str,
    ids: Sequence[str],
    scores: Mapping[str, np.ndarray],
    clusters: Sequence[str],
    twins: set[str],
    *,
    resamples: int = 2000,
    seed: int = 0,
) -> list[Record]:
    """Return the mean score of every cell on all test items, on those without a twin in training, and the inflation.

    The inflation is the share of twins times their lead over the others; its interval treats the share as fixed.
    """
    marked = np.array([item in twins for item in ids], bool)
    parts = {
        side: Population(
            f"twins:{name}:{side}",
            {(name, features): values[rows] for features, values in scores.items()},
            [clusters[row] for row in np.flatnonzero(rows).tolist()],
            resamples=resamples,
            seed=seed,
        )
        for side, rows in (("twins", marked), ("others", ~marked))
        if rows.any()
    }
    found = []
    for features, values in scores.items():
        record: Record = {"features": features, "all": float(values.mean()) if len(values) else None}
        if len(parts) == 2:
            terms = zip(
                (1, -1), (parts[side].mean((name, features)) for side in ("twins", "others")), strict=True
            )
            inflated = combine([(sign * marked.mean(), part) for sign, part in terms])
            record |= {"without": float(values[~marked].mean()), "inflated": _numbers(inflated)}
        found.append(record)
    return found
