"""What a probe learns from: frozen features and targets of the training split, the task, and class texts if any."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from humancentric.labels import MULTI

Row = Mapping[str, Any]  # of config/protocols.yaml


@dataclass(frozen=True)
class Problem:
    """Training samples of one cell."""

    inputs: np.ndarray  # (n, width; float32), scaled to length one where the protocol says so
    targets: np.ndarray  # class indices (n) or a 0/1 matrix (n, n_classes)
    classes: int
    task: str
    prompts: np.ndarray | None = None  # one text vector a class (n_classes, width; float32)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.inputs)

    def first(self, number: int) -> "Problem":
        """Return the problem of the first `number` samples, without copying them."""
        return replace(self, inputs=self.inputs[:number], targets=self.targets[:number])

    def indicators(self) -> np.ndarray:
        """Return who belongs to which class as a 0/1 matrix (n, n_classes; uint8) for either task."""
        if self.task == MULTI:
            return self.targets
        return (self.targets[:, None] == np.arange(self.classes)).astype(np.uint8)
