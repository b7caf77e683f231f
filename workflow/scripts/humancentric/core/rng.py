"""Random draws keyed by what they are for: a sample never depends on how many others are made, or by whom."""

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def generator(seed: int, *key: str | int) -> np.random.Generator:
    """Return the random generator of `key` (e.g. ``"plot", 17``) under `seed`; equal keys give equal streams."""
    words = [zlib.crc32(part.encode("utf-8")) if isinstance(part, str) else part for part in key]
    return np.random.default_rng([seed, *words])


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """Return one of `options`, all equally likely."""
    return options[int(rng.integers(len(options)))]


def weighted(rng: np.random.Generator, options: Sequence[T], weights: Sequence[float]) -> T:
    """Return one of `options`, likely as its weight (weights need not sum to 1)."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return options[min(int(np.searchsorted(edges, rng.random() * edges[-1], side="right")), len(options) - 1)]


def several(rng: np.random.Generator, options: Sequence[T], count: int) -> list[T]:
    """Return `count` different ones of `options` in random order (all of them if there are fewer)."""
    return [options[int(place)] for place in rng.permutation(len(options))[:count]]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Return True with the given probability."""
    return bool(rng.random() < probability)
