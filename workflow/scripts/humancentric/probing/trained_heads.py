"""Apply, save and load the trained heads of a cell; features and classes must match those of the training.

A head consists of the tensors that its kind of probe predicts with: layers, or the training samples themselves.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as serialised

from humancentric.core.errors import UserError
from humancentric.core.files import atomic, readable, sealed, unsealed
from humancentric.core.tables import METADATA_KEY
from humancentric.embedding.feature_vectors import Input
from humancentric.probing import fold_scaling, kinds, probe
from humancentric.probing.projection import Projection

TENSORS = "tensors"  # key of their checksum
PROJECTION = "projection"  # tensors ``projection.weight`` and ``projection.bias``, if there is one


@dataclass(frozen=True)
class Trained:
    """The heads of all seeds of one cell, and what they were trained on."""

    heads: Mapping[int, probe.Head]
    inputs: Sequence[Input]
    classes: Sequence[str]
    task: str
    dataset: str
    protocol_name: str
    protocol: Mapping[str, Any]  # the row, with the options selected on validation samples
    temperature: float | None = None  # fitted on validation samples
    projection: Projection | None = None  # of the features, the same for all seeds

    @property
    def threshold(self) -> float:
        """Return the probability above which one of several labels is predicted."""
        return self.protocol["threshold"]

    @property
    def epochs(self) -> int | None:
        """Return how many epochs a head was trained; None for a probe that is fitted in one step."""
        return self.protocol.get("optimiser", {}).get("epochs")

    def sizes(self) -> dict[str, Any]:
        """Return the sizes of a head: inputs by name, hidden units (None without such a layer), classes."""
        return {
            "inputs": [[part.name, part.width] for part in self.inputs],
            "hidden": self.protocol.get("head", {}).get("hidden"),
            "classes": len(self.classes),
        }


def apply(
    trained: Trained, features: np.ndarray, inputs: Sequence[Input], classes: Sequence[str] | None = None
) -> dict[int, np.ndarray]:
    """Return the probabilities (n, n_classes) of every seed's head for features (n, width).

    Raises `UserError` unless `inputs` have the names, widths, encoder rows and weights of the training, and `classes`,
    if given, are the heads' classes in order.
    """
    subject = f"heads of {trained.dataset}"
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
                    f"{subject}: trained on {what} {ours} of {expected.name}, applied to {theirs}; embed both "
                    "datasets with the same encoder row"
                )
    if len(inputs) != len(trained.inputs):
        raise UserError(
            f"{subject}: trained on {'+'.join(i.name for i in trained.inputs)}, applied to "
            f"{'+'.join(i.name for i in inputs)}; use the same features"
        )
    if features.shape[1] != sum(part.width for part in inputs):
        raise UserError(
            f"{subject}: features are {features.shape[1]} wide, but their parts "
            f"{sum(i.width for i in inputs)}; use the parts that were loaded with the features"
        )
    if classes is not None and list(classes) != list(trained.classes):
        raise UserError(
            f"{subject}: trained on {len(trained.classes)} classes, applied to a different list of "
            f"{len(classes)}; use datasets with the same classes in the same order"
        )
    if trained.protocol["features"] == "normalised":
        features = fold_scaling.to_unit_length(features.copy(), [part.width for part in inputs])
    if trained.projection is not None:
        features = trained.projection.apply(features)
    answer = kinds.kind_of(trained.protocol).probabilities
    return {
        seed: answer(head, features, trained.task, trained.protocol) for seed, head in trained.heads.items()
    }


def save(path: str | Path, trained: Trained) -> None:
    """Write heads to a safetensors file: tensors ``seed0.hidden.weight`` ..., everything else as JSON metadata."""
    tensors = {
        f"seed{seed}.{name}": tensor.detach().cpu().contiguous()
        for seed, head in trained.heads.items()
        for name, tensor in head.items()
    }
    if trained.projection is not None:
        tensors |= {
            f"{PROJECTION}.weight": trained.projection.weight,
            f"{PROJECTION}.bias": trained.projection.bias,
        }
    about = {
        "classes": list(trained.classes),
        "inputs": [[part.name, part.width, part.source] for part in trained.inputs],
        "task": trained.task,
        "dataset": trained.dataset,
        "protocol_name": trained.protocol_name,
        "protocol": dict(trained.protocol),
        "temperature": trained.temperature,
    }
    about = sealed({**json.loads(json.dumps(about, sort_keys=True)), TENSORS: _checksum(tensors)})
    # A single key, because several would be written in an order that varies between runs.
    metadata = {METADATA_KEY.decode(): json.dumps(about, ensure_ascii=False)}
    with atomic(path) as temporary:
        temporary.write_bytes(serialised(tensors, metadata=metadata))  # save_file ignores the umask


def load(path: str | Path) -> Trained:
    """Return the heads saved at `path`, on the CPU; `UserError` if it is not such a file or is damaged."""
    found: dict[int, probe.Head] = {}
    with readable(path, "file of trained heads", SafetensorError, KeyError):
        with safe_open(path, framework="pt") as file:
            about = unsealed(json.loads((file.metadata() or {})[METADATA_KEY.decode()]))
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (no mapping)
        if about.pop(TENSORS, None) not in (None, _checksum(tensors)):
            raise ValueError("its tensors have a different checksum")
        weight, bias = (tensors.pop(f"{PROJECTION}.{name}", None) for name in ("weight", "bias"))
        for key, tensor in tensors.items():
            seed, name = key.removeprefix("seed").split(".", 1)
            found.setdefault(int(seed), {})[name] = tensor
    inputs = [Input(*part) for part in about.pop("inputs")]
    unit = about["protocol"]["features"] == "normalised"
    projection = None if weight is None or bias is None else Projection(weight, bias, unit)
    return Trained(heads=dict(sorted(found.items())), inputs=inputs, projection=projection, **about)


def _checksum(tensors: probe.Head) -> str:
    """Return the sha256 of names, types, shapes and bytes of tensors on the CPU."""
    found = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        found.update(f"{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        found.update(tensor.reshape(-1).view(torch.uint8).numpy())
    return found.hexdigest()
