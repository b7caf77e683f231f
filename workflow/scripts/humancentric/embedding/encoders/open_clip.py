"""Encoders of the open_clip library: the image tower or the text tower, in the space they share."""

import json
import logging
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import open_clip
import torch
from huggingface_hub import try_to_load_from_cache
from torch import nn

from humancentric.core.errors import UserError, nearest
from humancentric.core.weights import is_local, locate, reject_code, weights_file
from humancentric.embedding import hub, torch_runtime
from humancentric.embedding.encoder import TEXT, TOKENS, Encoder, TokenModel, describe
from humancentric.embedding.preprocessing import Preprocessing

CONFIG = "open_clip_config.json"
LOCAL = "local-dir:"
PREPROCESSING = ("mean", "std", "interpolation", "resize_mode")  # keys of open_clip's entry for a tag
WEIGHTS = ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"]  # file names in a repository


class Source(NamedTuple):
    """A checked row: open_clip's model name, its configuration and weights file, and the tag's preprocessing."""

    name: str
    config: dict[str, Any]
    file: Path
    preprocessing: dict[str, Any]

    @property
    def folder(self) -> Path | None:
        """Return the folder with configuration, weights and tokenizer; None for a model that open_clip knows."""
        return Path(self.name.removeprefix(LOCAL)) if self.name.startswith(LOCAL) else None


def load(row: Mapping[str, Any], config_path: str, threads: int) -> Encoder:
    """Return the encoder of the row's ``modality``: one tower, projected into the joint space (not normalised).

    ``weights`` is a tag of open_clip for ``model`` (from the hub's cache), a weights file for it, or a folder with its
    own configuration, weights and tokenizer; then ``model`` is only a label. ``projection: false`` gives the vectors
    before the projection.
    """
    device = torch_runtime.start(threads)
    source = find_source(row, config_path)
    if tower := source.config.get("text_cfg", {}).get("hf_model_name"):
        local = Path(tower) / "config.json"
        config = local if local.is_file() else try_to_load_from_cache(tower, "config.json")
        reject_code(config, f"{config_path}.model")
    try:
        with _quiet():
            model = open_clip.create_model(
                source.name,
                pretrained=None if source.folder else str(source.file),
                precision="fp32",
                device=device,
                require_pretrained=True,  # else a model without weights would silently be random
                force_preprocess_cfg=source.preprocessing,
                pretrained_text=False,
            )
    except (RuntimeError, pickle.UnpicklingError) as error:
        # wrong shapes, no weights at all, or code in a pickle
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"{config_path}.weights: {source.file.name} does not fit {row['model']} ({reason}); check both"
        ) from error
    if not row.get("projection", True):
        drop_projection(model, row["modality"], config_path)
    model = model.float().eval().requires_grad_(False)
    facts = {"normalised": False, "projected": row.get("projection", True)}
    if row["modality"] == TEXT:
        return _text_encoder(row, config_path, model, source, device, facts)
    preprocessing = own_preprocessing(model.visual.preprocess_cfg, config_path)
    description = describe(source.file, "open_clip_torch", "torch", "pillow", **facts)
    model = model.to(memory_format=torch.channels_last)
    return torch_runtime.image_encoder(
        row, config_path, model.encode_image, preprocessing, description, device, threads
    )


def hub_files(row: Mapping[str, Any], config_path: str) -> hub.HubFiles:
    """Return what the row needs from the hub: the weights of its tag and perhaps a tokenizer."""
    repository, names = _repository(tag_of(row, config_path))
    texts = open_clip.get_model_config(row["model"]).get("text_cfg", {})
    return hub.HubFiles(
        repository, names, texts.get("hf_tokenizer_name") if row["modality"] == TEXT else None
    )


def find_source(row: Mapping[str, Any], config_path: str) -> Source:
    """Resolve a row to a model with weights on this machine. Raises `UserError` if names are unknown or mismatched."""
    weights, weights_path = row["weights"], f"{config_path}.weights"
    if is_local(weights):
        path = locate(weights, row.get("sha256"), weights_path)
        if path.is_dir():
            config = _config_in(path, weights_path)
            return Source(f"{LOCAL}{path}", config, weights_file(path, weights_path), {})
        return Source(row["model"], _config(row["model"], config_path), path, {})
    tag = tag_of(row, config_path)
    repository, names = _repository(tag)
    file = hub.cached_file(repository, names, weights_path, row.get("revision"))
    preprocessing = {key: value for key, value in tag.items() if key in PREPROCESSING}
    config = _config(row["model"], config_path)
    return Source(row["model"], config, locate(str(file), row.get("sha256"), weights_path), preprocessing)


def tag_of(row: Mapping[str, Any], config_path: str) -> dict[str, Any]:
    """Return open_clip's entry for the row's weights. Raises `UserError` if they do not match the model."""
    model, weights = row["model"], row["weights"]
    config = _config(model, config_path)
    tag = open_clip.get_pretrained_cfg(model, weights)
    if not tag:
        tags = open_clip.list_pretrained_tags_by_model(model)
        raise UserError(f"{config_path}.weights: {model} has no weights '{weights}'{nearest(weights, tags)}")
    # With a different activation than in training, the text tower's vectors would be silently wrong.
    computed, trained = (bool(source.get("quick_gelu", False)) for source in (config, tag))
    if computed != trained:
        names = {True: "QuickGELU", False: "GELU"}
        base = model.removesuffix("-quickgelu")
        raise UserError(
            f"{config_path}.model: {model} computes {names[computed]}, weights '{weights}' were trained with "
            f"{names[trained]}; use model: {f'{base}-quickgelu' if trained else base}"
        )
    return tag


def own_preprocessing(config: Mapping[str, Any], config_path: str) -> Preprocessing:
    """Return the evaluation transform of the weights, from open_clip's ``preprocess_cfg``."""
    size = config["size"]
    height, width = (size, size) if isinstance(size, int) else size
    modes = {"shortest": min(height, width), "squash": 0}
    if config["resize_mode"] not in modes or (height != width and config["resize_mode"] == "shortest"):
        raise UserError(
            f"{config_path}: the model resizes '{config['resize_mode']}', not known here; set preprocessing"
        )
    mean, std = tuple(config["mean"]), tuple(config["std"])
    return Preprocessing(modes[config["resize_mode"]], (height, width), config["interpolation"], mean, std)


def drop_projection(model: Any, modality: str, config_path: str) -> None:
    """Remove the final linear projection of one tower of `model`. Raises `UserError` if it has none."""
    if not (_drop_text_projection(model) if modality == TEXT else _drop_image_projection(model.visual)):
        raise UserError(
            f"{config_path}.projection is false, the {modality} tower of this model has none; leave the key out"
        )


def _drop_text_projection(model: Any) -> bool:
    tower = getattr(model, "text", model)
    for name in ("text_projection", "proj"):
        if getattr(tower, name, None) is not None:
            setattr(tower, name, nn.Identity() if name == "proj" else None)
            return True
    return False


def _drop_image_projection(visual: Any) -> bool:
    if isinstance(getattr(visual, "proj", None), nn.Parameter):  # vision transformers
        visual.proj = None
        return True
    if hasattr(getattr(visual, "attnpool", None), "c_proj"):  # ResNets: the output map of the attention
        linear = visual.attnpool.c_proj
        identity = nn.Linear(linear.in_features, linear.in_features)
        with torch.no_grad():
            identity.weight.copy_(torch.eye(linear.in_features))
            identity.bias.zero_()
        visual.attnpool.c_proj = identity.to(linear.weight)
        return True
    if hasattr(getattr(visual, "head", None), "proj"):  # models of timm
        visual.head.proj = nn.Identity()
        return True
    return False


def _text_encoder(
    row: Mapping[str, Any],
    config_path: str,
    model: Any,
    source: Source,
    device: torch.device,
    facts: Mapping[str, Any],
) -> Encoder:
    # A tokenizer from the hub was fetched with the weights; a job never uses the network.
    offline = {"local_files_only": True} if source.config.get("text_cfg", {}).get("hf_tokenizer_name") else {}
    try:
        with _quiet():
            tokenizer = open_clip.get_tokenizer(source.name, **offline)
    except (OSError, ValueError) as error:
        raise UserError(
            f"{config_path}.model: {source.name} has no tokenizer on this machine; {hub.COMMAND}"
        ) from error
    context, dtype = tokenizer.context_length, row.get("dtype", "float32")
    padding = getattr(getattr(tokenizer, "tokenizer", None), "pad_token_id", None)

    @torch.inference_mode()
    def encode(tokens: torch.Tensor) -> np.ndarray:
        with torch_runtime.precision(device, dtype):
            vectors = model.encode_text(tokens.to(device))
        return vectors.float().cpu().numpy()

    def truncated(texts: Sequence[str]) -> int:
        return int(_too_long(tokenizer, padding, texts)[1].sum()) if texts else 0

    description = describe(
        source.file,
        "open_clip_torch",
        "torch",
        context=context,
        dtype=dtype,
        device=torch_runtime.device_name(device),
        logit_scale=round(float(model.logit_scale.exp()), 6),  # factor of cosines before a softmax
        **facts,
    )
    by_tokens = TokenModel(
        partial(_tokenise, tokenizer, padding),
        lambda tokens: encode(torch.from_numpy(np.stack(tokens))),
        row.get("batch", TOKENS),
    )
    return Encoder(
        config_path,
        TEXT,
        row["width"],
        row.get("batch", 64),
        lambda texts: encode(tokenizer(list(texts))),
        description,
        truncated=truncated,
        token_model=by_tokens if torch_runtime.batches_by_tokens(device) else None,
    )


def _too_long(tokenizer: Any, padding: int | None, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return tokens (n, context + 1) of texts, and a mask (n) of the texts that fill all of them."""
    context = tokenizer.context_length
    tokens = tokenizer(list(texts), context_length=context + 1)
    if padding is None:  # open_clip's own tokenizer pads with 0, which is also the token of "!"
        return tokens, tokens[:, -1] != 0
    return tokens, (tokens != padding).sum(1) > context


def _tokenise(tokenizer: Any, padding: int | None, texts: Sequence[str]) -> tuple[list[np.ndarray], int]:
    """Return the tokens of every text, truncated and padded to the context, and how many were truncated."""
    tokens, long = _too_long(tokenizer, padding, texts)
    tokens = tokens[:, : tokenizer.context_length]
    if long.any():  # a truncated text still ends with the end token
        tokens[long] = tokenizer([texts[row] for row in long.nonzero().flatten().tolist()])
    return list(tokens.numpy()), int(long.sum())


def _repository(tag: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the hub's repository of a tag and the file names that its weights may have."""
    repository, _, name = tag["hf_hub"].rpartition("/")
    return repository, [name] if name else WEIGHTS


def _config(model: str, config_path: str) -> dict[str, Any]:
    config = open_clip.get_model_config(model)
    if config is None:
        raise UserError(
            f"{config_path}.model: open_clip has no '{model}'{nearest(model, open_clip.list_models())}"
        )
    return config


def _config_in(folder: Path, weights_path: str) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / CONFIG).read_text(encoding="utf-8"))["model_cfg"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{weights_path}: {folder} needs a {CONFIG} with 'model_cfg' ({error!r})") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the messages that open_clip sends to the root logger, which is the job's log."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
