"""Training of heads on frozen features, one seed after the other, each from its own random numbers."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from humancentric import heads, optimisers
from humancentric.errors import UserError, nearest
from humancentric.labels import MULTI, SINGLE

log = logging.getLogger("humancentric")

LOSSES = {SINGLE: functional.cross_entropy, MULTI: functional.binary_cross_entropy_with_logits}
TARGET_TYPES = {SINGLE: torch.int64, MULTI: torch.float32}
WEIGHTS, ORDER = 0, 1  # streams of random numbers: the order of samples must not depend on a head's size


def raw(features: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return nothing: features enter the head as the encoder made them."""
    return None


def standardised(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and inverse standard deviation (width each); a constant feature keeps its scale."""
    deviation = features.std(axis=0, dtype=np.float64)
    scale = 1 / np.where(deviation > 0, deviation, 1)
    return features.mean(axis=0, dtype=np.float64).astype(np.float32), scale.astype(np.float32)


SCALERS = {"raw": raw, "standardised": standardised}


def _pick(kinds: dict[str, Any], kind: str, place: str) -> Any:
    if kind not in kinds:
        raise UserError(f"protocols: {place} is '{kind}'{nearest(kind, kinds)}")
    return kinds[kind]


def _generator(seed: int, stream: int) -> torch.Generator:
    return torch.Generator().manual_seed(int(np.random.SeedSequence((seed, stream)).generate_state(1)[0]))


def _folded(head: heads.Head, mean: torch.Tensor, scale: torch.Tensor) -> heads.Head:
    """Return the head that does on raw features what `head` does on standardised ones."""
    first = "hidden" if "hidden.weight" in head else "output"
    weight = head[f"{first}.weight"] * scale
    return {**head, f"{first}.weight": weight, f"{first}.bias": head[f"{first}.bias"] - weight @ mean}


def device() -> torch.device:
    """Return the GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train(
    features: np.ndarray,
    targets: np.ndarray,
    classes: int,
    task: str,
    protocol: dict[str, Any],
    seeds: Sequence[int],
    place: torch.device | None = None,
) -> dict[int, heads.Head]:
    """Return a trained head per seed, on the device `place`.

    `features` (n, width; float32) and `targets` as `labels.encode` makes them. `protocol` is a row of
    `config/protocols.yaml`. A seed drives the first weights and the order of samples, never how they are split; each
    seed's head is the same whatever other seeds are trained. The weights of the last epoch are kept.
    """
    if not len(features):
        raise UserError(
            "samples: the train split is empty; lower the dataset's split.test or check its source"
        )
    place = place or device()
    inputs = torch.from_numpy(features).to(place)
    answers = torch.from_numpy(targets).to(place, TARGET_TYPES[task])
    scaling = _pick(SCALERS, protocol["features"], "features")(features)
    if scaling is not None:
        mean, scale = (torch.from_numpy(vector).to(place) for vector in scaling)
        inputs = (inputs - mean).mul_(scale)
    trained = {}
    for seed in seeds:
        first = heads.initial(
            features.shape[1], protocol["head"]["hidden"], classes, _generator(seed, WEIGHTS)
        )
        head = {name: tensor.to(place) for name, tensor in first.items()}
        fit(head, inputs, answers, task, protocol["optimiser"], _generator(seed, ORDER))
        trained[seed] = _folded(head, mean, scale) if scaling is not None else head
    return trained


def fit(
    head: heads.Head,
    inputs: torch.Tensor,
    answers: torch.Tensor,
    task: str,
    options: dict[str, Any],
    order: torch.Generator,
) -> None:
    """Train `head` in place on inputs (n, width) and answers on the same device; `options` is the optimiser's row.

    Every epoch draws a new order of all samples; the last batch of an epoch may be smaller.
    """
    options = dict(options)
    optimiser_class = _pick(optimisers.KINDS, options.pop("kind"), "optimiser.kind")
    batch, epochs = options.pop("batch"), options.pop("epochs")
    for tensor in head.values():
        tensor.requires_grad_()
    optimiser = optimiser_class(head.values(), **options)
    loss = LOSSES[task]
    for _ in range(epochs):
        for rows in torch.randperm(len(inputs), generator=order).to(inputs.device).split(batch):
            logits = heads.logits(head, inputs.index_select(0, rows))
            value = loss(logits, answers.index_select(0, rows))
            optimiser.step(torch.autograd.grad(value, optimiser.parameters))
    for tensor in head.values():
        tensor.requires_grad_(False)
