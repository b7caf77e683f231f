"""Trials of probes that are fitted at once: every choice of options is a fit of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from humancentric.probes.heads import Head
from humancentric.probes.problem import Problem, Row

Trial = tuple[dict[str, Any], np.ndarray]  # options, and the probabilities (n, n_classes) they lead to
Fit = Callable[[Problem, Row, Sequence[int]], dict[int, Head]]
Answer = Callable[[Head, np.ndarray, str, Row], np.ndarray]
Explore = Callable[[Problem, np.ndarray, Row, Mapping[str, Sequence[Any]], int], Iterator[Trial]]


def with_options(row: Row, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with `options` replaced."""
    return {**row, **options}


def of(fit: Fit, probabilities: Answer) -> Explore:
    """Return the function that yields every choice of options in a grid with its probabilities for held features."""

    def explore(
        problem: Problem, held: np.ndarray, row: Row, grid: Mapping[str, Sequence[Any]], seed: int
    ) -> Iterator[Trial]:
        for values in product(*grid.values()):
            options = dict(zip(grid, values, strict=True))
            trial = with_options(row, options)
            yield options, probabilities(fit(problem, trial, [seed])[seed], held, problem.task, trial)

    return explore
