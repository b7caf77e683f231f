"""Optimisers by kind, as they stand in protocol rows."""

from collections.abc import Iterable, Sequence

import torch


class Adam:
    """Adam with L2 weight decay: the update of `torch.optim.Adam`, whose first step would import a compiler (1 s)."""

    def __init__(self, parameters: Iterable[torch.Tensor], learning_rate: float, weight_decay: float) -> None:
        """Start with zero moments for `parameters`, which are updated in place."""
        self.parameters = list(parameters)
        self.means = [torch.zeros_like(tensor) for tensor in self.parameters]
        self.squares = [torch.zeros_like(tensor) for tensor in self.parameters]
        self.steps = [torch.zeros((), device=tensor.device) for tensor in self.parameters]
        self.options = {
            "lr": learning_rate,
            "weight_decay": weight_decay,
            "beta1": 0.9,
            "beta2": 0.999,
            "eps": 1e-8,
        }

    update = staticmethod(torch._fused_adam_)

    @torch.no_grad()
    def step(self, gradients: Sequence[torch.Tensor]) -> None:
        """Move the parameters by one step against `gradients`."""
        for step in self.steps:
            step += 1
        # The fused update walks memory in order: a transposed gradient would meet the wrong weights.
        gradients = [gradient.contiguous() for gradient in gradients]
        self.update(
            self.parameters, gradients, self.means, self.squares, [], self.steps,
            amsgrad=False, maximize=False, **self.options,
        )  # fmt: skip


class AdamW(Adam):
    """Adam with decoupled weight decay: the update of `torch.optim.AdamW`."""

    update = staticmethod(torch._fused_adamw_)


class SGD:
    """Gradient descent with momentum 0.9 and L2 weight decay: the update of `torch.optim.SGD`."""

    MOMENTUM = 0.9

    def __init__(self, parameters: Iterable[torch.Tensor], learning_rate: float, weight_decay: float) -> None:
        """Start at rest; `parameters` are updated in place."""
        self.parameters = list(parameters)
        self.momenta = [torch.zeros_like(tensor) for tensor in self.parameters]
        self.learning_rate, self.weight_decay = learning_rate, weight_decay

    @torch.no_grad()
    def step(self, gradients: Sequence[torch.Tensor]) -> None:
        """Move the parameters by one step against `gradients`."""
        for parameter, gradient, momentum in zip(self.parameters, gradients, self.momenta, strict=True):
            momentum.mul_(self.MOMENTUM).add_(gradient).add_(parameter, alpha=self.weight_decay)
            parameter.sub_(momentum, alpha=self.learning_rate)


KINDS = {"adam": Adam, "adamw": AdamW, "sgd": SGD}
