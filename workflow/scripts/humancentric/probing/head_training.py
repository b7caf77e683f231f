"""Train classification heads on frozen features, each seed with random numbers of its own.

On a CPU the heads of several seeds are trained one after the other, on a graphics card at once (`stacked_training`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from humancentric.probing import probe
from humancentric.probing.optimisers import take_gradients
from humancentric.probing.stacked_training import train_stacked
from humancentric.probing.training_setup import TrainingSetup, training_setup

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
    parameters = list(head.values())
    update = setup.start_optimiser(parameters)
    for epoch in range(1, setup.epochs + 1):
        for part, positions in setup.windows(setup.order(order)):
            for rows in positions.split(setup.batch):
                inputs, answers = part.rows(rows)
                setup.loss(probe.logits(head, inputs), answers).backward()
                update(take_gradients(parameters))
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
    return dict(zip(seeds, (probe.folded(head, setup.scale, setup.unit) for head in trained), strict=True))
