"""Baseline text encoder: tf-idf vectors."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from humancentric.core.errors import UserError
from humancentric.embedding.encoder import TEXT, Encoder, describe


def load(row: Mapping[str, Any], config_path: str, threads: int) -> Encoder:
    """Return the encoder of tf-idf vectors over `width` hashed words, to be fitted to the training texts.

    Words are hashed, so the vocabulary does not depend on the data; inverse document frequencies come from the texts
    passed to `fit`. Vectors have length 1, or 0 for a text without words.
    """
    width = row["width"]
    counts = HashingVectorizer(n_features=width, alternate_sign=False, norm=None, dtype=np.float32)

    def unfitted(texts: Sequence[str]) -> np.ndarray:
        raise UserError(
            f"{config_path}: word counts are weighted by the training texts; use it on a text view only"
        )

    description = describe(None, "scikit-learn", "numpy", dtype="float32", device="cpu")
    encoder = Encoder(config_path, TEXT, width, row.get("batch", 256), unfitted, description)

    def fit(training: Sequence[str]) -> Encoder:
        weights = TfidfTransformer().fit(counts.transform(training or [""]))

        def forward(texts: Sequence[str]) -> np.ndarray:
            return weights.transform(counts.transform(texts)).toarray().astype(np.float32)

        fitted_on = {"texts": len(training), "sha256": hashlib.sha256(weights.idf_.tobytes()).hexdigest()}
        return replace(encoder, forward=forward, description={**description, "fitted_on": fitted_on})

    return replace(encoder, fit=fit)
