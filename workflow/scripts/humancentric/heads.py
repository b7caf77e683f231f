"""Classification heads on frozen features: their first weights, what they answer, and the file they live in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch.nn import functional

from humancentric.errors import UserError
from humancentric.features import Input
from humancentric.files import atomic
from humancentric.labels import MULTI, SINGLE
from humancentric.tables import METADATA_KEY, REMEDY

Head = dict[
    str, torch.Tensor
]  # layer.weight (out, in) and layer.bias (out), layers "hidden" (optional) and "output"

ACTIVATIONS = {SINGLE: lambda logits: logits.softmax(dim=1), MULTI: torch.sigmoid}
BLOCK = 16384  # samples answered at once: bounds the memory of the hidden layer


@dataclass(frozen=True)
class Trained:
    """The heads of all seeds of one cell, and what they were trained on."""

    heads: Mapping[int, Head]
    inputs: Sequence[Input]
    classes: Sequence[str]
    task: str
    dataset: str
    protocol_name: str
    protocol: Mapping[str, Any]

    def sizes(self) -> dict[str, Any]:
        """Return the sizes of a head: inputs by name, hidden units, classes."""
        return {
            "inputs": [[part.name, part.width] for part in self.inputs],
            "hidden": self.protocol["head"]["hidden"],
            "classes": len(self.classes),
        }


def initial(width: int, hidden: int, classes: int, generator: torch.Generator) -> Head:
    """Return a head ``Linear(width, hidden)-ReLU-Linear(hidden, classes)``, or one linear layer if `hidden` is 0.

    Weights and biases are uniform within 1/sqrt(inputs), as `torch.nn.Linear` draws them.
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


@torch.inference_mode()
def probabilities(head: Head, features: np.ndarray, task: str) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) of features (n, width), computed where the head lies."""
    weight = head["output.weight"]
    answer = np.empty((len(features), len(weight)), dtype=np.float32)
    for begin in range(0, len(features), BLOCK):
        block = torch.from_numpy(features[begin : begin + BLOCK]).to(weight.device)
        answer[begin : begin + BLOCK] = ACTIVATIONS[task](logits(head, block)).cpu().numpy()
    return answer


def apply(
    trained: Trained, features: np.ndarray, inputs: Sequence[Input], classes: Sequence[str] | None = None
) -> dict[int, np.ndarray]:
    """Return the probabilities (n, n_classes) of every seed's head for features (n, width).

    Raises `UserError` unless `inputs` have the names, widths, encoder rows and weights the heads were trained on,
    and `classes`, if given, are the heads' classes in order.
    """
    place = f"heads of {trained.dataset}"
    for expected, found in zip(trained.inputs, inputs, strict=False):
        for what, ours, theirs in (
            ("features", expected.name, found.name),
            ("width", expected.width, found.width),
            *(
                (key, expected.source.get(key), found.source.get(key))
                for key in ("encoder", "row", "weights")
            ),
        ):
            if ours != theirs:
                raise UserError(
                    f"{place}: trained on {what} {ours} of {expected.name}, applied to {theirs}; embed both "
                    "datasets with the same encoder row"
                )
    if len(inputs) != len(trained.inputs):
        raise UserError(
            f"{place}: trained on {'+'.join(i.name for i in trained.inputs)}, applied to "
            f"{'+'.join(i.name for i in inputs)}; use the same features"
        )
    if features.shape[1] != sum(part.width for part in inputs):
        raise UserError(
            f"{place}: features are {features.shape[1]} wide, their parts {sum(i.width for i in inputs)}"
        )
    if classes is not None and list(classes) != list(trained.classes):
        raise UserError(
            f"{place}: trained on {len(trained.classes)} classes, asked for another list of {len(classes)}"
        )
    return {seed: probabilities(head, features, trained.task) for seed, head in trained.heads.items()}


def save(path: str | Path, trained: Trained) -> None:
    """Write heads to a safetensors file: tensors ``seed0.hidden.weight`` ..., everything else as JSON metadata."""
    tensors = {
        f"seed{seed}.{name}": tensor.detach().cpu().contiguous()
        for seed, head in trained.heads.items()
        for name, tensor in head.items()
    }
    about = {
        "classes": list(trained.classes),
        "inputs": [[part.name, part.width, part.source] for part in trained.inputs],
        "task": trained.task,
        "dataset": trained.dataset,
        "protocol_name": trained.protocol_name,
        "protocol": dict(trained.protocol),
    }
    # One key: several would be written in an order that changes from run to run.
    metadata = {METADATA_KEY.decode(): json.dumps(about, ensure_ascii=False, sort_keys=True)}
    with atomic(path) as temporary:
        save_file(tensors, temporary, metadata=metadata)


def load(path: str | Path) -> Trained:
    """Return the heads saved at `path`, on the CPU; `UserError` if it is no such file."""
    heads: dict[int, Head] = {}
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {})[METADATA_KEY.decode()])
            for key in file.keys():  # noqa: SIM118 (safe_open is no mapping)
                seed, name = key.removeprefix("seed").split(".", 1)
                heads.setdefault(int(seed), {})[name] = file.get_tensor(key)
    except FileNotFoundError as error:
        raise UserError(f"{path}: file is missing; run the workflow to make it") from error
    except (SafetensorError, KeyError, ValueError) as error:
        raise UserError(f"{path}: not a file of trained heads ({error}); {REMEDY}") from error
    inputs = [Input(*part) for part in about.pop("inputs")]
    return Trained(heads=dict(sorted(heads.items())), inputs=inputs, **about)
