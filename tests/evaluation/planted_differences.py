"""Scores with planted differences, and the only contrast of the only claim."""

import numpy as np

import claim_data as made

PLACE = ("transfer", "films")


def cells(shifts: dict[str, float], items=400, seeds=3, seed=0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    hard = rng.random(items) * 0.3
    return {name: made.right(0.4 + shift + hard, items, seeds, rng) for name, shift in shifts.items()}


def single(found: list[dict]) -> dict:
    (claim,) = found
    (contrast,) = claim["contrasts"]
    assert claim["verdict"] == contrast["verdict"]
    return contrast
