"""Per-item scores of every cell: the data from which claims are judged.

Only the score of every item and seed is kept of a predictions file, so memory grows with the number of items and
not with the number of classes. Few-shot has no predictions; there the draws of prototypes are the items.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core import files, logs, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.evaluation import metrics, sample_scores
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.claims.comparisons import Best, Cell, Term
from humancentric.evaluation.estimates import Estimate, combine
from humancentric.study.study import Study

Place = tuple[str, str]  # task, dataset


@dataclass
class Items:
    """The items of one population: their ids, the cluster of each, and the scores (items, seeds) of every cell."""

    ids: list[str]
    clusters: list[str]
    scores: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def clustered(self) -> bool:
        """Return whether some items belong together."""
        return len(set(self.clusters)) < len(self.clusters)


class Evidence:
    """The populations of a study, and what is estimated from them."""

    def __init__(self, items: Mapping[Place, Items], study: Study) -> None:
        """Draw from every population as often as the options of `study` say."""
        self.items, self._controls = items, study.controls
        self.populations = {}
        for (task, dataset), found in items.items():
            scores = {self.heads(Cell(task, dataset, name)): v for name, v in found.scores.items()}
            if found.ids and scores:
                self.populations[task, dataset] = Population(
                    f"{task}:{dataset}", scores, found.clusters, **study.claim_options
                )

    def heads(self, cell: Cell) -> tuple[str, ...]:
        """Return what was trained for a cell: controls are scored with the heads of their parents."""
        if cell.task == "fewshot":
            return cell.task, cell.dataset, cell.features
        return self._controls.get(cell.dataset, cell.dataset), cell.features

    def __contains__(self, cell: Cell) -> bool:
        """Return whether a cell was run."""
        place = (cell.task, cell.dataset)
        return place in self.populations and cell.features in self.items[place].scores

    def estimate(self, terms: Iterable[Term]) -> Estimate:
        """Return a weighted sum of mean scores."""
        return combine((weight, self._mean(part)) for weight, part in terms)

    def _mean(self, part: Cell | Best) -> Estimate:
        first = part.cells[0] if isinstance(part, Best) else part
        population = self.populations[first.task, first.dataset]
        if isinstance(part, Best):
            return population.best([self.heads(cell) for cell in part.cells])
        return population.mean(self.heads(part))


def read(
    samples: Iterable[str | Path],
    predictions: Iterable[str | Path],
    fewshot: Iterable[str | Path],
    study: Study,
) -> dict[Place, Items]:
    """Return the items of every population; files say in themselves which cell they are.

    `samples` are ``results/{dataset}/samples.parquet``. Raises `UserError` where cells of one dataset were scored on
    other samples.
    """
    paths = {Path(path).parent.name: path for path in samples}
    truth = cache(lambda dataset: labels.read(paths[dataset])["test"])
    found: dict[Place, Items] = {}
    controls = study.controls
    for path in logs.progress(list(predictions), "predictions", unit="cell"):
        about = tables.read_metadata(path)
        dataset, name = about["dataset"], about["features"]
        task = study.datasets[dataset].task
        scores = sample_scores.read(path, truth(dataset), task)
        place = ("control" if dataset in controls else "transfer", dataset)
        if place not in found:
            found[place] = Items(
                scores.ids,
                sample_scores.read_clusters(
                    paths[dataset], scores.ids, study.datasets[dataset].cluster, dataset
                ),
            )
        _add(found[place], name, scores.ids, scores.values.astype(np.float32), path)
    for path in fewshot:
        cell = files.read_json(path)
        repeats, values = of_draws(cell)
        place = ("fewshot", cell["dataset"])
        found.setdefault(place, Items(repeats, repeats))
        _add(found[place], cell["features"], repeats, values, path)
    return found


def _add(items: Items, name: str, ids: list[str], values: np.ndarray, path: str | Path) -> None:
    if ids != items.ids:
        raise UserError(f"{path}: its samples are not those of the other cells; {tables.REMEDY}")
    if ids:
        items.scores[name] = values


def of_draws(cell: Mapping[str, Any]) -> tuple[list[str], np.ndarray]:
    """Return the draws of a few-shot cell and what each scores (draws, 1), the mean over all numbers of shots."""
    metric = cell["metric"]
    runs: dict[int, list[float]] = {}
    for run in cell["runs"]:
        runs.setdefault(run["repeat"], []).append(run[metric])
    names = sorted(runs)
    values = np.array([np.mean(runs[name]) for name in names]).reshape(-1, 1)
    return [f"draw {name}" for name in names], values


def single_label(study: Study, dataset: str) -> bool:
    """Return whether items of a dataset are right or wrong, so that they can be counted."""
    return metrics.HEADLINES[study.datasets[dataset].task] == "accuracy"
