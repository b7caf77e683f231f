"""Compare leads before and after a cut-off, in total and month by month, from stored predictions."""

import datetime
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core import schemas, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.evaluation import diff_in_diff, metrics, sample_scores
from humancentric.evaluation.diff_in_diff import BETWEEN


@dataclass(frozen=True)
class Slice:
    """The mean of some values over the samples of a few months; without an error where there is but one."""

    first: str  # its first month as YYYY-MM
    samples: int
    mean: float
    error: float | None  # standard error of the mean


def month_of(date: datetime.date) -> int:
    """Return the number of a date's month, counted from year 0."""
    return 12 * date.year + date.month - 1


def name_of(month: int) -> str:
    """Return a month's name as YYYY-MM."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def by_months(
    ids: Sequence[str],
    values: np.ndarray,
    dates: Mapping[str, datetime.date | None],
    cut: datetime.date,
    months: int,
    window: int,
) -> list[Slice]:
    """Return the means of `values` (n) in slices of `months` months within `window` months of the cut-off.

    Slices begin at the month of the cut-off and go both ways; those without samples are left out, as are samples
    without a date.
    """
    origin = month_of(cut)
    groups: dict[int, list[float]] = {}
    for name, value in zip(ids, values, strict=True):
        if (date := dates.get(name)) is None:
            continue
        place = (month_of(date) - origin) // months
        if -window <= place * months < window:
            groups.setdefault(place, []).append(float(value))
    found = []
    for place, members in sorted(groups.items()):
        size = len(members)
        error = float(np.std(members, ddof=1) / size**0.5) if size > 1 else None
        found.append(Slice(name_of(origin + place * months), size, float(np.mean(members)), error))
    return found


log = logging.getLogger("humancentric")

Paths = Mapping[str, str | Path]  # predictions by features


def dates_of(path: str | Path) -> dict[str, datetime.date | None]:
    """Return the release date of every sample at `path`, None where it is unknown."""
    table = tables.read(path, schemas.SAMPLES, ["id", "release_date"])
    return dict(zip(table["id"].to_pylist(), table["release_date"].to_pylist(), strict=True))


def side(samples_path: str | Path, paths: Paths, task: str) -> tuple[list[str], dict[str, np.ndarray]]:
    """Return the ids and the scores (n, seeds) by features of one side's test split."""
    samples = labels.read(samples_path)["test"]
    found = {name: sample_scores.read(path, samples, task) for name, path in paths.items()}
    ids = next(iter(found.values())).ids if found else []
    for name, scores in found.items():
        if scores.ids != ids:
            raise UserError(f"{paths[name]}: its samples are not those of the other cells; {tables.REMEDY}")
    return ids, {name: scores.values for name, scores in found.items()}


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
    resamples: int = 2000,
    months: int = 1,
    window: int = 24,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the leads of every pair of features and their months, ready to be written as JSON.

    The cut-off is the first release date on the control's side; samples without a date count in the leads and in no
    month. A side without samples gives no runs.
    """
    both = [(one, other) for one, other in pairs]
    sides = {
        "before": (*side(before_samples, before_paths, task), dates_of(before_samples)),
        "after": (*side(after_samples, after_paths, task), dates_of(after_samples)),
    }
    known = [date for name in sides["after"][0] if (date := sides["after"][2].get(name)) is not None]
    cut = min(known, default=None)
    found = diff_in_diff.leads(sides["before"][1], sides["after"][1], both, resamples=resamples, seed=seed)
    if not found:
        log.warning("%s: %d samples before, %d after: no runs", dataset, *(len(s[0]) for s in sides.values()))
    runs = []
    for (one, other), lead in found.items():
        name = f"{one}{BETWEEN}{other}"
        runs += [{"features": name, "split": split, **estimate} for split, estimate in asdict(lead).items()]
        for split, (ids, scores, dates) in sides.items():
            values = scores[one].mean(axis=1) - scores[other].mean(axis=1)
            for part in by_months(ids, values, dates, cut, months, window) if cut else ():
                error = {} if part.error is None else {"error": part.error}
                run = {"features": name, "split": f"{split}:{part.first}", "difference": part.mean}
                runs.append({**run, **error, "samples": part.samples})
    return {
        "dataset": dataset,
        "trained_on": trained_on,
        "protocol": protocol,
        "metric": metrics.HEADLINES[task],
        "cut_off": cut and cut.isoformat(),
        "samples": {name: len(part[0]) for name, part in sides.items()},
        "without_date": {name: sum(part[2].get(i) is None for i in part[0]) for name, part in sides.items()},
        "resamples": resamples,
        "months": months,
        "runs": runs,
    }
