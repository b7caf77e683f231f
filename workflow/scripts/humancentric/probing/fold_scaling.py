"""Scaling of a probe's features: raw, standardised on the training split, or normalised to unit length."""

from collections.abc import Iterator, Sequence

import numpy as np

BLOCK = 8192  # rows processed at once; limits the memory in addition to the features

Scaling = tuple[np.ndarray, np.ndarray]  # mean and inverse standard deviation, width each


def blocks(features: np.ndarray) -> Iterator[np.ndarray]:
    """Yield views of consecutive rows."""
    return (features[begin : begin + BLOCK] for begin in range(0, len(features), BLOCK))


def raw(features: np.ndarray) -> Scaling | None:
    """Return None: features enter the probe unchanged."""
    return None


def standardised(features: np.ndarray) -> Scaling:
    """Return mean and inverse standard deviation (width each); a constant feature keeps its scale.

    A feature is constant if it varies by less than the last digit of a float32.
    """
    total = sum(block.sum(axis=0, dtype=np.float64) for block in blocks(features))
    mean = total / len(features)
    squares = sum(np.square(block - mean).sum(axis=0) for block in blocks(features))
    deviation = np.sqrt(squares / len(features))
    varies = deviation > np.finfo(np.float32).eps * np.abs(mean)
    scale = 1 / np.where(varies, deviation, 1)
    return mean.astype(np.float32), scale.astype(np.float32)


def to_unit_length(features: np.ndarray, widths: Sequence[int]) -> np.ndarray:
    """Divide every part of every row by its Euclidean length, in place, and return `features` (n, sum of `widths`).

    Parts are adjacent columns with the given `widths`; a part of zeros is unchanged.
    """
    ends = np.cumsum(widths)
    for block in blocks(features):
        for begin, end in zip(ends - widths, ends, strict=True):
            part = block[:, begin:end]
            lengths = np.sqrt(np.einsum("nd,nd->n", part, part, dtype=np.float64))[:, None]
            part /= np.where(lengths > 0, lengths, 1).astype(np.float32)
    return features


# kind -> what is learnt from the training split and folded into a linear layer; "normalised" learns nothing
KINDS = {"raw": raw, "standardised": standardised, "normalised": raw}
