"""Text encoders of the sentence-transformers library, with the model's own pooling and normalisation."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from humancentric.core.errors import UserError
from humancentric.core.weights import locate, reject_code, weights_file
from humancentric.embedding import hub, torch_runtime
from humancentric.embedding.encoder import TEXT, TOKENS, Encoder, TokenModel, describe

BATCH = 32  # texts per forward pass, of similar length


def load(row: Mapping[str, Any], config_path: str, threads: int) -> Encoder:
    """Return the encoder of a row with ``model``, an id of the hub, or a local folder in ``weights`` instead."""
    if row["modality"] != TEXT:
        raise UserError(
            f"{config_path}.modality is {row['modality']}; kind sentence-transformers has text encoders only"
        )
    device = torch_runtime.start(threads)
    folder = _folder(row, config_path)
    file = weights_file(folder, f"{config_path}.weights")
    reject_code(folder / "config.json", f"{config_path}.weights")
    # Otherwise the path of the folder would be logged.
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    transformers_logging.disable_progress_bar()  # loading the tensors takes too little time for one
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
    # `encode` sorts the texts of a call by length, so each call gets the texts of many batches.
    encoder = Encoder(config_path, TEXT, row["width"], 16 * batch, forward, description, truncated=truncated)
    # Models for which `encode` does more than run the tokenizer and the modules keep using it.
    plain = not (
        model.default_prompt_name or getattr(model[0], "do_lower_case", False) or model.max_seq_length is None
    )
    if torch_runtime.batches_by_tokens(device) and plain:
        return replace(encoder, token_model=token_model(model, row, device))
    return encoder


def token_model(model: SentenceTransformer, row: Mapping[str, Any], device: torch.device) -> TokenModel:
    """Return the tokenizer and the modules of a model without lower-casing or prompts of its own."""
    dtype = row.get("dtype", "float32")

    @torch.inference_mode()
    def forward(tokens: Sequence[np.ndarray]) -> np.ndarray:
        padded = model.tokenizer.pad({"input_ids": [ids.tolist() for ids in tokens]}, return_tensors="pt")
        with torch_runtime.precision(device, dtype):
            vectors = model({name: part.to(device) for name, part in padded.items()})["sentence_embedding"]
        return vectors.float().cpu().numpy()

    tokenise = partial(_tokenise, model.tokenizer, row.get("prefix", ""), model.max_seq_length)
    return TokenModel(tokenise, forward, row.get("batch", TOKENS))


def _tokenise(
    tokenizer: Any, prefix: str, context: int, texts: Sequence[str]
) -> tuple[list[np.ndarray], int]:
    """Return the tokens of every text, truncated to the context, and how many were truncated."""
    prefixed = [prefix + text for text in texts]
    found = tokenizer(prefixed, truncation=False, verbose=False)["input_ids"]
    long = [row for row, ids in enumerate(found) if len(ids) > context]
    if long:  # a truncated text still ends with the end token
        cut = tokenizer([prefixed[row] for row in long], truncation=True, max_length=context)["input_ids"]
        for row, ids in zip(long, cut, strict=True):
            found[row] = ids
    return [np.asarray(ids, np.int32) for ids in found], len(long)


def hub_files(row: Mapping[str, Any], config_path: str) -> hub.HubFiles:
    """Return the hub folder of the row's model. Raises `UserError` if the row has ``weights`` that are missing."""
    if "weights" in row:
        locate(row["weights"], None, f"{config_path}.weights")
    return hub.HubFiles(row["model"])


def _folder(row: Mapping[str, Any], config_path: str) -> Path:
    if "weights" in row:
        return locate(row["weights"], row.get("sha256"), f"{config_path}.weights")
    folder = hub.cached_folder(row["model"], f"{config_path}.model", row.get("revision"))
    return locate(str(folder), row.get("sha256"), f"{config_path}.model")
