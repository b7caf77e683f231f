"""Draw the training samples that serve as prototypes of a class."""

from collections.abc import Sequence

import numpy as np

from humancentric.core.hashing import hashed_generator


def class_permutations(
    members: Sequence[np.ndarray], classes: Sequence[str], repeat: int, seed: int
) -> list[np.ndarray]:
    """Return each class's rows in the order in which they become prototypes.

    `members` holds each class's rows in order of id. The order of a class depends on seed, repeat, its name and its
    members alone, so every encoder and view gets the same samples.
    """
    return [
        hashed_generator(seed, repeat, name).permutation(rows)
        for name, rows in zip(classes, members, strict=True)
    ]


def first_k(orders: Sequence[np.ndarray], shots: int) -> np.ndarray:
    """Return the sorted rows of the first `shots` samples of every class; a row drawn for two classes occurs once."""
    return np.unique(np.concatenate([np.empty(0, np.int64), *(rows[:shots] for rows in orders)]))


def draw(
    members: Sequence[np.ndarray], classes: Sequence[str], shots: int, repeat: int, seed: int
) -> np.ndarray:
    """Return the sorted rows of up to `shots` samples per class, drawn without replacement within a class.

    The draw for a smaller `shots` is a subset of that for a larger one.
    """
    return first_k(class_permutations(members, classes, repeat, seed), shots)
