"""Kind "amu": AMU-Tuning, a logit bias learnt from an auxiliary encoder and added to the zero-shot classifier.

AMU-Tuning (Tang et al. 2024, arXiv 2404.08958): logits are zero-shot + alpha * kappa * bias. The bias is a linear
layer without intercept on auxiliary features of length one, standardised over the classes of a sample. The layer starts
at the class means of `shots` training samples per class and is trained by AdamW on
merge * loss(logits) + (1 - merge) * loss(bias). kappa = K ** -power is small if the zero-shot classifier is confident:
K is the kurtosis over classes of its softmax. The authors divide K by 250 for 1,000 classes; here alpha includes that
factor. The method was designed for one label. For several, `zero_shot.text_classifier` gives the zero-shot logits and
the losses are binary.
"""

from collections.abc import Sequence

import numpy as np
import torch

from humancentric.probing import head_training, probe, prototypes, training_setup
from humancentric.probing.kinds import zero_shot
from humancentric.probing.probe import BLOCK, Row, TrainingData
from humancentric.probing.training_setup import LOSSES, TARGET_TYPES

SMALLEST = 1e-6  # smallest standard deviation over classes, for equal logits


def kurtosis(logits: torch.Tensor) -> torch.Tensor:
    """Return the kurtosis over classes of the softmax of logits (n, n_classes), as (n, 1): 3 if it is normal."""
    shares = logits.softmax(dim=1)
    centred = shares - shares.mean(dim=1, keepdim=True)
    deviation = centred.square().mean(dim=1, keepdim=True).sqrt().clamp(min=SMALLEST)
    return (centred / deviation).pow(4).mean(dim=1, keepdim=True).clamp(min=1)


def standardised(logits: torch.Tensor) -> torch.Tensor:
    """Return logits (n, n_classes) with mean 0 and standard deviation 1 over the classes of each sample."""
    centred = logits - logits.mean(dim=1, keepdim=True)
    return centred / centred.square().mean(dim=1, keepdim=True).add(SMALLEST**2).sqrt()


def zero_shot_logits(head: probe.Head, features: torch.Tensor) -> torch.Tensor:
    """Return the zero-shot logits (n, n_classes) of features (n, width), whose first part is CLIP's."""
    return features[:, : head["texts"].shape[1]] @ head["texts"].T + head["bias"]


def logit_bias(head: probe.Head, features: torch.Tensor) -> torch.Tensor:
    """Return the bias (n, n_classes) from the auxiliary part of features (n, width)."""
    return standardised(features[:, head["texts"].shape[1] :] @ head["auxiliary"].T)


def train(
    head: probe.Head, inputs: torch.Tensor, targets: torch.Tensor, row: Row, task: str, seed: int
) -> None:
    """Train the layer on auxiliary features in place; `seed` draws the order of samples."""
    zero = zero_shot_logits(head, inputs)
    kappa = kurtosis(zero) ** -row["power"]
    loss, options = LOSSES["cross-entropy"][task], row["optimiser"]
    parameters = [head["auxiliary"].requires_grad_()]
    update = training_setup.start_adamw(parameters, options["learning_rate"], options["weight_decay"])
    order = head_training.stream_generator(seed, head_training.ORDER)
    for _ in range(options["epochs"]):
        for rows in torch.randperm(len(inputs), generator=order).to(inputs.device).split(options["batch"]):
            bias = logit_bias(head, inputs[rows])
            merged = loss(zero[rows] + row["alpha"] * kappa[rows] * bias, targets[rows])
            (row["merge"] * merged + (1 - row["merge"]) * loss(bias, targets[rows])).backward()
            update(training_setup.take_gradients(parameters))
    head["auxiliary"].requires_grad_(False)


def fit(problem: TrainingData, row: Row, seeds: Sequence[int]) -> dict[int, probe.Head]:
    """Return the scaled class texts with their biases, and the layer on auxiliary features, by seed."""
    device = head_training.default_device()
    texts, constants, _ = zero_shot.text_classifier(problem)
    indicators = problem.indicators()
    members = [np.flatnonzero(column) for column in indicators.T]
    names = [str(number) for number in range(problem.classes)]
    found = {}
    for seed in seeds:
        rows = prototypes.draw(members, names, row["shots"], seed, 0)
        inputs = torch.from_numpy(problem.inputs[rows]).to(device)
        belongs = torch.from_numpy(indicators[rows]).to(device, torch.float32)
        means = belongs.T @ inputs[:, texts.shape[1] :] / belongs.sum(dim=0).clamp(min=1)[:, None]
        head = {"texts": torch.tensor(texts), "bias": torch.tensor(constants), "auxiliary": means}
        found[seed] = {name: tensor.to(device) for name, tensor in head.items()}
        targets = torch.from_numpy(problem.targets[rows]).to(device, TARGET_TYPES[problem.task])
        train(found[seed], inputs, targets, row, problem.task, seed)
    return found


@torch.inference_mode()
def probabilities(head: probe.Head, features: np.ndarray, task: str, row: Row) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) for features (n, width) whose parts have length one."""
    device = head_training.default_device()
    parts = {name: tensor.to(device) for name, tensor in head.items()}
    answers = [np.empty((0, len(parts["texts"])), np.float32)]
    for begin in range(0, len(features), BLOCK):
        block = torch.from_numpy(features[begin : begin + BLOCK]).to(device)
        zero = zero_shot_logits(parts, block)
        logits = zero + row["alpha"] * kurtosis(zero) ** -row["power"] * logit_bias(parts, block)
        answers.append(probe.ACTIVATIONS[task](logits).cpu().numpy())
    return np.concatenate(answers)


KIND = probe.Kind(fit, probabilities, probe.grid_search(fit, probabilities), prompted=True, paired=True)
