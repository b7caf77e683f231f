"""Reduce features to the same width for every encoder: principal components, and random directions as a control.

Features are first scaled as the protocol says, on training samples, and then projected; features that are narrow enough
are unchanged. All principal components together only rotate scaled features, so any loss is due to those left out.
Random directions approximately preserve distances (Johnson and Lindenstrauss 1984) but do not depend on the data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from humancentric.probing import fold_scaling


@dataclass(frozen=True)
class Projection:
    """An affine map of features (n, inputs) to (n, outputs): ``features @ weight.T + bias``."""

    weight: torch.Tensor  # (outputs, inputs; float32)
    bias: torch.Tensor  # (outputs; float32)
    unit: bool  # whether results are scaled to length one, for probes that compare angles

    def apply(self, features: np.ndarray) -> np.ndarray:
        """Return the projected features (n, outputs; float32)."""
        weight, bias = self.weight.numpy().T, self.bias.numpy()
        found = np.empty((len(features), len(bias)), np.float32)
        for into, block in zip(fold_scaling.blocks(found), fold_scaling.blocks(features), strict=True):
            into[:] = block @ weight + bias
        return fold_scaling.to_unit_length(found, [len(bias)]) if self.unit else found


def fit(features: np.ndarray, protocol: Mapping[str, Any]) -> Projection | None:
    """Return a protocol's projection, fitted to training features (n, width).

    It is None without ``projection`` in the row, or if the features are no wider. There are at most n components,
    and the features are copied into memory whatever the protocol's ``memory_mb``.
    """
    row, width = protocol.get("projection"), features.shape[1]
    if row is None or width <= row["width"]:
        return None
    mean, scale = fold_scaling.KINDS[protocol["features"]](features) or (np.zeros(width), np.ones(width))
    directions, centre = KINDS[row["kind"]](features, mean, scale, row)
    weight = directions * scale
    bias = -(weight @ mean + directions @ centre)
    matrix, offset = (torch.from_numpy(np.ascontiguousarray(part, np.float32)) for part in (weight, bias))
    return Projection(matrix, offset, unit=protocol["features"] == "normalised")


def pca(
    features: np.ndarray, mean: np.ndarray, scale: np.ndarray, row: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first principal directions (outputs, width) of scaled features, and their centre (width)."""
    from sklearn.decomposition import PCA

    scaled = np.array(features, np.float32)
    for block in fold_scaling.blocks(scaled):
        block -= mean.astype(np.float32)
        block *= scale.astype(np.float32)
    solver = "covariance_eigh" if len(scaled) > scaled.shape[1] else "full"
    found = PCA(min(row["width"], len(scaled)), svd_solver=solver, copy=False).fit(scaled)
    return found.components_.astype(float), found.mean_.astype(float)


def random(
    features: np.ndarray, mean: np.ndarray, scale: np.ndarray, row: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Return Gaussian directions (outputs, width), the same for all features of a width, and a centre of 0."""
    from sklearn.random_projection import GaussianRandomProjection

    width = features.shape[1]
    found = GaussianRandomProjection(row["width"], random_state=row.get("seed", 0)).fit(features[:1])
    return found.components_, np.zeros(width)


KINDS = {"pca": pca, "random": random}


def projected_row(protocol: Mapping[str, Any], projection: Projection | None) -> Mapping[str, Any]:
    """Return the row for features that `projection` has already scaled; the row itself without one."""
    return protocol if projection is None or projection.unit else {**protocol, "features": "raw"}
