"""Chance-level encoder: random vectors that depend only on a hash of the content."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from humancentric.core.hashing import hash_integer
from humancentric.embedding.encoder import Encoder, describe


def load(row: Mapping[str, Any], config_path: str, threads: int) -> Encoder:
    """Return an encoder of standard normal vectors, each generated from the row's seed and the content's sha256."""
    seed, width = row["seed"], row["width"]

    def forward(samples: Sequence[np.ndarray | str]) -> np.ndarray:
        """Return (n, width); a picture's key is its shape and pixels, a text's its UTF-8 bytes."""
        generators = [np.random.default_rng([seed, _key(sample)]) for sample in samples]
        return np.stack([generator.standard_normal(width, np.float32) for generator in generators])

    description = describe(None, "numpy", dtype="float32", device="cpu", seed=seed)
    return Encoder(config_path, row["modality"], width, row.get("batch", 256), forward, description)


def _key(sample: np.ndarray | str) -> int:
    if isinstance(sample, str):
        content = sample.encode("utf-8", "surrogatepass")
    else:
        content = repr(sample.shape).encode() + np.ascontiguousarray(sample).tobytes()
    return hash_integer(content)
