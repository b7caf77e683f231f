"""The commonest text encoder, BERT with its pooling, from its files alone.

A folder of sentence-transformers whose modules are BERT, one pooling and perhaps a normalisation needs neither that
library nor transformers, whose imports take longer than some thousand titles. Any other folder is theirs.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from humancentric.embedding.tokens import NAME, Tokens

WEIGHTS = "model.safetensors"
POOLINGS = {"pooling_mode_cls_token": "cls", "pooling_mode_mean_tokens": "mean"}
MODULES = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])


class Stack(NamedTuple):
    """What the files of a folder say: the model's own configuration, context, pooling, normalisation."""

    folder: Path
    config: dict[str, Any]
    context: int
    pooling: str
    normalised: bool


def read(folder: Path) -> Stack | None:
    """Return what `folder` holds, or None where it is anything but a plain BERT with mean or [CLS] pooling."""
    try:
        modules, config = _json(folder / "modules.json"), _json(folder / "config.json")
        tokenizer, limits = (
            _json(folder / "tokenizer_config.json"),
            _json(folder / "sentence_bert_config.json"),
        )
        lower = _json(folder / NAME)["normalizer"]["lowercase"]
        pooling = _pooling(_json(folder / modules[1]["path"] / "config.json"))
        context = limits.get("max_seq_length", tokenizer["model_max_length"])
        plain = (
            [module["type"].rpartition(".")[2] for module in modules] in MODULES
            and (folder / WEIGHTS).is_file()
            and config["model_type"] == "bert"
            and config["hidden_act"] == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
            and not config.get("is_decoder", False)
            and tokenizer.get("do_lower_case", lower) == lower
            and not limits.get("do_lower_case", False)
            and context <= config["max_position_embeddings"]
            and pooling is not None
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    return Stack(folder, config, context, pooling, len(modules) > 2) if plain else None


def _pooling(config: Mapping[str, Any]) -> str | None:
    """Return ``cls`` or ``mean`` from either way of writing it; None for any other pooling."""
    chosen = config.get("pooling_mode")
    if chosen is None:
        names = [key for key, on in config.items() if key.startswith("pooling_mode_") and on]
        chosen = POOLINGS.get(names[0]) if len(names) == 1 else None
    return chosen if chosen in POOLINGS.values() else None


class Bert(nn.Module):
    """Token numbers to one vector a text."""

    def __init__(self, stack: Stack) -> None:
        """Build it without weights."""
        super().__init__()
        config, width = stack.config, stack.config["hidden_size"]
        epsilon = config["layer_norm_eps"]
        self.pooling, self.normalised = stack.pooling, stack.normalised
        # No random start values: drawing those of the `meta` device takes torch's compiler.
        self.words, self.positions, self.segments = (
            nn.Embedding.from_pretrained(torch.empty(config[rows], width))
            for rows in ("vocab_size", "max_position_embeddings", "type_vocab_size")
        )
        self.norm = nn.LayerNorm(width, epsilon)
        heads, inner = config["num_attention_heads"], config["intermediate_size"]
        layer = nn.TransformerEncoderLayer(width, heads, inner, 0, "gelu", epsilon, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, config["num_hidden_layers"], enable_nested_tensor=False)

    def forward(self, ids: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Return (n, width) of (n, length) token numbers; `real` (n, length) is False where they are padding."""
        places = torch.arange(ids.shape[1], device=ids.device)
        states = self.words(ids) + self.positions(places) + self.segments.weight[0]
        states = self.layers(self.norm(states), src_key_padding_mask=~real)
        if self.pooling == "cls":
            vectors = states[:, 0]
        else:
            share = real.unsqueeze(2).to(states.dtype)
            vectors = (states * share).sum(1) / share.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(vectors, dim=1) if self.normalised else vectors


def build(stack: Stack) -> Bert | None:
    """Return the model with its weights; None where the file's tensors have other names or shapes."""
    given = load_file(stack.folder / WEIGHTS)
    given = {name.removeprefix("bert."): tensor for name, tensor in given.items()}
    with torch.device("meta"):
        model = Bert(stack)
    try:
        model.load_state_dict(_renamed(given, stack.config["num_hidden_layers"]), assign=True)
    except (KeyError, RuntimeError):
        return None
    return model.float().eval().requires_grad_(False)


def text_forward(
    model: Bert, tokens: Tokens, device: torch.device, batch: int
) -> Callable[[Sequence[str]], np.ndarray]:
    """Return the function from n texts to (n, width) float32; it takes `batch` texts of like length at once."""

    @torch.inference_mode()
    def forward(texts: Sequence[str]) -> np.ndarray:
        vectors = np.empty((len(texts), model.words.embedding_dim), np.float32)
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            ids, lengths = tokens.ids([texts[number] for number in chosen])
            real = np.arange(ids.shape[1]) < lengths[:, None]
            given = (torch.from_numpy(array).to(device) for array in (ids, real))
            vectors[chosen] = model(*given).float().cpu().numpy()
        return vectors

    return forward


def _renamed(given: Mapping[str, torch.Tensor], layers: int) -> dict[str, torch.Tensor]:
    """Return the tensors of the file under the names of `Bert`."""
    kinds = ("weight", "bias")
    ours = {
        "words.weight": given["embeddings.word_embeddings.weight"],
        "positions.weight": given["embeddings.position_embeddings.weight"],
        "segments.weight": given["embeddings.token_type_embeddings.weight"],
        **{f"norm.{kind}": given[f"embeddings.LayerNorm.{kind}"] for kind in kinds},
    }
    parts = {
        "self_attn.out_proj": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "linear1": "intermediate.dense",
        "linear2": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for number in range(layers):
        here, there = f"layers.layers.{number}", f"encoder.layer.{number}"
        for kind in kinds:
            attention = [given[f"{there}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            ours[f"{here}.self_attn.in_proj_{kind}"] = torch.cat(attention)
            ours |= {f"{here}.{name}.{kind}": given[f"{there}.{part}.{kind}"] for name, part in parts.items()}
    return ours


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
