"""Kind "head": a linear layer, or two with a ReLU between them, trained by gradient descent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from humancentric.probes import courses, heads, training
from humancentric.probes.problem import Problem, Row


def with_options(row: Row, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with `options` of its optimiser replaced."""
    return {**row, "optimiser": {**row["optimiser"], **options}}


def fit(problem: Problem, row: Row, seeds: Sequence[int]) -> dict[int, heads.Head]:
    """Return a trained head per seed."""
    return training.train(problem.inputs, problem.targets, problem.classes, problem.task, row, seeds)


def explore(
    problem: Problem, held: np.ndarray, row: Row, grid: Mapping[str, Sequence[Any]], seed: int
) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
    """Yield every choice of options in `grid` and its probabilities for `held` features.

    All start from the same first weights. Numbers of epochs are stages of one training: there is no schedule that
    would make a shorter training another one.
    """
    place = training.device()
    stages = sorted(grid.get("epochs", [row["optimiser"]["epochs"]]))
    course = courses.course(problem.inputs, problem.targets, problem.task, row, place)
    lists = {name: values for name, values in grid.items() if name not in ("epochs", "batch")}
    batches = grid.get("batch", [course.batch])
    for batch, *values in product(batches, *lists.values()):
        options = dict(zip(lists, values, strict=True))
        trial = replace(course, options={**course.options, **options}, batch=batch, epochs=stages[-1])
        head, order = training.start(problem.inputs.shape[1], problem.classes, row, seed, place)
        for epoch in training.epochs(trial, head, order):
            if epoch in stages:
                chosen = {**options, "batch": batch, "epochs": epoch}
                answer = heads.probabilities(heads.folded(head, course.scale), held, problem.task)
                yield {name: chosen[name] for name in grid}, answer


def probabilities(head: heads.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) of features (n, width)."""
    return heads.probabilities(head, features, task)
