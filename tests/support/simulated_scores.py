"""Simulate scores of two equally good encoders, and estimate the false positive rate of the test between them."""

from collections.abc import Callable

import numpy as np

from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import Estimate, combine

A, B = ("data", "a"), ("data", "b")
ALPHA = 0.05
Scores = dict[tuple, np.ndarray]
Draw = Callable[[np.random.Generator], tuple[Scores, list[str]]]


def names_of(size: int) -> list[str]:
    return [f"item {number}" for number in range(size)]


def lead(population: Population, first: tuple = A, second: tuple = B) -> Estimate:
    """Return the bootstrap estimate of the difference between the means of two encoders."""
    return combine([(1.0, population.mean(first)), (-1.0, population.mean(second))])


def fewshot(classes: int, items: int, draws: int, shots=(1, 5), width: int = 8, signal: float = 1.5) -> Draw:
    """Return a function that draws 1-nearest-neighbour scores (items, draws) of two embeddings with equal class means.

    Every draw takes new prototypes from the population; scores are averaged over numbers of shots.
    """

    def draw(rng: np.random.Generator) -> tuple[Scores, list[str]]:
        truth = rng.integers(classes, size=items)
        prototype_class = np.tile(np.arange(classes), max(shots))  # one shot of all classes after another
        centres = signal * rng.normal(size=(classes, width)) / np.sqrt(2)
        found = {}
        for name in (A, B):
            test = centres[truth] + rng.normal(size=(items, width))
            right = np.zeros((items, draws))
            for number in range(draws):
                points = centres[prototype_class] + rng.normal(size=(len(prototype_class), width))
                nearness = test @ points.T - (points**2).sum(axis=1) / 2
                for count in shots:
                    nearest = nearness[:, : count * classes].argmax(axis=1)
                    right[:, number] += (prototype_class[nearest] == truth) / len(shots)
            found[name] = right
        return found, names_of(items)

    return draw


def clustered(sizes: np.ndarray, correlation: float, seeds: int = 5) -> Draw:
    """Return a function that draws scores (items, seeds) of 0 or 1 whose difference correlates within clusters."""
    cluster = np.repeat(np.arange(len(sizes)), sizes)

    def draw(rng: np.random.Generator) -> tuple[Scores, list[str]]:
        found = {}
        for name in (A, B):
            common = rng.normal(size=len(sizes))[cluster] * np.sqrt(correlation)
            ability = common + rng.normal(size=len(cluster)) * np.sqrt(1 - correlation)
            of_seed = 0.2 * rng.normal(size=seeds)
            noise = 0.5 * rng.normal(size=(len(cluster), seeds))
            found[name] = (ability[:, None] + of_seed + noise > 0).astype(float)
        return found, [f"author {number}" for number in cluster]

    return draw


def zipf(clusters: int, exponent: float = 1.0, mean: int = 10) -> np.ndarray:
    """Return cluster sizes that follow a Zipf law with the given exponent and, about, the given mean."""
    weights = 1 / np.arange(1, clusters + 1) ** exponent
    return np.maximum(1, np.round(mean * clusters * weights / weights.sum())).astype(int)


def separated(draw: Draw, runs: int, resamples: int = 200, shared: bool = False) -> float:
    """Return the share of simulations with a two-sided p-value of at most `ALPHA`."""
    hits = 0
    for run in range(runs):
        scores, clusters = draw(np.random.default_rng(run))
        difference = lead(Population("data", scores, clusters, resamples=resamples, seed=run, shared=shared))
        hits += 2 * min(difference.above(), difference.below()) <= ALPHA
    return hits / runs


def most(runs: int, rate: float = ALPHA) -> float:
    """Return `rate` plus three binomial standard errors, the largest share that a test accepts."""
    return rate + 3 * np.sqrt(rate * (1 - rate) / runs)
