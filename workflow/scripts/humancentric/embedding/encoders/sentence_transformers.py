"""Text encoders of the sentence-transformers library, with the pooling and normalisation the model brings."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from humancentric.core.errors import UserError
from humancentric.core.weights import locate, weights_file
from humancentric.embedding import hub, torch_runtime
from humancentric.embedding.encoder import TEXT, Encoder, describe

BATCH = 32  # texts of one forward pass, of similar length


def load(row: Mapping[str, Any], config_path: str, threads: int) -> Encoder:
    """Return the encoder of a row with ``model`` (an id of the hub) and perhaps ``weights`` (a folder instead)."""
    if row["modality"] != TEXT:
        raise UserError(
            f"{config_path}.modality is {row['modality']}; kind sentence-transformers has text encoders only"
        )
    device = torch_runtime.start(threads)
    folder = _folder(row, config_path)
    file = weights_file(folder, f"{config_path}.weights")
    logging.getLogger("sentence_transformers").setLevel(
        logging.WARNING
    )  # else the path of the folder is logged
    transformers_logging.disable_progress_bar()  # loading tensors takes no time
    model = SentenceTransformer(str(folder), device=str(device), local_files_only=True).eval()
    batch, prefix, dtype = row.get("batch", BATCH), row.get("prefix", ""), row.get("dtype", "float32")

    def forward(texts: Sequence[str]) -> np.ndarray:
        with torch_runtime.precision(device, dtype):
            return model.encode([prefix + text for text in texts], batch_size=batch, show_progress_bar=False)

    def truncated(texts: Sequence[str]) -> int:
        if model.max_seq_length is None or not texts:
            return 0
        tokens = model.tokenizer([prefix + text for text in texts], truncation=False, verbose=False)
        return sum(len(ids) > model.max_seq_length for ids in tokens["input_ids"])

    description = describe(
        file,
        "sentence-transformers",
        "transformers",
        "torch",
        dtype=dtype,
        device=torch_runtime.device_name(device),
        context=model.max_seq_length,
        prefix=prefix,
    )
    # `encode` sorts the texts of one call by length, so a call takes many batches.
    return Encoder(config_path, TEXT, row["width"], 16 * batch, forward, description, truncated=truncated)


def hub_files(row: Mapping[str, Any], config_path: str) -> hub.HubFiles:
    """Return what the row needs from the hub: the folder of its model. Raises `UserError` for ``weights``, a path."""
    if "weights" in row:
        locate(row["weights"], None, f"{config_path}.weights")
    return hub.HubFiles(row["model"])


def _folder(row: Mapping[str, Any], config_path: str) -> Path:
    if "weights" in row:
        return locate(row["weights"], row.get("sha256"), f"{config_path}.weights")
    folder = hub.cached_folder(row["model"], f"{config_path}.model", row.get("revision"))
    return locate(str(folder), row.get("sha256"), f"{config_path}.model")
