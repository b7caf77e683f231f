"""The training samples and options that all heads of a cell share: optimiser, losses, scaling and the order of batches.

Features that exceed a study's memory limit are a memory-mapped file (`feature_vectors.load`), of which a few thousand
samples are in memory at once. Their order is then random only within such windows.

Adam, AdamW and SGD are torch's functions, which update all parameters in one fused call. The classes of `torch.optim`
call the same functions, but a process that uses one of them first imports torch's compiler, which takes 2.1 CPU
seconds: as long as the training of a small head.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from humancentric.core.errors import UserError, nearest
from humancentric.dataset.labels import MULTI, REGRESSION, SINGLE
from humancentric.probing import fold_scaling

Update = Callable[[list[torch.Tensor]], None]  # changes the parameters in place by their gradients


def take_gradients(parameters: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Return the gradients of `parameters`, and clear them.

    ``backward`` gives them the layout of their parameters, which the fused functions assume without checking;
    ``torch.autograd.grad`` does not.
    """
    gradients = [tensor.grad for tensor in parameters if tensor.grad is not None]
    for tensor in parameters:
        tensor.grad = None
    return gradients


def start_adam(
    parameters: Sequence[torch.Tensor],
    learning_rate: float,
    weight_decay: float,
    function: Callable[..., None] = adam,
) -> Update:
    """Return the update of Adam (Kingma and Ba 2015), or with `adamw` that of AdamW, with torch's default constants."""
    means = [torch.zeros_like(tensor) for tensor in parameters]
    squares = [torch.zeros_like(tensor) for tensor in parameters]
    steps = [torch.zeros((), device=tensor.device) for tensor in parameters]
    constants = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "amsgrad": False, "maximize": False}

    @torch.no_grad()
    def update(gradients: list[torch.Tensor]) -> None:
        no_maxima = list[torch.Tensor]()
        options = {"lr": learning_rate, "weight_decay": weight_decay, "fused": True}
        function(list(parameters), gradients, means, squares, no_maxima, steps, **options, **constants)

    return update


def start_adamw(parameters: Sequence[torch.Tensor], learning_rate: float, weight_decay: float) -> Update:
    """Return the update of AdamW (Loshchilov and Hutter 2019)."""
    return start_adam(parameters, learning_rate, weight_decay, adamw)


def start_sgd(parameters: Sequence[torch.Tensor], learning_rate: float, weight_decay: float) -> Update:
    """Return the update of stochastic gradient descent with a momentum of 0.9."""
    momenta: list[torch.Tensor | None] = [None for _ in parameters]
    constants = {"momentum": 0.9, "dampening": 0.0, "nesterov": False, "maximize": False}

    @torch.no_grad()
    def update(gradients: list[torch.Tensor]) -> None:
        options = {"lr": learning_rate, "weight_decay": weight_decay, "fused": True}
        sgd(list(parameters), gradients, momenta, **options, **constants)

    return update


OPTIMISERS: Mapping[str, Callable[[Sequence[torch.Tensor], float, float], Update]] = {
    "adam": start_adam,
    "adamw": start_adamw,
    "sgd": start_sgd,
}


def softmax_twice(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of probabilities used as logits, as with a softmax layer before torch's loss."""
    return functional.cross_entropy(logits.softmax(dim=1), classes)


def sigmoid_twice(logits: torch.Tensor, indicators: torch.Tensor) -> torch.Tensor:
    """Return the binary cross-entropy of probabilities used as logits."""
    return functional.binary_cross_entropy_with_logits(logits.sigmoid(), indicators)


LOSSES: Mapping[str, Mapping[str, Callable[..., torch.Tensor]]] = {
    "cross-entropy": {
        SINGLE: functional.cross_entropy,
        MULTI: functional.binary_cross_entropy_with_logits,
        REGRESSION: functional.mse_loss,
    },
    "double-softmax": {SINGLE: softmax_twice, MULTI: sigmoid_twice, REGRESSION: functional.mse_loss},
}


TARGET_TYPES = {SINGLE: torch.int64, MULTI: torch.float32, REGRESSION: torch.float32}
BLOCK, WINDOW = 1024, 8192  # samples that are contiguous on disk, and samples in memory at once


def block_order(number: int, window: int, generator: torch.Generator) -> torch.Tensor:
    """Return an order of `number` samples: blocks of 1,024 are shuffled, then each `window` samples of the result."""
    blocks = torch.arange(number).split(BLOCK)
    order = torch.cat([blocks[int(block)] for block in torch.randperm(len(blocks), generator=generator)])
    return torch.cat([some[torch.randperm(len(some), generator=generator)] for some in order.split(window)])


@dataclass(frozen=True)
class TrainingSetup:
    """Training samples and options that all heads of a cell share."""

    inputs: torch.Tensor  # (n, width); in main memory if `on_disk`, else on the device
    answers: torch.Tensor  # (n) or (n, n_classes); for regression (n, 1), standardised
    scale: tuple[torch.Tensor, torch.Tensor] | None  # mean and inverse standard deviation, width each
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    optimiser: str
    options: Mapping[str, Any]
    batch: int
    epochs: int
    on_disk: bool = False  # the inputs are a memory-mapped file
    unit: tuple[float, float] | None = None  # mean and deviation of a regression's targets

    def __len__(self) -> int:
        """Return the number of training samples."""
        return len(self.inputs)

    @property
    def device(self) -> torch.device:
        """Return the device of the heads."""
        return self.answers.device

    @property
    def window(self) -> int:
        """Return how many samples of a file are in memory at once: whole batches, at least one."""
        return max(1, WINDOW // self.batch) * self.batch

    def order(self, generator: torch.Generator) -> torch.Tensor:
        """Return a random order (n) of the samples, which does not depend on their features' width."""
        if self.on_disk:
            return block_order(len(self), self.window, generator)
        return torch.randperm(len(self), generator=generator)

    def windows(self, order: torch.Tensor) -> Iterator[tuple["TrainingSetup", torch.Tensor]]:
        """Yield setups of the samples that are in memory at once, and the part of `order` (..., n) among them."""
        if not self.on_disk:
            yield self, order.to(self.device)
            return
        for some in order.split(self.window, dim=-1):
            rows, position = some.flatten().sort()  # a file is read forwards
            inputs = self.inputs.index_select(0, rows).to(self.device)
            answers = self.answers.index_select(0, rows.to(self.device))
            part = replace(self, inputs=inputs, answers=answers, on_disk=False)
            yield part, position.argsort().view(some.shape).to(self.device)

    def start_optimiser(self, parameters: Sequence[torch.Tensor]) -> Update:
        """Return the function that updates `parameters` by their gradients."""
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
    on_disk = isinstance(features, np.memmap)
    inputs, unit = torch.from_numpy(features), None
    if task == REGRESSION:
        values = targets[:, :1]
        unit = float(values.mean()), float(values.std()) or 1.0
        targets = (values - unit[0]) / unit[1]
    return TrainingSetup(
        inputs=inputs if on_disk else inputs.to(device),
        answers=torch.from_numpy(targets).to(device, TARGET_TYPES[task]),
        scale=None if learnt is None else tuple(torch.from_numpy(vector).to(device) for vector in learnt),
        loss=_pick(LOSSES, protocol.get("loss", "cross-entropy"), "loss")[task],
        optimiser=kind,
        batch=options.pop("batch"),
        epochs=options.pop("epochs"),
        options=options,
        on_disk=on_disk,
        unit=unit,
    )
