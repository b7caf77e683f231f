"""Prototypes: which training samples stand for a class, and which of them is nearest."""

import hashlib
from collections.abc import Sequence

import numpy as np

BLOCK = 4096  # rows of queries compared at once: bounds the memory of the similarities


def draw(
    members: Sequence[np.ndarray], classes: Sequence[str], shots: int, repeat: int, seed: int
) -> np.ndarray:
    """Return the sorted rows of up to `shots` samples per class, drawn without replacement within a class.

    `members` holds each class's rows in order of id. The draw of a class depends on seed, repeat, its name and its
    members alone, so every encoder and view gets the same samples; a smaller `shots` draws a part of them. A row
    drawn for two classes comes once.
    """
    chosen = [np.empty(0, np.int64)]
    for name, rows in zip(classes, members, strict=True):
        key = hashlib.sha256(f"{seed}:{repeat}:{name}".encode()).digest()
        generator = np.random.default_rng(int.from_bytes(key, "big"))
        chosen.append(generator.permutation(rows)[:shots])
    return np.unique(np.concatenate(chosen))


def normalised(features: np.ndarray) -> np.ndarray:
    """Return rows of length one (n, d); a row of zeros stays."""
    lengths = np.sqrt(np.einsum("nd,nd->n", features, features, dtype=np.float64))[:, None]
    return (features / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def doubled(features: np.ndarray) -> np.ndarray:
    """Return features as float64 (n, d): squared distances lose half their digits."""
    return features.astype(np.float64)


def by_cosine(queries: np.ndarray, prototypes: np.ndarray) -> np.ndarray:
    """Return the index (n) of the prototype with the largest dot product, the first of several."""
    return (queries @ prototypes.T).argmax(axis=1)


def by_distance(queries: np.ndarray, prototypes: np.ndarray) -> np.ndarray:
    """Return the index (n) of the prototype at the smallest Euclidean distance, the first of several."""
    return (queries @ prototypes.T - (prototypes**2).sum(axis=1) / 2).argmax(axis=1)


# distance -> what is done to all features once, how the nearest prototype is found
KINDS = {"cosine": (normalised, by_cosine), "euclidean": (doubled, by_distance)}


def nearest(queries: np.ndarray, prototypes: np.ndarray, distance: str) -> np.ndarray:
    """Return the index (n) of the prototype nearest to each query; both prepared by the first function of `KINDS`."""
    find = KINDS[distance][1]
    blocks = [find(queries[i : i + BLOCK], prototypes) for i in range(0, len(queries), BLOCK)]
    return np.concatenate([np.empty(0, np.int64), *blocks])
