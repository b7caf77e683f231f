"""Compare two runs: the change of every number with a confidence interval, and the provenance that differs."""

import json
import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError, safe_open
from scipy import stats

from humancentric.core import files, schemas, tables
from humancentric.core.errors import UserError
from humancentric.core.tables import METADATA_KEY
from humancentric.dataset import labels
from humancentric.evaluation import metrics, sample_scores, significance
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import combine

log = logging.getLogger("humancentric")

SCORES = "scores.parquet"
CLOCK = ("milliseconds",)  # metrics that always differ between runs


class Number(NamedTuple):
    """Key of a number: every field of a row of the scores except the seed and the value."""

    dataset: str
    task: str
    features: str
    split: str
    protocol: str
    shots: int | None
    metric: str


@dataclass(frozen=True)
class Run:
    """One run: its folder and the values of every number by seed (-1 for numbers without seeds)."""

    folder: Path
    values: dict[Number, dict[int, float]]

    def predictions(self, number: Number) -> Path | None:
        """Return the file of predictions behind a probe's number; None if it does not exist."""
        if number.task not in ("transfer", "control"):
            return None
        cell = self.folder / number.dataset
        for folder in (f"transfer.{number.protocol}", "transfer"):
            path = cell / folder / number.features / "predictions.parquet"
            if path.is_file() and tables.read_metadata(path).get("protocol") == number.protocol:
                return path
        return None

    def card(self, dataset: str) -> dict[str, Any]:
        """Return the card of a dataset; empty if it has none."""
        path = self.folder / dataset / "card.json"
        return files.read_json(path) if path.is_file() else {}


def read(given: str | Path, side: str) -> Run:
    """Read the run in a folder of results or in its project; raises `UserError`, naming `side`, if there is none."""
    if not str(given):
        raise UserError(
            f"compare: {side} is missing; add --config left=DIR right=DIR, two folders of results"
        )
    folders = [folder for folder in (Path(given), Path(given) / "results") if (folder / SCORES).is_file()]
    if not folders:
        raise UserError(
            f"compare: {side}={given}: no {SCORES} there; name a results folder of a finished run, or the "
            "project around it"
        )
    values: dict[Number, dict[int, float]] = {}
    for row in tables.read(folders[0] / SCORES, schemas.SCORES).to_pylist():
        if row["metric"] in CLOCK or row["value"] is None or math.isnan(row["value"]):
            continue
        number = Number(*(row[name] for name in Number._fields))
        values.setdefault(number, {})[-1 if row["seed"] is None else row["seed"]] = row["value"]
    return Run(folders[0], values)


COUNTED = ("samples", "texts", "truncated", "empty", "split")  # counts of single files, which datasets report
OF_CARD = ("task", "splits", "offered", "rejected", "ids_sha256", "split", "asked")
OF_FEWSHOT = ("distance", "seed")


def header(path: str | Path) -> dict[str, Any]:
    """Read the metadata of a file of heads without loading the heads; empty if there are none.

    Raises `UserError` if the file is damaged.
    """
    with (
        files.readable(path, "file of trained heads", SafetensorError),
        safe_open(path, "numpy") as file,
    ):
        return files.unsealed(json.loads((file.metadata() or {}).get(METADATA_KEY.decode(), "{}")))


def flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the leaves of nested mappings as (key path, text)."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}")
    else:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _stored_facts(run: Run) -> Iterator[tuple[str, str]]:
    for path in sorted(run.folder.glob("*/transfer*/*/heads.safetensors")):
        about = header(path)
        if not about:
            continue
        yield from flat(about["protocol"], f"protocol {about['protocol_name']}")
        yield from flat(about["classes"], f"classes {about['dataset']}")
        for _, width, source in about["inputs"]:
            key_path = f"encoder {source.get('encoder', '?')}"
            yield f"{key_path}.width", str(width)
            stable = {key: value for key, value in source.items() if key not in COUNTED}
            yield from flat(
                {k: v for k, v in stable.items() if k not in ("encoder", "versions", "column")}, key_path
            )
            yield from flat(stable.get("versions", {}), "version")
    for dataset in sorted({number.dataset for number in run.values}):
        card = run.card(dataset)
        yield from flat({key: card[key] for key in OF_CARD if key in card}, f"dataset {dataset}")
    for path in sorted(run.folder.glob("*/fewshot*/*.json")):
        cell = files.read_json(path)
        yield from flat({key: cell[key] for key in OF_FEWSHOT if key in cell}, "few-shot")


def differing(left: Run, right: Run) -> dict[str, tuple[list[str], list[str]]]:
    """Return the facts that differ between two runs, by key path; an empty list if a run lacks the fact.

    A run has several values of a fact if its files differ.
    """
    found: dict[str, tuple[set[str], set[str]]] = {}
    for side, run in enumerate((left, right)):
        for name, value in _stored_facts(run):
            found.setdefault(name, (set(), set()))[side].add(value)
    return {name: (sorted(a), sorted(b)) for name, (a, b) in sorted(found.items()) if a != b}


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


def welch(left: Mapping[int, float], right: Mapping[int, float]) -> tuple[float, float] | None:
    """Return the 95 % interval of the difference of two means by Welch's t-test; None if a side has a single value."""
    before, after = (np.array(list(values.values())) for values in (left, right))
    if min(len(before), len(after)) < 2:
        return None
    if before.std() == after.std() == 0:
        return (float(after.mean() - before.mean()),) * 2
    found = stats.ttest_ind(after, before, equal_var=False).confidence_interval(significance.LEVEL)
    return float(found.low), float(found.high)


def _items(run: Run, number: Number, read_samples: Callable) -> sample_scores.SampleScores | None:
    """Return the score of every test item behind a number; None if the run's files lack it."""
    task = run.card(number.dataset).get("task", "")
    if number.split != "test" or number.metric != metrics.HEADLINES.get(task):
        return None
    path, samples = run.predictions(number), run.folder / number.dataset / "samples.parquet"
    if path is None or not samples.is_file():
        return None
    try:
        return sample_scores.read(path, read_samples(samples)["test"], task)
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
    read_samples = cache(labels.read)
    for number in numbers:
        before, after = (_items(run, number, read_samples) for run in (left, right))
        if before and after and before.ids and before.ids == after.ids:
            cells = groups.setdefault(tuple(before.ids), {})
            for side, scores in (("left", before), ("right", after)):
                cells[number, side] = scores.values.mean(axis=1)[:, None]
    found = {}
    for ids, values in groups.items():
        population = Population("compared runs", values, ids, resamples=resamples, seed=seed)
        for number in [key for key in numbers if (key, "left") in values]:
            sides = ((1, population.mean((number, "right"))), (-1, population.mean((number, "left"))))
            interval = combine(sides).interval()
            if np.isfinite(interval.low):
                found[number] = (interval.low, interval.high)
    return found


def compare(left: Run, right: Run, *, resamples: int = 2000, seed: int = 0) -> dict[Number, Change]:
    """Return the change of every number that either run has."""
    shared = [number for number in left.values if number in right.values]
    moved = [number for number in shared if left.values[number] != right.values[number]]
    items = paired(left, right, moved, resamples, seed)
    found = {}
    all_numbers = {*left.values, *right.values}
    for number in sorted(all_numbers, key=lambda key: [(value is not None, value) for value in key]):
        before, after = (run.values.get(number, {}) for run in (left, right))
        ends, method = None, ""
        if number in items:
            ends, method = items[number], ITEMS
        elif number in moved and (ends := welch(before, after)):
            method = SEEDS
        low, high = ends or (None, None)
        a, b = (float(np.mean(list(values.values()))) if values else None for values in (before, after))
        found[number] = Change(a, b, (len(before), len(after)), low, high, method, same=before == after)
    return found
