"""Kind "zero-shot-gda": the sum of the zero-shot classifier and Gaussian discriminant analysis.

Logits are scale * cos(x, text) + alpha * discriminant, as in Wang et al. 2024 (arXiv 2402.04087), with the scale that
the text encoder was trained with. For several labels the text logits are centred on their mean over the
training samples, since the discriminant already accounts for the frequencies of the labels.
"""

from collections.abc import Sequence

import numpy as np
import torch

from humancentric.dataset.labels import MULTI
from humancentric.probing import probe
from humancentric.probing.kinds import gda
from humancentric.probing.probe import Row, TrainingData

probabilities = gda.probabilities


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return one linear head for features of length one, under the first seed."""
    [(seed, head)] = gda.fit(problem, row, seeds).items()
    texts = problem.logit_scale * torch.from_numpy(problem.prompts).to(head["output.weight"])
    bias = row["alpha"] * head["output.bias"]
    if problem.task == MULTI:
        mean = problem.inputs.mean(axis=0, dtype=np.float64).astype(np.float32)
        bias = bias - texts @ torch.from_numpy(mean).to(texts)
    return {seed: {"output.weight": texts + row["alpha"] * head["output.weight"], "output.bias": bias}}


KIND = probe.one_step(fit, probabilities, prompted=True)
