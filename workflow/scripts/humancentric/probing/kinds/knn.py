"""Kind "knn": k nearest training samples by cosine, with shares of their votes as probabilities.

With a temperature, votes are weighted by exp(cosine / temperature), as in Wu et al. 2018 (arXiv 1805.01978).
"""

from collections.abc import Sequence

import numpy as np
import torch

from humancentric.probing import head_training, probe
from humancentric.probing.probe import Row, TrainingData

BLOCK = 1024  # samples per matrix product; limits the memory of the similarities


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return the training samples themselves under the first seed: features in half precision, and labels."""
    keys = torch.from_numpy(problem.inputs).half()
    return {seeds[0]: {"keys": keys, "values": torch.from_numpy(problem.indicators())}}


@torch.inference_mode()
def probabilities(head: probe.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the shares of votes (n, n_classes; float32) for features (n, width) of length one."""
    device = head_training.default_device()
    keys, values = head["keys"].to(device, torch.float32), head["values"].to(device, torch.float32)
    neighbours = min(row["neighbours"], len(keys))
    temperature = row.get("temperature")
    answers = [np.empty((0, values.shape[1]), np.float32)]
    for begin in range(0, len(features), BLOCK):
        similar = torch.from_numpy(features[begin : begin + BLOCK]).to(device) @ keys.T
        near, rows = similar.topk(neighbours, dim=1)
        weights = torch.ones_like(near) if temperature is None else ((near - near[:, :1]) / temperature).exp()
        votes = torch.einsum("nk,nkc->nc", weights, values[rows])
        answers.append((votes / weights.sum(dim=1, keepdim=True)).cpu().numpy())
    return np.concatenate(answers)


KIND = probe.one_step(fit, probabilities)
