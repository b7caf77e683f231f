"""Kind "zero-shot": class names alone, with a threshold and a temperature chosen on validation samples.

Logits are scale * cos(x, text), with the scale that the text encoder was trained with. ``scores.json`` has ECE, Brier
score and NLL of these probabilities and, as ``*_scaled``, of those after temperature scaling (Guo et al. 2017, arXiv
1706.04599). A temperature keeps the order of classes, so with one label the accuracy is that of the zero-shot table.
"""

from collections.abc import Sequence

import numpy as np
import torch

from humancentric.dataset.labels import MULTI
from humancentric.probing import probe
from humancentric.probing.probe import Row, TrainingData


def text_classifier(problem: TrainingData) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return scaled class texts (n_classes, width), their biases and the classes' shares (n_classes; float32).

    For one label biases and shares are 0. For several, the logits are centred on their means over the training samples
    and the log-odds of each label's share are added, so that an average sample gets the share as its
    probability. The texts may be narrower than the features, whose first part is then in their space.
    """
    assert problem.prompts is not None  # the schema requires them for every kind that uses this
    texts = problem.logit_scale * problem.prompts
    bias, shares = np.zeros(problem.classes, np.float32), np.zeros(problem.classes, np.float32)
    if problem.task == MULTI:
        indicators = problem.indicators()
        shares = (indicators.sum(axis=0) + 0.5) / (len(indicators) + 1)
        mean = problem.inputs[:, : texts.shape[1]].mean(axis=0, dtype=np.float64)
        bias = (np.log(shares / (1 - shares)) - texts @ mean).astype(np.float32)
    return texts, bias, shares


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return one linear head for features of length one, under the first seed."""
    texts, bias, _ = text_classifier(problem)
    return {seeds[0]: {"output.weight": torch.tensor(texts), "output.bias": torch.tensor(bias)}}


def probabilities(head: probe.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) of features (n, width)."""
    return probe.probabilities(head, features, task)


KIND = probe.one_step(fit, probabilities, prompted=True)
