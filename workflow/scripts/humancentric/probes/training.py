"""Training of heads on frozen features, every seed from its own random numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from humancentric.probes import batched, courses, heads, optimisers
from humancentric.probes.courses import Course

WEIGHTS, ORDER = 0, 1  # streams of random numbers: the order of samples must not depend on a head's size


def _generator(seed: int, stream: int) -> torch.Generator:
    return torch.Generator().manual_seed(int(np.random.SeedSequence((seed, stream)).generate_state(1)[0]))


def device() -> torch.device:
    """Return the GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def epochs(course: Course, head: heads.Head, order: torch.Generator) -> Iterator[int]:
    """Train `head` in place; yield the number of epochs done after each of them.

    Every epoch draws a new order of all samples; the last batch of an epoch may be smaller.
    """
    for tensor in head.values():
        tensor.requires_grad_()
    optimiser = optimisers.KINDS[course.optimiser](head.values(), **course.options)
    for epoch in range(1, course.epochs + 1):
        for rows in torch.randperm(len(course), generator=order).to(course.inputs.device).split(course.batch):
            inputs, answers = course.rows(rows)
            value = course.loss(heads.logits(head, inputs), answers)
            optimiser.step(torch.autograd.grad(value, optimiser.parameters))
        yield epoch
    for tensor in head.values():
        tensor.requires_grad_(False)


def one_by_one(
    course: Course, first: Sequence[heads.Head], orders: Sequence[torch.Generator]
) -> list[heads.Head]:
    """Return the heads that start at `first`, trained in place one after the other."""
    for head, order in zip(first, orders, strict=True):
        for _ in epochs(course, head, order):
            pass
    return list(first)


Way = Callable[[Course, Sequence[heads.Head], Sequence[torch.Generator]], list[heads.Head]]
WAYS: Mapping[str, Way] = {"cpu": one_by_one, "cuda": batched.train}  # the faster one, by type of device


def start(
    width: int, classes: int, protocol: Mapping[str, Any], seed: int, place: torch.device
) -> tuple[heads.Head, torch.Generator]:
    """Return a seed's first weights on the device `place`, and the generator of its orders."""
    first = heads.initial(width, protocol["head"]["hidden"], classes, _generator(seed, WEIGHTS))
    return {name: tensor.to(place) for name, tensor in first.items()}, _generator(seed, ORDER)


def train(
    features: np.ndarray,
    targets: np.ndarray,
    classes: int,
    task: str,
    protocol: Mapping[str, Any],
    seeds: Sequence[int],
    place: torch.device | None = None,
    way: Way | None = None,
) -> dict[int, heads.Head]:
    """Return a trained head per seed, on the device `place`; `way` says how, if not as the device asks.

    `features` (n, width; float32) and `targets` as `labels.encode` makes them. `protocol` is a row of
    `config/protocols.yaml`. A seed drives the first weights and the order of samples, never how they are split; each
    seed's head is the same whatever other seeds are trained. The weights of the last epoch are kept, and what
    scales the features is folded into them: a head takes raw features.
    """
    place = place or device()
    course = courses.course(features, targets, task, protocol, place)
    begun = [start(features.shape[1], classes, protocol, seed, place) for seed in seeds]
    first, orders = zip(*begun, strict=True)
    trained = (way or WAYS.get(place.type, one_by_one))(course, first, orders)
    return dict(zip(seeds, (heads.folded(head, course.scale) for head in trained), strict=True))
