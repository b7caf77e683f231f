"""Vectors of length one."""

import numpy as np


def normalised(vectors: np.ndarray) -> np.ndarray:
    """Return rows of length one (n, d; float32); a row of zeros stays."""
    lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64))[:, None]
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
