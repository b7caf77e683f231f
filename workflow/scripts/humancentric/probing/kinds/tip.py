"""Kind "tip": Tip-Adapter without training, a cache of training samples added to the zero-shot classifier.

Logits (Zhang et al. 2022, arXiv 2207.09519) are scale * cos(x, text) + alpha * sum of
exp(-beta (1 - cos(x, key))) over the keys of a class; the scale is the one that the text encoder was trained with. The
method was designed for one label. For several, texts and cached labels are centred on their means over the training
samples and the log-odds of each label's share are added, so that an average sample gets the share as its probability.
"""

from collections.abc import Sequence

import numpy as np
import torch

from humancentric.probing import head_training, probe, prototypes
from humancentric.probing.kinds import zero_shot
from humancentric.probing.probe import Row, TrainingData

BLOCK = 4096


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return scaled class texts, and keys and values of up to `shots` training samples per class, by seed."""
    texts, bias, shares = zero_shot.text_classifier(problem)
    indicators = problem.indicators()
    members = [np.flatnonzero(column) for column in indicators.T]
    names = [str(number) for number in range(problem.classes)]
    found = {}
    for seed in seeds:
        rows = prototypes.draw(members, names, row["shots"], seed, 0)
        found[seed] = {  # copies, since tensors in a safetensors file cannot share memory
            "texts": torch.tensor(texts),
            "bias": torch.tensor(bias),
            "keys": torch.from_numpy(problem.inputs[rows]).half(),
            "values": torch.from_numpy((indicators[rows] - shares).astype(np.float32)),
        }
    return found


@torch.inference_mode()
def probabilities(head: probe.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) for features (n, width) of length one."""
    device = head_training.default_device()
    parts = {name: tensor.to(device, torch.float32) for name, tensor in head.items()}
    answers = [np.empty((0, len(parts["texts"])), np.float32)]
    for begin in range(0, len(features), BLOCK):
        block = torch.from_numpy(features[begin : begin + BLOCK]).to(device)
        affinity = (row["beta"] * (block @ parts["keys"].T - 1)).exp()
        logits = block @ parts["texts"].T + parts["bias"]
        logits += row["alpha"] * affinity @ parts["values"]
        answers.append(probe.ACTIVATIONS[task](logits).cpu().numpy())
    return np.concatenate(answers)


KIND = probe.one_step(fit, probabilities, prompted=True)
