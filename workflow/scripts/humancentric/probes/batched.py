"""Heads of several seeds trained as one model of stacked matrices: one kernel does the work of all seeds.

Every seed keeps the first weights and the order of samples that it has when trained alone, so the heads are those of
the loop up to rounding. On two CPU cores this takes 1.2 to 2 times as long as the loop, hence it is for GPUs.
"""

from collections.abc import Sequence

import torch

from humancentric.probes import heads, optimisers
from humancentric.probes.courses import Course


def logits(stack: heads.Head, features: torch.Tensor) -> torch.Tensor:
    """Return the logits (seeds, n, n_classes) of stacked heads for features (seeds, n, width)."""
    if "hidden.weight" in stack:
        weight, bias = stack["hidden.weight"], stack["hidden.bias"]
        features = torch.baddbmm(bias[:, None], features, weight.mT).relu()
    return torch.baddbmm(stack["output.bias"][:, None], features, stack["output.weight"].mT)


def train(course: Course, first: Sequence[heads.Head], orders: Sequence[torch.Generator]) -> list[heads.Head]:
    """Return the trained heads that start at `first`, each on the order of samples its generator draws."""
    stack = {name: torch.stack([head[name] for head in first]).requires_grad_() for name in first[0]}
    optimiser = optimisers.KINDS[course.optimiser](stack.values(), **course.options)
    for _ in range(course.epochs):
        drawn = [torch.randperm(len(course), generator=order) for order in orders]
        for rows in torch.stack(drawn).to(course.inputs.device).split(course.batch, dim=1):
            inputs, answers = course.rows(rows.flatten())
            found = logits(stack, inputs.view(*rows.shape, -1)).flatten(0, 1)
            # The mean over all seeds' samples, times the seeds: every seed gets the gradient of its own mean.
            value = course.loss(found, answers) * len(first)
            optimiser.step(torch.autograd.grad(value, optimiser.parameters))
    return [
        {name: tensor.detach()[number].clone() for name, tensor in stack.items()}
        for number in range(len(first))
    ]
