"""What a head is trained on and how: the samples on one device, the loss, the optimiser and its options."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from humancentric.errors import UserError, nearest
from humancentric.labels import MULTI, SINGLE
from humancentric.probes import losses, optimisers, scaling

TARGET_TYPES = {SINGLE: torch.int64, MULTI: torch.float32}


@dataclass(frozen=True)
class Course:
    """Training samples and options that all heads of a cell share."""

    inputs: torch.Tensor  # (n, width)
    answers: torch.Tensor  # (n) or (n, n_classes)
    scale: tuple[torch.Tensor, torch.Tensor] | None  # mean and inverse standard deviation, width each
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    optimiser: str
    options: Mapping[str, Any]
    batch: int
    epochs: int

    def __len__(self) -> int:
        """Return the number of training samples."""
        return len(self.inputs)

    def rows(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the scaled features and the answers of some rows; the features as a whole are never copied."""
        inputs = self.inputs.index_select(0, rows)
        if self.scale is not None:
            inputs = inputs.sub_(self.scale[0]).mul_(self.scale[1])
        return inputs, self.answers.index_select(0, rows)


def _pick(kinds: Mapping[str, Any], kind: str, place: str) -> Any:
    if kind not in kinds:
        raise UserError(f"protocols: {place} is '{kind}'{nearest(kind, kinds)}")
    return kinds[kind]


def course(
    features: np.ndarray, targets: np.ndarray, task: str, protocol: Mapping[str, Any], place: torch.device
) -> Course:
    """Return the course of a protocol row for features (n, width; float32) and targets, on the device `place`."""
    if not len(features):
        raise UserError(
            "samples: the train split is empty; lower the dataset's split.test or check its source"
        )
    options = dict(protocol["optimiser"])
    kind = options.pop("kind")
    _pick(optimisers.KINDS, kind, "optimiser.kind")
    learnt = _pick(scaling.KINDS, protocol["features"], "features")(features)
    return Course(
        inputs=torch.from_numpy(features).to(place),
        answers=torch.from_numpy(targets).to(place, TARGET_TYPES[task]),
        scale=None if learnt is None else tuple(torch.from_numpy(vector).to(place) for vector in learnt),
        loss=_pick(losses.KINDS, protocol.get("loss", "cross-entropy"), "loss")[task],
        optimiser=kind,
        batch=options.pop("batch"),
        epochs=options.pop("epochs"),
        options=options,
    )
