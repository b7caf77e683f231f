"""Regress an encoder's lead, class by class, on how human-centric the class is rated (linear mixed model).

The lead of a class is the difference in its F1. The model has a random intercept for every dataset. The
rating is split into its mean over the dataset and the deviation from it (Mundlak 1978; Bell and Jones 2015, *Explaining
Fixed Effects*): the slope within datasets compares classes of the same dataset, so differences between datasets do not
enter it; the slope between datasets compares their means. The logarithm of the number of test samples of a class,
centred by dataset, is a covariate. Intervals use Student's quantiles with the degrees of freedom of the slope's level
(Schluchter and Elashoff 1990): classes minus datasets minus slopes, or datasets minus two.
"""

import tomllib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from humancentric.core.errors import UserError
from humancentric.core.files import readable
from humancentric.evaluation import metrics
from humancentric.evaluation.estimates import Estimate
from humancentric.evaluation.prediction_files import Predictions
from humancentric.evaluation.significance import FEWEST_CLUSTERS

WITHIN, BETWEEN = "within", "between"
PARTS = (WITHIN, BETWEEN)
OTHERS = "*"  # stands for all classes of a dataset without a rating of their own
DRAWS = 1000  # normal quantiles, used instead of resamples


class Ratings:
    """The ratings of classes between 0 (object) and 1 (affect) by each rater, in the order of their file."""

    def __init__(self, path: str | Path) -> None:
        """Read a TOML file such as ``resources/human_centricity.toml``; raise `UserError` if it is invalid."""
        damage, remedy = (KeyError, TypeError, AttributeError), "write it as resources/human_centricity.toml"
        with readable(
            path, "TOML file of ratings", *damage, remedy=remedy, absent="correct study.ladder.ratings"
        ):
            content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
            self.version = str(content["version"])
            self._same: Mapping[str, str] = content.get("same", {})
            self._rows = {name: rater["ratings"] for name, rater in content["raters"].items()}
            self.sources = {
                name: " ".join(rater["source"].split()) for name, rater in content["raters"].items()
            }
            rated: list[tuple[str, Any]] = [
                (f"raters.{rater}.ratings.{dataset}.{name}", value)
                for rater, rows in self._rows.items()
                for dataset, classes in rows.items()
                for name, value in classes.items()
            ]
        for place, value in rated:
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise UserError(f"{path}: {place} is {value!r}; use a number between 0 and 1")
        if not self._rows:
            raise UserError(f"{path}: has no rater; add [raters.NAME] with source and ratings")

    def of(self, rater: str, dataset: str, label: str) -> float | None:
        """Return the rating of a class, or None if it has none."""
        rows = self._rows[rater].get(dataset)
        if rows is None:
            rows = self._rows[rater].get(self._same.get(dataset, ""), {})
        value = rows.get(label, rows.get(OTHERS))
        return None if value is None else float(value)


def class_scores(answers: Predictions) -> np.ndarray:
    """Return the F1 score of every class (n_classes), averaged over seeds."""
    found = [
        metrics.of_classes(answers.truth, answers.probabilities[:, seed], answers.task, answers.threshold)[2]
        for seed in range(answers.seeds)
    ]
    return np.mean(found, axis=0)


@dataclass(frozen=True)
class Classes:
    """Rated classes of several datasets, with the lead of an encoder on each."""

    datasets: Sequence[str]  # (n,)
    leads: np.ndarray  # (n,) differences of F1
    ratings: np.ndarray  # (n,) between 0 and 1
    support: np.ndarray  # (n,) test samples, at least 1

    def __len__(self) -> int:
        """Return the number of classes."""
        return len(self.datasets)

    def without(self, left_out: np.ndarray) -> "Classes":
        """Return the classes for which `left_out` (n, bool) is false."""
        kept = ~left_out
        names = [name for name, stays in zip(self.datasets, kept, strict=True) if stays]
        return Classes(names, self.leads[kept], self.ratings[kept], self.support[kept])


@dataclass(frozen=True)
class Slope:
    """The change of the lead from an object (0) to an affect (1); None with a reason if it cannot be estimated."""

    estimate: Estimate | None
    reason: str | None = None  # why there is no verdict


def slopes(classes: Classes) -> dict[str, Slope]:
    """Return the slopes of the lead on the rating within and between datasets."""
    names, group = np.unique(np.asarray(classes.datasets, dtype=object).astype(str), return_inverse=True)
    if not len(classes) or np.ptp(classes.leads) == 0:
        reason = "the leads of all rated classes are equal" if len(classes) else "no class is rated"
        return dict.fromkeys(PARTS, Slope(None, reason))
    mean = _means(classes.ratings, group)
    columns = {WITHIN: classes.ratings - mean, BETWEEN: mean - classes.ratings.mean()}
    logarithm = np.log(classes.support)
    columns["support"] = logarithm - _means(logarithm, group)
    used = {name: column for name, column in columns.items() if np.ptp(column) > 1e-9}
    if len(names) < 3:
        used.pop(BETWEEN, None)
    degrees = {WITHIN: len(classes) - len(names) - len(used.keys() - {BETWEEN}), BETWEEN: len(names) - 2}
    fitted = _fit(classes.leads, used, group) if degrees[WITHIN] > 0 else {}
    found = {}
    for part in PARTS:
        known, dof = fitted.get(part), degrees[part]
        if known is None or not np.isfinite(known[1]) or known[1] <= 0:
            found[part] = Slope(None, f"cannot be estimated {part} datasets by these ratings")
            continue
        units = f"{len(classes)} classes" if part == WITHIN else f"{len(names)} datasets"
        few = f"{units} are too few" if dof + 1 < FEWEST_CLUSTERS else None
        found[part] = Slope(_estimate(*known, dof), few)
    return found


def _means(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    return (np.bincount(group, values) / np.bincount(group))[group]


def _fit(
    leads: np.ndarray, columns: Mapping[str, np.ndarray], group: np.ndarray
) -> dict[str, tuple[float, float]]:
    """Fit coefficients and standard errors by column: by REML, or by least squares for a single dataset."""
    from statsmodels.regression.linear_model import OLS
    from statsmodels.regression.mixed_linear_model import MixedLM

    design = np.column_stack([np.ones(len(leads)), *columns.values()])
    with warnings.catch_warnings():
        # statsmodels warns of a variance of 0 between datasets, which is a valid result
        warnings.simplefilter("ignore")
        if group.max() == 0:
            model = OLS(leads, design).fit()
            numbers = zip(model.params[1:], model.bse[1:], strict=True)
        else:
            # Powell needs no gradients, which do not exist where the variance between datasets is 0
            model = MixedLM(leads, design, group).fit(reml=True, method=["powell"])
            numbers = zip(model.fe_params[1:], model.bse_fe[1:], strict=True)
    return {name: (float(value), float(error)) for name, (value, error) in zip(columns, numbers, strict=True)}


def _estimate(value: float, error: float, dof: float) -> Estimate:
    """Return a normal estimate whose variance has `dof` degrees of freedom, in the form of a bootstrapped one."""
    quantiles = ndtri((np.arange(DRAWS) + 0.5) / DRAWS)
    draws = value + error * quantiles / quantiles.std()
    part = {"classes": np.array([error])}
    return Estimate(value, draws, part, {}, {"classes": dof + 1.0}, (-1.0, 1.0))


def sensitivity(classes: Classes) -> dict[str, Any]:
    """Return the range of the slope within datasets when one class, or one dataset, is left out."""
    found: dict[str, Any] = {}
    names = np.asarray(classes.datasets, dtype=object)
    kinds = {
        "class": np.eye(len(names), dtype=bool),
        "dataset": names == np.unique(names.astype(str))[:, None],
    }
    for kind, patterns in kinds.items():
        left = [slopes(classes.without(pattern))[WITHIN].estimate for pattern in patterns]
        known = [slope for slope in left if slope is not None]
        if not known:
            continue
        values = [slope.value for slope in known]
        intervals = [slope.interval() for slope in known]
        found[kind] = {
            "fits": len(known),
            "lowest": min(values),
            "highest": max(values),
            "above": sum(interval.low > 0 for interval in intervals),
            "below": sum(interval.high < 0 for interval in intervals),
        }
    return found
