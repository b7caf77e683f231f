"""Training data of a probe, linear and two-layer heads, and grid search for probes fitted in one step."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from humancentric.dataset.labels import MULTI, REGRESSION, SINGLE
from humancentric.embedding.prompts import LOGIT_SCALE

# layer.weight (out, in) and layer.bias (out) of the layers "hidden" (optional) and "output"
Head = dict[str, torch.Tensor]

ACTIVATIONS = {
    SINGLE: lambda logits: logits.softmax(dim=1),
    MULTI: torch.sigmoid,
    REGRESSION: lambda outputs: outputs,
}
BLOCK = 16384  # samples per forward pass; limits the memory of the hidden layer


def initial(width: int, hidden: int, classes: int, generator: torch.Generator) -> Head:
    """Return a head ``Linear(width, hidden)-ReLU-Linear(hidden, classes)``, or one linear layer if `hidden` is 0.

    Weights and biases are uniform within 1/sqrt(inputs), as in `torch.nn.Linear`.
    """
    layers = (
        {"hidden": (width, hidden), "output": (hidden, classes)} if hidden else {"output": (width, classes)}
    )
    head = {}
    for name, (inputs, outputs) in layers.items():
        bound = inputs**-0.5
        head[f"{name}.weight"] = torch.empty(outputs, inputs).uniform_(-bound, bound, generator=generator)
        head[f"{name}.bias"] = torch.empty(outputs).uniform_(-bound, bound, generator=generator)
    return head


def logits(head: Head, features: torch.Tensor) -> torch.Tensor:
    """Return the logits (n, n_classes) of features (n, width)."""
    if "hidden.weight" in head:
        features = functional.linear(features, head["hidden.weight"], head["hidden.bias"]).relu()
    return functional.linear(features, head["output.weight"], head["output.bias"])


def folded(
    head: Head, scale: tuple[torch.Tensor, torch.Tensor] | None, unit: tuple[float, float] | None = None
) -> Head:
    """Fold the scaling of features by (mean, inverse deviation) into a head, which then takes raw features.

    `unit` is the mean and deviation of a regression's targets, on whose standardised values the head was trained.
    """
    if unit is not None:
        mean, deviation = unit
        outer = {
            "output.weight": head["output.weight"] * deviation,
            "output.bias": head["output.bias"] * deviation + mean,
        }
        head = {**head, **{name: tensor.detach() for name, tensor in outer.items()}}
    if scale is None:
        return head
    first = "hidden" if "hidden.weight" in head else "output"
    weight = head[f"{first}.weight"].detach() * scale[1]
    bias = head[f"{first}.bias"].detach() - weight @ scale[0]
    return {**head, f"{first}.weight": weight, f"{first}.bias": bias}


@torch.inference_mode()
def probabilities(head: Head, features: np.ndarray, task: str) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) of features (n, width), computed on the head's device.

    For regression they are the predicted numbers (n, 1).
    """
    weight = head["output.weight"]
    answer = np.empty((len(features), len(weight)), dtype=np.float32)
    for begin in range(0, len(features), BLOCK):
        block = torch.from_numpy(features[begin : begin + BLOCK]).to(weight.device)
        answer[begin : begin + BLOCK] = ACTIVATIONS[task](logits(head, block)).cpu().numpy()
    return answer


Row = Mapping[str, Any]  # of config/protocols.yaml


@dataclass(frozen=True)
class TrainingData:
    """Training samples of one cell."""

    inputs: np.ndarray  # (n, width; float32), scaled to length one if the protocol says so
    targets: np.ndarray  # from `labels.encode`
    classes: int
    task: str
    prompts: np.ndarray | None = None  # one text vector per class (n_classes, width; float32)
    logit_scale: float = LOGIT_SCALE  # factor of cosines with the texts

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.inputs)

    def first(self, number: int) -> "TrainingData":
        """Return the data of the first `number` samples, without copying them."""
        return replace(self, inputs=self.inputs[:number], targets=self.targets[:number])

    def indicators(self) -> np.ndarray:
        """Return the class memberships as a 0/1 matrix (n, n_classes; uint8), for one or several labels."""
        if self.task == MULTI:
            return self.targets
        return (self.targets[:, None] == np.arange(self.classes)).astype(np.uint8)


Trial = tuple[dict[str, Any], np.ndarray]  # options, and the resulting probabilities (n, n_classes)
Fit = Callable[[TrainingData, Row, Sequence[int]], dict[int, Head]]
Answer = Callable[[Head, np.ndarray, str, Row], np.ndarray]
Explore = Callable[[TrainingData, np.ndarray, Row, Mapping[str, Sequence[Any]], int], Iterator[Trial]]


def with_options(row: Row, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with `options` replaced."""
    return {**row, **options}


def grid_search(fit: Fit, probabilities: Answer) -> Explore:
    """Return the function that yields every combination of options in a grid with its probabilities."""

    def explore(
        problem: TrainingData, held: np.ndarray, row: Row, grid: Mapping[str, Sequence[Any]], seed: int
    ) -> Iterator[Trial]:
        for values in product(*grid.values()):
            options = dict(zip(grid, values, strict=True))
            trial = with_options(row, options)
            yield options, probabilities(fit(problem, trial, [seed])[seed], held, problem.task, trial)

    return explore


@dataclass(frozen=True)
class Kind:
    """The functions and requirements of one kind of probe; each module of `probing.kinds` has one as ``KIND``."""

    fit: Fit  # -> tensors by seed; deterministic kinds return one seed only
    probabilities: Answer
    explore: Explore
    with_options: Callable[[Row, dict[str, Any]], dict[str, Any]] = with_options
    prompted: bool = False  # needs a text vector per class
    paired: bool = False  # its features are those of the texts' space, then those of an auxiliary encoder


def one_step(fit: Fit, probabilities: Answer, prompted: bool = False) -> Kind:
    """Return the kind of a probe that is fitted in one step, so that its options are searched one by one."""
    return Kind(fit, probabilities, grid_search(fit, probabilities), prompted=prompted)
