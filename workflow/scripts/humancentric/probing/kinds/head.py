"""Kind "head": a linear layer, or two with a ReLU between them, trained by gradient descent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import torch

from humancentric.probing import head_training, probe
from humancentric.probing.probe import Row, TrainingData
from humancentric.probing.training_setup import TrainingSetup, training_setup

Options = dict[str, Any]
# () -> a trial's initial weights, and the generator of its orders of samples
Begin = Callable[[], tuple[probe.Head, torch.Generator]]


def with_options(row: Row, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with `options` of its optimiser replaced."""
    return {**row, "optimiser": {**row["optimiser"], **options}}


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return a trained head per seed."""
    return head_training.train(problem.inputs, problem.targets, problem.classes, problem.task, row, seeds)


def courses_one_by_one(
    setup: TrainingSetup, trials: Sequence[Options], stages: Sequence[int], begin: Begin
) -> Iterator[tuple[Options, int, probe.Head]]:
    """Yield the head of every trial's options at each number of epochs in `stages`, trial by trial."""
    for options in trials:
        head, order = begin()
        trial = replace(setup, options={**setup.options, **options})
        for epoch in head_training.epochs(trial, head, order):
            if epoch in stages:
                yield options, epoch, head


def courses_at_once(
    setup: TrainingSetup, trials: Sequence[Options], stages: Sequence[int], begin: Begin
) -> Iterator[tuple[Options, int, probe.Head]]:
    """Yield the same as `courses_one_by_one`, in the same order, with all trials trained as one stack."""
    heads, orders = zip(*(begin() for _ in trials), strict=True)
    own = [{**setup.options, **options} for options in trials]
    found: dict[int, list[probe.Head]] = {}
    with head_training.recording(setup.device) as record:
        for epoch in head_training.stacked_epochs(setup, heads, orders, own, record):
            if epoch in stages:
                found[epoch] = [{name: part.clone() for name, part in head.items()} for head in heads]
    for number, options in enumerate(trials):
        for epoch in stages:
            yield options, epoch, found[epoch][number]


def explore(
    problem: TrainingData, held: np.ndarray, row: Row, grid: Mapping[str, Sequence[Any]], seed: int
) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
    """Yield every combination of options in `grid` and its probabilities for `held` features.

    All start from the same initial weights. Numbers of epochs are stages of one training, since there is no schedule
    that would make a shorter training different. On a card, options with the same batch size are trained together.
    """
    device = head_training.default_device()
    courses = courses_at_once if device.type == "cuda" else courses_one_by_one
    stages = sorted(grid.get("epochs", [row["optimiser"]["epochs"]]))
    base = training_setup(problem.inputs, problem.targets, problem.task, row, device)
    lists = {name: values for name, values in grid.items() if name not in ("epochs", "batch")}
    batches = grid.get("batch", [base.batch])
    begin = partial(
        head_training.start, problem.inputs.shape[1], problem.classes, row, seed=seed, device=device
    )
    for batch in batches:
        trials = [dict(zip(lists, values, strict=True)) for values in product(*lists.values())]
        setup = replace(base, batch=batch, epochs=stages[-1])
        for options, epoch, head in courses(setup, trials, stages, begin):
            chosen = {**options, "batch": batch, "epochs": epoch}
            answer = probe.probabilities(probe.folded(head, base.scale, base.unit), held, problem.task)
            yield {name: chosen[name] for name in grid}, answer


def probabilities(head: probe.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) of features (n, width)."""
    return probe.probabilities(head, features, task)


KIND = probe.Kind(fit, probabilities, explore, with_options)
