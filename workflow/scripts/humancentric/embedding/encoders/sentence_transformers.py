"""Text encoders of the sentence-transformers library, with the pooling and normalisation the model brings."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from humancentric.core.errors import UserError
from humancentric.core.weights import locate, weights_file
from humancentric.embedding import bert_stack, hub, torch_runtime
from humancentric.embedding.encoder import TEXT, Encoder, describe
from humancentric.embedding.tokens import NAME, Tokens

FORWARD = 32  # texts of one forward pass; they are sorted by length among those of one `forward`


class Model(NamedTuple):
    """A loaded text model, whichever library runs it."""

    forward: Callable[[Sequence[str]], np.ndarray]
    truncated: Callable[[Sequence[str]], int]
    context: int | None
    packages: tuple[str, ...]


def load(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    """Return the encoder of a row with ``model`` (an id of the hub) and perhaps ``weights`` (a folder instead)."""
    if row["modality"] != TEXT:
        raise UserError(
            f"{place}.modality is {row['modality']}; kind sentence-transformers has text encoders only"
        )
    device = torch_runtime.start(threads)
    folder = _folder(row, place)
    file = weights_file(folder, f"{place}.weights")
    batch = row.get("batch", FORWARD)
    model = light(folder, device, batch) or whole(folder, device, batch)
    prefix, dtype = row.get("prefix", ""), row.get("dtype", "float32")
    device_name = torch_runtime.device_name(device)
    facts = {"dtype": dtype, "device": device_name, "context": model.context, "prefix": prefix}

    def forward(texts: Sequence[str]) -> np.ndarray:
        with torch_runtime.precision(device, dtype):
            return model.forward([prefix + text for text in texts])

    def truncated(texts: Sequence[str]) -> int:
        return model.truncated([prefix + text for text in texts])

    description = describe(file, *model.packages, **facts)
    return Encoder(place, TEXT, row["width"], 16 * batch, forward, description, truncated=truncated)


def light(folder: Path, device: torch.device, batch: int) -> Model | None:
    """Return the model of `folder` without the library's imports, or None where it needs them."""
    stack = bert_stack.read(folder)
    bert = stack and bert_stack.build(stack)
    if not stack or not bert:
        return None
    tokens = Tokens(folder / NAME, stack.context)
    if tokens.padding is None:
        return None
    forward = bert_stack.text_forward(bert.to(device), tokens, device, batch)
    return Model(forward, tokens.longer, stack.context, ("torch", "tokenizers"))


def whole(folder: Path, device: torch.device, batch: int) -> Model:
    """Return the model of `folder` as sentence-transformers runs it."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # of loading tensors, which takes no time
    model = SentenceTransformer(str(folder), device=str(device), local_files_only=True).eval()

    def forward(texts: Sequence[str]) -> np.ndarray:
        return model.encode(list(texts), batch_size=batch, show_progress_bar=False, convert_to_numpy=True)

    def truncated(texts: Sequence[str]) -> int:
        if model.max_seq_length is None or not texts:
            return 0
        tokens = model.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]
        return sum(len(ids) > model.max_seq_length for ids in tokens)

    packages = ("sentence-transformers", "transformers", "torch")
    return Model(forward, truncated, model.max_seq_length, packages)


def _folder(row: Mapping[str, Any], place: str) -> Path:
    if "weights" in row:
        return locate(row["weights"], row.get("sha256"), f"{place}.weights")
    folder = hub.cached_folder(row["model"], f"{place}.model", row.get("revision"))
    return locate(str(folder), row.get("sha256"), f"{place}.model")
