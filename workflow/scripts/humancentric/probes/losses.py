"""Losses of heads by name and task, from logits (n, n_classes)."""

import torch
from torch.nn import functional

from humancentric.labels import MULTI, SINGLE


def softmax_twice(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of probabilities taken for logits: what a softmax layer before torch's loss does."""
    return functional.cross_entropy(logits.softmax(dim=1), classes)


def sigmoid_twice(logits: torch.Tensor, indicators: torch.Tensor) -> torch.Tensor:
    """Return the binary cross-entropy of probabilities taken for logits."""
    return functional.binary_cross_entropy_with_logits(logits.sigmoid(), indicators)


KINDS = {
    "cross-entropy": {
        SINGLE: functional.cross_entropy,
        MULTI: functional.binary_cross_entropy_with_logits,
    },
    "double-softmax": {SINGLE: softmax_twice, MULTI: sigmoid_twice},
}
