"""Train classification heads on frozen features: losses, optimisers and the training loop.

Each seed has its own random numbers. The heads of several seeds can be trained as one model of stacked matrices,
so that one kernel serves all seeds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from humancentric.core.errors import UserError, nearest
from humancentric.dataset.labels import MULTI, SINGLE
from humancentric.probing import fold_scaling, probe
from humancentric.probing.optimisers import OPTIMISERS, Update


def softmax_twice(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of probabilities taken for logits: what a softmax layer before torch's loss does."""
    return functional.cross_entropy(logits.softmax(dim=1), classes)


def sigmoid_twice(logits: torch.Tensor, indicators: torch.Tensor) -> torch.Tensor:
    """Return the binary cross-entropy of probabilities taken for logits."""
    return functional.binary_cross_entropy_with_logits(logits.sigmoid(), indicators)


LOSSES = {
    "cross-entropy": {
        SINGLE: functional.cross_entropy,
        MULTI: functional.binary_cross_entropy_with_logits,
    },
    "double-softmax": {SINGLE: softmax_twice, MULTI: sigmoid_twice},
}


TARGET_TYPES = {SINGLE: torch.int64, MULTI: torch.float32}


@dataclass(frozen=True)
class TrainingSetup:
    """Training samples and options that all heads of a cell share."""

    inputs: torch.Tensor  # (n, width)
    answers: torch.Tensor  # (n) or (n, n_classes)
    scale: tuple[torch.Tensor, torch.Tensor] | None  # mean and inverse standard deviation, width each
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    optimiser: str
    options: Mapping[str, Any]
    batch: int
    epochs: int

    def __len__(self) -> int:
        """Return the number of training samples."""
        return len(self.inputs)

    def start_optimiser(self, parameters: Sequence[torch.Tensor]) -> Update:
        """Return the function that updates `parameters` by their gradients and clears these."""
        rate, decay = self.options["learning_rate"], self.options["weight_decay"]
        return OPTIMISERS[self.optimiser](parameters, rate, decay)

    def rows(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the scaled features and the answers of some rows; the features as a whole are never copied."""
        inputs = self.inputs.index_select(0, rows)
        if self.scale is not None:
            inputs = inputs.sub_(self.scale[0]).mul_(self.scale[1])
        return inputs, self.answers.index_select(0, rows)


def _pick(kinds: Mapping[str, Any], kind: str, config_path: str) -> Any:
    if kind not in kinds:
        raise UserError(f"protocols: {config_path} is '{kind}'{nearest(kind, kinds)}")
    return kinds[kind]


def training_setup(
    features: np.ndarray, targets: np.ndarray, task: str, protocol: Mapping[str, Any], device: torch.device
) -> TrainingSetup:
    """Return the training setup of a protocol row for features (n, width; float32) and targets, on a device."""
    if not len(features):
        raise UserError(
            "samples: the train split is empty; lower the dataset's split.test or check its source"
        )
    options = dict(protocol["optimiser"])
    kind = options.pop("kind")
    _pick(OPTIMISERS, kind, "optimiser.kind")
    learnt = _pick(fold_scaling.KINDS, protocol["features"], "features")(features)
    return TrainingSetup(
        inputs=torch.from_numpy(features).to(device),
        answers=torch.from_numpy(targets).to(device, TARGET_TYPES[task]),
        scale=None if learnt is None else tuple(torch.from_numpy(vector).to(device) for vector in learnt),
        loss=_pick(LOSSES, protocol.get("loss", "cross-entropy"), "loss")[task],
        optimiser=kind,
        batch=options.pop("batch"),
        epochs=options.pop("epochs"),
        options=options,
    )


def logits(stack: probe.Head, features: torch.Tensor) -> torch.Tensor:
    """Return the logits (seeds, n, n_classes) of stacked heads for features (seeds, n, width)."""
    if "hidden.weight" in stack:
        weight, bias = stack["hidden.weight"], stack["hidden.bias"]
        features = torch.baddbmm(bias[:, None], features, weight.mT).relu()
    return torch.baddbmm(stack["output.bias"][:, None], features, stack["output.weight"].mT)


def train_stacked(
    setup: TrainingSetup, first: Sequence[probe.Head], orders: Sequence[torch.Generator]
) -> list[probe.Head]:
    """Return the trained heads that start at `first`, each on the order of samples its generator draws."""
    stack = {name: torch.stack([head[name] for head in first]).requires_grad_() for name in first[0]}
    update = setup.start_optimiser(list(stack.values()))
    for _ in range(setup.epochs):
        drawn = [torch.randperm(len(setup), generator=order) for order in orders]
        for rows in torch.stack(drawn).to(setup.inputs.device).split(setup.batch, dim=1):
            inputs, answers = setup.rows(rows.flatten())
            found = logits(stack, inputs.view(*rows.shape, -1)).flatten(0, 1)
            # The mean over all seeds' samples, times the seeds: every seed gets the gradient of its own mean.
            value = setup.loss(found, answers) * len(first)
            value.backward()
            update()
    return [
        {name: tensor.detach()[number].clone() for name, tensor in stack.items()}
        for number in range(len(first))
    ]


WEIGHTS, ORDER = 0, 1  # streams of random numbers: the order of samples must not depend on a head's size


def stream_generator(seed: int, stream: int) -> torch.Generator:
    """Return the generator of one stream of random numbers under a seed."""
    return torch.Generator().manual_seed(int(np.random.SeedSequence((seed, stream)).generate_state(1)[0]))


def default_device() -> torch.device:
    """Return the GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def epochs(setup: TrainingSetup, head: probe.Head, order: torch.Generator) -> Iterator[int]:
    """Train `head` in place; yield the number of epochs done after each of them.

    Every epoch draws a new order of all samples; the last batch of an epoch may be smaller.
    """
    for tensor in head.values():
        tensor.requires_grad_()
    update = setup.start_optimiser(list(head.values()))
    for epoch in range(1, setup.epochs + 1):
        for rows in torch.randperm(len(setup), generator=order).to(setup.inputs.device).split(setup.batch):
            inputs, answers = setup.rows(rows)
            value = setup.loss(probe.logits(head, inputs), answers)
            value.backward()
            update()
        yield epoch
    for tensor in head.values():
        tensor.requires_grad_(False)


def one_by_one(
    setup: TrainingSetup, first: Sequence[probe.Head], orders: Sequence[torch.Generator]
) -> list[probe.Head]:
    """Return the heads that start at `first`, trained in place one after the other."""
    for head, order in zip(first, orders, strict=True):
        for _ in epochs(setup, head, order):
            pass
    return list(first)


Way = Callable[[TrainingSetup, Sequence[probe.Head], Sequence[torch.Generator]], list[probe.Head]]
WAYS: Mapping[str, Way] = {"cpu": one_by_one, "cuda": train_stacked}  # the faster one, by type of device


def start(
    width: int, classes: int, protocol: Mapping[str, Any], seed: int, device: torch.device
) -> tuple[probe.Head, torch.Generator]:
    """Return a seed's first weights on `device`, and the generator of its orders."""
    first = probe.initial(width, protocol["head"]["hidden"], classes, stream_generator(seed, WEIGHTS))
    return {name: tensor.to(device) for name, tensor in first.items()}, stream_generator(seed, ORDER)


def train(
    features: np.ndarray,
    targets: np.ndarray,
    classes: int,
    task: str,
    protocol: Mapping[str, Any],
    seeds: Sequence[int],
    device: torch.device | None = None,
    way: Way | None = None,
) -> dict[int, probe.Head]:
    """Return a trained head per seed, on `device`; `way` says how, if not as the device asks.

    `features` (n, width; float32) and `targets` as `labels.encode` makes them. `protocol` is a row of
    `config/protocols.yaml`. A seed drives the first weights and the order of samples, never how they are split; each
    seed's head is the same whatever other seeds are trained. The weights of the last epoch are kept, and what
    scales the features is folded into them: a head takes raw features.
    """
    device = device or default_device()
    setup = training_setup(features, targets, task, protocol, device)
    begun = [start(features.shape[1], classes, protocol, seed, device) for seed in seeds]
    first, orders = zip(*begun, strict=True)
    trained = (way or WAYS.get(device.type, one_by_one))(setup, first, orders)
    return dict(zip(seeds, (probe.folded(head, setup.scale) for head in trained), strict=True))
