"""The scores that claims are tested on, and estimates of weighted sums of mean scores.

A population is the test split of a dataset under one task: `transfer`, `control`, `fewshot` (`fewshot.class-mean` and
`fewshot.linear` for other methods) or one of `claim_grid.ITEM_METRICS`, whose scores are in files of their own. Every
cell of a population has one score for each test item and repetition. Repetitions are the seeds of trained heads or, for
few-shot, the draws of prototypes, which are the same for all encoders. Only these scores are kept in memory, which
therefore does not grow with the number of classes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from humancentric.core import logs, tables
from humancentric.core.errors import UserError
from humancentric.dataset import labels
from humancentric.evaluation import metrics, sample_scores
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.claims.comparisons import Best, Cell, Term
from humancentric.evaluation.estimates import Estimate, combine
from humancentric.evaluation.significance import FEWEST_CLUSTERS
from humancentric.study.claim_grid import ITEM_METRICS, is_fewshot
from humancentric.study.study import PROTOTYPE, Study, fewshot_folder

PopulationKey = tuple[str, str]  # task, dataset


@dataclass
class Items:
    """The test items of a population: ids, the cluster of each, and the scores (items, repetitions) of every cell."""

    ids: list[str]
    clusters: list[str]
    scores: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def clustered(self) -> bool:
        """Return whether some items belong to the same cluster."""
        return len(set(self.clusters)) < len(self.clusters)

    def add(self, features: str, ids: list[str], values: np.ndarray, path: str | Path) -> None:
        """Add the scores of a cell. Raises `UserError` if its items are not those of the other cells."""
        if ids != self.ids:
            raise UserError(f"{path}: its samples differ from those of the other cells; {tables.REMEDY}")
        if values.size:
            self.scores[features] = values


class Evidence:
    """The populations of a study, resampled once, and estimates of sums of their mean scores."""

    def __init__(self, items: Mapping[PopulationKey, Items], study: Study) -> None:
        """Resample every population that has scores, with the options of `study`."""
        self.items, self._study = items, study
        self.populations: dict[PopulationKey, Population] = {}
        for (task, dataset), population in items.items():
            scores = {self.key(Cell(task, dataset, name)): v for name, v in population.scores.items()}
            if scores:
                self.populations[task, dataset] = Population(
                    f"{task}:{dataset}",
                    scores,
                    population.clusters,
                    shared=is_fewshot(task),
                    span=(-1.0 if study.datasets[dataset].is_rated else 0.0, 1.0),
                    **study.claim_options,
                )

    def key(self, cell: Cell) -> tuple[str, ...]:
        """Return the key of a cell's repetitions; a control has the heads, and therefore the seeds, of its parent."""
        if is_fewshot(cell.task) or cell.task in ITEM_METRICS:
            return cell.task, cell.dataset, cell.features
        return self._study.controls.get(cell.dataset, cell.dataset), cell.features

    def __contains__(self, cell: Cell) -> bool:
        """Return whether a cell has scores."""
        key = (cell.task, cell.dataset)
        return key in self.populations and cell.features in self.items[key].scores

    def estimate(self, terms: Iterable[Term]) -> Estimate:
        """Return a weighted sum of mean scores."""
        return combine((weight, self._mean(part)) for weight, part in terms)

    def _mean(self, part: Cell | Best) -> Estimate:
        cells = part.cells if isinstance(part, Best) else (part,)
        population = self.populations[cells[0].task, cells[0].dataset]
        keys = [self.key(cell) for cell in cells]
        return population.best(keys) if isinstance(part, Best) else population.mean(keys[0])

    def too_few(self, cells: Iterable[Cell]) -> str | None:
        """Return, as a clause, why the data of some cells do not suffice for any verdict; None if they do.

        Standard errors need six effective clusters of test items and two repetitions of everything random. A probe
        without randomness has one repetition in a study of several seeds.
        """
        for cell in cells:
            count = self.populations[cell.task, cell.dataset].effective
            if count < FEWEST_CLUSTERS:
                return (
                    f"{cell.dataset}: the test items count as {count:.1f} independent clusters, and a verdict needs "
                    f"{FEWEST_CLUSTERS}"
                )
            if self.items[cell.task, cell.dataset].scores[cell.features].shape[1] > 1:
                continue
            if is_fewshot(cell.task):
                return f"{cell.dataset}: one draw of prototypes, and a verdict needs two; raise study.repeats"
            if self._study.seeds < 2 and cell.task not in ("ood", "retrieval"):
                return f"{cell.dataset}: heads of one seed, and a verdict needs two; raise study.seeds"
        return None


def read(
    samples: Iterable[str | Path],
    predictions: Iterable[str | Path],
    fewshot: Iterable[str | Path],
    study: Study,
    item_scores: Iterable[str | Path] = (),
) -> dict[PopulationKey, Items]:
    """Read the items and scores of every population; the metadata of each file identify its cell.

    `samples` are ``results/{dataset}/samples.parquet``. `fewshot` are scores of test items by draw and number of shots,
    which are averaged over the numbers of shots. `item_scores` are files written by `sample_scores.write_items`.
    Raises `UserError` if cells of the same dataset have different samples.
    """
    paths = {Path(path).parent.name: path for path in samples}
    test_split = cache(lambda dataset: labels.read(paths[dataset])["test"])
    found: dict[PopulationKey, Items] = {}

    def items_of(task: str, dataset: str, ids: list[str]) -> Items:
        if (task, dataset) not in found:
            column = study.datasets[dataset].cluster
            clusters = (
                ids if column is None else sample_scores.read_clusters(paths[dataset], ids, column, dataset)
            )
            found[task, dataset] = Items(ids, clusters)
        return found[task, dataset]

    for path in logs.progress(list(predictions), "predictions", unit="cell"):
        about = tables.read_metadata(path)
        dataset, name = about["dataset"], about["features"]
        scores = sample_scores.read(path, test_split(dataset), study.datasets[dataset].task)
        items = items_of("control" if dataset in study.controls else "transfer", dataset, scores.ids)
        items.add(name, scores.ids, scores.values.astype(np.float32), path)
    for path in fewshot:
        about, ids, values = sample_scores.read_fewshot(path)
        task = fewshot_folder(about.get("protocol", PROTOTYPE))
        items_of(task, about["dataset"], ids).add(about["features"], ids, values.mean(axis=2), path)
    for path in item_scores:
        about, ids, clusters, values = sample_scores.read_items(path)
        population = found.setdefault((about["task"], about["dataset"]), Items(ids, clusters))
        population.add(about["features"], ids, values, path)
    return found


def single_label(study: Study, dataset: str) -> bool:
    """Return whether item scores are 0 or 1, as McNemar's test needs them."""
    return metrics.HEADLINES[study.datasets[dataset].task] == "accuracy"
