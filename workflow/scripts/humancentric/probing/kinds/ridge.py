"""Kind "ridge": ridge regression, for datasets of numbers.

It is scikit-learn's `Ridge`; the penalty is `alpha` times the number of samples, so that one value means the same for
datasets of different sizes. Nothing is random, so one head serves all seeds.
"""

from collections.abc import Sequence

import numpy as np
import torch

from humancentric.probing import fold_scaling, probe
from humancentric.probing.probe import Row, TrainingData


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return one linear head, under the first seed. Sample weights are not used, as in the training of heads."""
    from sklearn.linear_model import Ridge

    scale = fold_scaling.KINDS[row["features"]](problem.inputs)
    inputs = problem.inputs if scale is None else (problem.inputs - scale[0]) * scale[1]
    model = Ridge(alpha=row["alpha"] * len(inputs)).fit(inputs, problem.targets[:, 0].astype(np.float32))
    head = {
        "output.weight": torch.from_numpy(np.atleast_2d(model.coef_).astype(np.float32)),
        "output.bias": torch.tensor([float(model.intercept_)]),
    }
    return {seeds[0]: probe.folded(head, scale and tuple(map(torch.from_numpy, scale)))}


def probabilities(head: probe.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the predicted numbers (n, 1; float32) of features (n, width)."""
    return probe.probabilities(head, features, task)


KIND = probe.one_step(fit, probabilities)
