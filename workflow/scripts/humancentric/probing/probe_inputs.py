"""Load the features, samples and classes of one transfer cell (one dataset and one feature set)."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core import tables
from humancentric.core.errors import UserError, nearest
from humancentric.core.hashing import TEST, TRAIN
from humancentric.dataset import labels
from humancentric.dataset.labels import Samples
from humancentric.embedding import feature_vectors, prompts
from humancentric.embedding.prompts import LOGIT_SCALE

log = logging.getLogger("humancentric")


@dataclass(frozen=True)
class ProbeInputs:
    """One dataset with one set of features: its embedding files, samples and classes."""

    features: str
    task: str
    samples: Mapping[str, Samples]  # by split; in further splits only those with a known label
    embeddings: Mapping[str, Sequence[str | Path]]  # by split, in the order of the features' parts
    classes: Sequence[str]

    def load(
        self, split: str, samples: Samples | None = None, memory_mb: float | None = None
    ) -> tuple[np.ndarray, list[feature_vectors.Input]]:
        """Return the features (n, width) of a split's samples, in the order of `samples` if given, and their parts.

        Features of more than `memory_mb` MiB are on disk (`feature_vectors.load`).
        """
        names = [part.name for part in feature_vectors.parse(self.features)]
        ids = (samples or self.samples[split]).ids
        return feature_vectors.load(self.embeddings[split], names, ids, memory_mb=memory_mb)

    def encode(self, samples: Samples) -> np.ndarray:
        """Return the targets of samples."""
        return labels.encode(samples, self.classes, self.task)


def load(
    samples_path: str | Path, embeddings: Mapping[str, Sequence[str | Path]], features_name: str, task: str
) -> ProbeInputs:
    """Return the inputs from a samples file. Raises `UserError` if it has no training samples or no labels."""
    splits = labels.read(samples_path)
    classes = labels.classes_of(splits[TRAIN], splits[TEST], task)
    if not len(splits[TRAIN]):
        raise UserError(
            f"{samples_path}: the train split is empty; lower the dataset's split.test or check its source"
        )
    if not classes:
        raise UserError(f"{samples_path}: no sample has a label; check the dataset's source")
    if not len(splits[TEST]):
        log.warning("%s: the test split is empty; nothing is scored", samples_path)
    known = {TRAIN: splits[TRAIN], TEST: splits[TEST]}
    for name in embeddings:
        if name not in known:
            known[name], dropped, lost = labels.restrict(splits.get(name, Samples([], [])), classes)
            if dropped:
                log.warning(
                    "%s: split %s: the probes have no class for %s; samples left out: %d",
                    samples_path, name, ", ".join(dropped), lost,
                )  # fmt: skip
    return ProbeInputs(features_name, task, known, embeddings, classes)


def class_texts(
    cell: ProbeInputs, protocol: Mapping[str, Any], path: str | Path | None, width: int
) -> np.ndarray:
    """Return one text vector per class (n_classes, width; float32) of the protocol's template set."""
    if path is None:
        raise UserError(
            f"features {cell.features}: no text encoder shares their space; a protocol with prompts needs an image "
            "encoder with `text: <encoder>`, alone"
        )
    sets = prompts.class_vectors(path, cell.classes)
    if protocol["prompts"] not in sets:
        raise UserError(
            f"{path}: no template set '{protocol['prompts']}'{nearest(protocol['prompts'], sets)}"
        )
    vectors = sets[protocol["prompts"]]
    if vectors.shape[1] != width:
        raise UserError(
            f"{path}: texts are {vectors.shape[1]} wide, features {cell.features} {width}; they share no space"
        )
    return np.ascontiguousarray(vectors, dtype=np.float32)


def logit_scale(path: str | Path) -> float:
    """Return the logit scale with which a prompts file's encoder was trained; 100 if the file states none."""
    stated = tables.read_metadata(path).get("logit_scale")
    if stated is None:
        return LOGIT_SCALE
    if not math.isfinite(stated) or stated <= 0:
        raise UserError(f"{path}: logit_scale is {stated}, not a positive number; {tables.REMEDY}")
    return float(stated)
