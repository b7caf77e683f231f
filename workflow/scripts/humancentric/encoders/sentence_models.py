"""Text encoders of the sentence-transformers library, with the pooling and normalisation the model brings."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from humancentric.encoders import hub, tensors
from humancentric.encoders.interface import TEXT, Encoder, describe
from humancentric.errors import UserError
from humancentric.weights import locate, weights_file

FORWARD = 32  # texts of one forward pass; they are sorted by length among those of one `forward`


def load(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    """Return the encoder of a row with ``model`` (an id of the hub) and perhaps ``weights`` (a folder instead)."""
    if row["modality"] != TEXT:
        raise UserError(
            f"{place}.modality is {row['modality']}; kind sentence-transformers has text encoders only"
        )
    device = tensors.start(threads)
    folder = _folder(row, place)
    file = weights_file(folder, f"{place}.weights")
    transformers_logging.disable_progress_bar()  # of loading tensors, which takes no time
    model = SentenceTransformer(str(folder), device=str(device), local_files_only=True).eval()
    batch = row.get("batch", FORWARD)
    facts = {"dtype": "float32", "device": tensors.device_name(device), "context": model.max_seq_length}

    def forward(texts: Sequence[str]) -> np.ndarray:
        return model.encode(list(texts), batch_size=batch, show_progress_bar=False, convert_to_numpy=True)

    def truncated(texts: Sequence[str]) -> int:
        if model.max_seq_length is None or not texts:
            return 0
        tokens = model.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]
        return sum(len(ids) > model.max_seq_length for ids in tokens)

    description = describe(file, "sentence-transformers", "transformers", "torch", **facts)
    return Encoder(place, TEXT, row["width"], 16 * batch, forward, description, truncated=truncated)


def _folder(row: Mapping[str, Any], place: str) -> Path:
    if "weights" in row:
        return locate(row["weights"], row.get("sha256"), f"{place}.weights")
    folder = hub.fetch_folder(row["model"], f"{place}.model", row.get("revision"))
    return locate(str(folder), row.get("sha256"), f"{place}.model")
