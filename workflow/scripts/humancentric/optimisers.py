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

    @torch.no_grad()
    def step(self, gradients: Sequence[torch.Tensor]) -> None:
        """Move the parameters by one step against `gradients`."""
        for step in self.steps:
            step += 1
        torch._fused_adam_(
            self.parameters, list(gradients), self.means, self.squares, [], self.steps,
            amsgrad=False, maximize=False, **self.options,
        )  # fmt: skip


KINDS = {"adam": Adam}
