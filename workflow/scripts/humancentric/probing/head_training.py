"""Train classification heads on frozen features, with separate random numbers for each seed.

On a CPU the heads of several seeds are trained one after the other. On a graphics card they are one model of stacked
matrices, so that one kernel serves all. A step on a few megabytes of weights takes less time than launching its
kernels, so it is recorded as a CUDA graph, which launches all of them with one call.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch

from humancentric.probing import probe
from humancentric.probing.training_setup import TrainingSetup, take_gradients, training_setup

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


Run = Callable[[], None]
Record = Callable[[Run], Run]  # records a function without running it, and returns a function that replays it
EAGER = 3  # warm-up steps before a graph is recorded: they allocate what libraries and the optimiser need


def stacked_logits(stack: probe.Head, features: torch.Tensor) -> torch.Tensor:
    """Return the logits (heads, n, n_classes) of stacked heads for features (heads, n, width)."""
    if "hidden.weight" in stack:
        weight, bias = stack["hidden.weight"], stack["hidden.bias"]
        features = torch.baddbmm(bias[:, None], features, weight.mT).relu()
    return torch.baddbmm(stack["output.bias"][:, None], features, stack["output.weight"].mT)


def cuda_graph(step: Run) -> Run:
    """Return the function that runs `step` as a CUDA graph; the recording itself computes nothing."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=torch.cuda.current_stream()):
        step()
    return graph.replay


@contextmanager
def recording(device: torch.device) -> Iterator[Record | None]:
    """Yield the function that records steps: `cuda_graph`, with its own stream, on a card, otherwise None."""
    if device.type != "cuda":
        yield None
        return
    stream = torch.cuda.Stream(device)  # the default stream cannot be recorded
    stream.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(stream):
        yield cuda_graph
    torch.cuda.current_stream(device).wait_stream(stream)


def recorded(step: Callable[[torch.Tensor], None], record: Record) -> Callable[[torch.Tensor], None]:
    """Return a function that calls `step(rows)` at first, and replays a recording of it after `EAGER` calls.

    The recording is for rows of the first call's shape; for any other (an epoch's last batch) `step` itself is called.
    """
    fixed: list[torch.Tensor] = []  # the rows that the recording reads
    replay: list[Run] = []
    calls = 0

    def run(rows: torch.Tensor) -> None:
        nonlocal calls
        if not fixed:
            fixed.append(rows.clone(memory_format=torch.contiguous_format))
        if rows.shape != fixed[0].shape:
            return step(rows)
        fixed[0].copy_(rows)
        calls += 1
        if calls <= EAGER:
            return step(fixed[0])
        if not replay:
            replay.append(record(lambda: step(fixed[0])))
        return replay[0]()

    return run


def stacked_epochs(
    setup: TrainingSetup,
    heads: Sequence[probe.Head],
    orders: Sequence[torch.Generator],
    options: Sequence[Mapping[str, Any]] | None = None,
    record: Record | None = None,
) -> Iterator[int]:
    """Train `heads` of equal shapes, each on its own order of samples; yield the number of epochs done after each.

    The tensors of `heads` are replaced by views of the stacked ones. `options` are those of each head's optimiser, if
    they differ from the setup's. `record` comes from `recording`; features on disk are not recorded.
    """
    stack = {name: torch.stack([head[name] for head in heads]).requires_grad_() for name in heads[0]}
    for number, head in enumerate(heads):
        head.update({name: tensor.detach()[number] for name, tensor in stack.items()})
    parameters = list(stack.values())
    if options is None:
        updates = [setup.start_optimiser(parameters)]
    else:
        updates = [
            replace(setup, options=own).start_optimiser(list(head.values()))
            for head, own in zip(heads, options, strict=True)
        ]

    def step(part: TrainingSetup, rows: torch.Tensor) -> None:
        inputs, answers = part.rows(rows.flatten())
        found = stacked_logits(stack, inputs.view(*rows.shape, -1)).flatten(0, 1)
        # The mean over the samples of all heads, times their number, gives each head the gradient of its own mean.
        (part.loss(found, answers) * len(heads)).backward()
        gradients = take_gradients(parameters)
        if options is None:
            updates[0](gradients)
        else:
            for number, update in enumerate(updates):
                update([gradient[number] for gradient in gradients])

    run = recorded(partial(step, setup), record) if record and not setup.on_disk else None
    for epoch in range(1, setup.epochs + 1):
        drawn = torch.stack([setup.order(order) for order in orders])
        for part, positions in setup.windows(drawn):
            for rows in positions.split(setup.batch, dim=1):
                if run is None:
                    step(part, rows)
                else:
                    run(rows)
        yield epoch


def train_stacked(
    setup: TrainingSetup, first: Sequence[probe.Head], orders: Sequence[torch.Generator]
) -> list[probe.Head]:
    """Return the heads that start at `first`, trained together, each on the order of samples its generator draws."""
    with recording(setup.device) as record:
        for _ in stacked_epochs(setup, first, orders, record=record):
            pass
        return [{name: tensor.clone() for name, tensor in head.items()} for head in first]


Way = Callable[[TrainingSetup, Sequence[probe.Head], Sequence[torch.Generator]], list[probe.Head]]
WAYS: Mapping[str, Way] = {"cpu": one_by_one, "cuda": train_stacked}  # the faster one, by type of device


def start(
    width: int, classes: int, protocol: Mapping[str, Any], seed: int, device: torch.device
) -> tuple[probe.Head, torch.Generator]:
    """Return a seed's initial weights on `device`, and the generator of its orders of samples."""
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
    """Return a trained head per seed, on `device`; `way` replaces the default function for the device.

    `features` are (n, width; float32), and `targets` come from `labels.encode`. `protocol` is a row of
    `config/protocols.yaml`. A seed determines the initial weights and the order of samples, never how they are split;
    each seed's head is the same whatever other seeds are trained. The weights of the last epoch are kept, and the
    scaling of the features is folded into them, so a head takes raw features.
    """
    device = device or default_device()
    setup = training_setup(features, targets, task, protocol, device)
    begun = [start(features.shape[1], classes, protocol, seed, device) for seed in seeds]
    first, orders = zip(*begun, strict=True)
    trained = (way or WAYS.get(device.type, one_by_one))(setup, first, orders)
    return dict(zip(seeds, (probe.folded(head, setup.scale, setup.unit) for head in trained), strict=True))
