"""Kind "head": a linear layer, or two with a ReLU between them, trained by gradient descent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from humancentric.probing import head_training, probe
from humancentric.probing.probe import Row, TrainingData


def with_options(row: Row, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with `options` of its optimiser replaced."""
    return {**row, "optimiser": {**row["optimiser"], **options}}


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return a trained head per seed."""
    return head_training.train(problem.inputs, problem.targets, problem.classes, problem.task, row, seeds)


def explore(
    problem: TrainingData, held: np.ndarray, row: Row, grid: Mapping[str, Sequence[Any]], seed: int
) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
    """Yield every choice of options in `grid` and its probabilities for `held` features.

    All start from the same first weights. Numbers of epochs are stages of one training: there is no schedule that
    would make a shorter training another one.
    """
    device = head_training.default_device()
    stages = sorted(grid.get("epochs", [row["optimiser"]["epochs"]]))
    course = head_training.training_setup(problem.inputs, problem.targets, problem.task, row, device)
    lists = {name: values for name, values in grid.items() if name not in ("epochs", "batch")}
    batches = grid.get("batch", [course.batch])
    for batch, *values in product(batches, *lists.values()):
        options = dict(zip(lists, values, strict=True))
        trial = replace(course, options={**course.options, **options}, batch=batch, epochs=stages[-1])
        head, order = head_training.start(problem.inputs.shape[1], problem.classes, row, seed, device)
        for epoch in head_training.epochs(trial, head, order):
            if epoch in stages:
                chosen = {**options, "batch": batch, "epochs": epoch}
                answer = probe.probabilities(probe.folded(head, course.scale), held, problem.task)
                yield {name: chosen[name] for name in grid}, answer


def probabilities(head: probe.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) of features (n, width)."""
    return probe.probabilities(head, features, task)


KIND = probe.Kind(fit, probabilities, explore, with_options)
