"""Adam, AdamW and SGD by torch's functions, which update all parameters in one fused call.

The classes of `torch.optim` call the same functions. But a process that uses one of them first imports torch's
compiler, which takes 2.1 CPU seconds: as much as the training of a small head.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

Update = Callable[[list[torch.Tensor]], None]  # changes the parameters in place by their gradients


def take_gradients(parameters: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Return the gradients of `parameters`, and clear them.

    ``backward`` gives them the layout of their parameters, which the fused functions presume without a check;
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
