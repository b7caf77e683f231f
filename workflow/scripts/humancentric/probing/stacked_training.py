"""Train several heads as one model of stacked matrices, so that one kernel serves all; on a card as a CUDA graph.

A step on a few megabytes of weights takes less time than the calls that start its kernels. A CUDA graph starts all
kernels of a step with one call.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from humancentric.probing import probe
from humancentric.probing.optimisers import take_gradients
from humancentric.probing.training_setup import TrainingSetup

Run = Callable[[], None]
Record = Callable[[Run], Run]  # records a function without running it, and returns what runs it again
EAGER = 3  # steps before a graph is recorded: they allocate what libraries and the optimiser need


def logits(stack: probe.Head, features: torch.Tensor) -> torch.Tensor:
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
    """Yield what records steps on `device`: on a card `cuda_graph`, on a stream of its own, elsewhere None."""
    if device.type != "cuda":
        yield None
        return
    stream = torch.cuda.Stream(device)  # the default stream cannot be recorded
    stream.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(stream):
        yield cuda_graph
    torch.cuda.current_stream(device).wait_stream(stream)


def recorded(step: Callable[[torch.Tensor], None], record: Record) -> Callable[[torch.Tensor], None]:
    """Return a function that does what `step(rows)` does, after some calls by a recording for rows of one shape.

    That is the shape of the first call; for rows of another shape (an epoch's last batch) `step` itself is called.
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
    they are not the setup's. `record` comes from `recording`; features on disk are not recorded.
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
        found = logits(stack, inputs.view(*rows.shape, -1)).flatten(0, 1)
        # The mean over all heads' samples, times the heads: every head gets the gradient of its own mean.
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
    """Return the heads that start at `first`, trained at once, each on the order of samples its generator draws."""
    with recording(setup.device) as record:
        for _ in stacked_epochs(setup, first, orders, record=record):
            pass
        return [{name: tensor.clone() for name, tensor in head.items()} for head in first]
