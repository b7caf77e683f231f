"""Kind "gda": Gaussian discriminant analysis, with normal classes that share one shrunk covariance.

For one label it is scikit-learn's `LinearDiscriminantAnalysis(solver="lsqr", shrinkage=...)`; for several labels, each
label is a problem of two classes, with and without it. Nothing is random, so one head serves all seeds. At
20,000 x 1,024 scikit-learn takes as long (2.8 s and 800 MB on one core, this 3.1 s and 860 MB). It does not use a GPU,
and with several labels it would take that long for each, while the covariance is computed once here.
"""

from collections.abc import Sequence

import numpy as np
import torch

from humancentric.dataset.labels import MULTI
from humancentric.probing import fold_scaling, head_training, probe
from humancentric.probing.probe import Row, TrainingData


def shrinkage_of(row: Row, samples: int, width: int) -> float:
    """Return the weight of the spherical covariance: the row's, or for "auto" width / (samples - 1 + width).

    The latter is the estimate of Kubokawa and Srivastava 2008 that Wang et al. 2024 (arXiv 2402.04087) use.
    """
    return width / (samples - 1 + width) if row["shrinkage"] == "auto" else float(row["shrinkage"])


def scatter(inputs: np.ndarray, mean: torch.Tensor) -> torch.Tensor:
    """Return the mean of (x - mean)(x - mean)' over samples (width, width; float64), on the device of `mean`."""
    total = mean.new_zeros(len(mean), len(mean))
    for block in fold_scaling.blocks(inputs):
        centred = torch.from_numpy(block).to(mean.device, torch.float64) - mean
        total.addmm_(centred.T, centred)
    return total / len(inputs)


def class_sums(inputs: np.ndarray, indicators: np.ndarray, mean: torch.Tensor) -> torch.Tensor:
    """Return the sums of (x - mean) over the samples of each class (n_classes, width; float64)."""
    sums = mean.new_zeros(indicators.shape[1], len(mean))
    for block, belongs in zip(fold_scaling.blocks(inputs), fold_scaling.blocks(indicators), strict=True):
        centred = torch.from_numpy(block).to(mean.device, torch.float64) - mean
        sums.addmm_(torch.from_numpy(belongs).to(mean.device, torch.float64).T, centred)
    return sums


def discriminant(
    total: torch.Tensor, means: torch.Tensor, priors: torch.Tensor, shrinkage: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights (classes, width) and biases of linear discriminants.

    `total` is the covariance of all samples about their mean, `means` (classes, width) are class means about it, and
    `priors` sum to one. A class without samples has the bias minus infinity, so it is never predicted.
    """
    within = total - (means.T * priors) @ means
    variance = within.trace() / len(within)
    # Constant features carry no information: any positive covariance gives the priors.
    variance = torch.where(variance > 0, variance, torch.ones_like(variance))
    shrunk = (1 - shrinkage) * within
    shrunk.diagonal().add_(shrinkage * variance if shrinkage else 1e-10 * variance)
    weights = torch.linalg.solve(shrunk, means.T).T
    return weights, priors.log() - (weights * means).sum(dim=1) / 2


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return one linear head, under the first seed."""
    device = head_training.default_device()
    inputs, indicators = problem.inputs, problem.indicators()
    scale = fold_scaling.KINDS[row["features"]](inputs)
    mean = sum(block.sum(axis=0, dtype=np.float64) for block in fold_scaling.blocks(inputs)) / len(inputs)
    mean = torch.from_numpy(mean).to(device)
    counts = torch.from_numpy(indicators.sum(axis=0, dtype=np.int64)).to(device, torch.float64)
    factor = torch.ones_like(mean) if scale is None else torch.from_numpy(scale[1]).to(mean)
    total = scatter(inputs, mean) * torch.outer(factor, factor)
    sums = class_sums(inputs, indicators, mean) * factor
    means = sums / counts.clamp(min=1)[:, None]
    strength = shrinkage_of(row, len(inputs), len(mean))
    if problem.task == MULTI:
        found = [
            _label(total, mean_, count / len(inputs), strength)
            for mean_, count in zip(means, counts, strict=True)
        ]
        weights, biases = (torch.stack(part) for part in zip(*found, strict=True))
    else:
        weights, biases = discriminant(total, means, counts / len(inputs), strength)
    weights = weights * factor
    head = {"output.weight": weights.float(), "output.bias": (biases - weights @ mean).float()}
    return {seeds[0]: head}


def _label(
    total: torch.Tensor, mean: torch.Tensor, share: torch.Tensor, shrinkage: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weight and bias of the log-odds of one label; infinite if no or all samples have it."""
    if share in (0, 1):
        return torch.zeros_like(mean), torch.logit(share)
    others = -mean * share / (1 - share)  # relative to the mean of all samples
    weights, biases = discriminant(
        total, torch.stack([others, mean]), torch.stack([1 - share, share]), shrinkage
    )
    return weights[1] - weights[0], biases[1] - biases[0]


def probabilities(head: probe.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) of features (n, width)."""
    return probe.probabilities(head, features, task)


KIND = probe.one_step(fit, probabilities)
