"""Draws that belong to one sample: the same whatever other samples a job holds, and in whatever order."""

import hashlib

import numpy as np


def generator(seed: int, sample: str) -> np.random.Generator:
    """Return the generator of a `sample` under a `seed`."""
    digest = hashlib.sha256(f"{seed}:{sample}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))
