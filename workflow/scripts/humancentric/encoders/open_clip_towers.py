"""Encoders of the open_clip library: the image tower or the text tower, in the space they share."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME
from open_clip.pretrained import get_pretrained_cfg, list_pretrained_tags_by_model

from humancentric.encoders import hub, tensors
from humancentric.encoders.interface import IMAGE, TEXT, Encoder, describe
from humancentric.errors import UserError, nearest
from humancentric.preprocessing import Preprocessing, choose
from humancentric.weights import PACKAGE, locate, weights_file

CONFIG = "open_clip_config.json"


def load(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    """Return the tower that the row's ``modality`` names, as it projects into the joint space (not normalised).

    ``weights`` is a tag of open_clip for ``model`` (fetched from the hub), a weights file for it, or a folder
    with its own configuration, weights and tokenizer; then ``model`` is only a name.
    """
    device = tensors.start(threads)
    name, file, own = _source(row, place)
    try:
        with _quiet():
            model = open_clip.create_model(
                name,
                pretrained=None if name.startswith("local-dir:") else str(file),
                precision="fp32",
                device=device,
                require_pretrained=True,  # else a model without weights is returned, silently random
                force_preprocess_cfg=own,
                pretrained_text=False,
            )
    except (
        RuntimeError
    ) as error:  # open_clip's word for weights of another shape, torch's for no weights at all
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"{place}.weights: {file.name} does not fit {row['model']} ({reason}); check both"
        ) from error
    model = model.float().eval().requires_grad_(False)
    make = {IMAGE: _image_tower, TEXT: _text_tower}[row["modality"]]
    return make(row, place, model, name, file, device)


def _image_tower(
    row: Mapping[str, Any], place: str, model: Any, name: str, file: Path, device: torch.device
) -> Encoder:
    model = model.to(memory_format=torch.channels_last)
    preprocessing = choose(row, own_preprocessing(model.visual.preprocess_cfg, place), place)
    return Encoder(
        place,
        IMAGE,
        row["width"],
        row.get("batch", 32),
        tensors.image_forward(model.encode_image, preprocessing, device),
        _describe(file, device, preprocessing=str(preprocessing), normalised=False),
        preprocessing,
    )


def _text_tower(
    row: Mapping[str, Any], place: str, model: Any, name: str, file: Path, device: torch.device
) -> Encoder:
    with _quiet():
        tokenizer = open_clip.get_tokenizer(name)
    context = tokenizer.context_length
    padding = getattr(getattr(tokenizer, "tokenizer", None), "pad_token_id", None)

    @torch.inference_mode()
    def forward(texts: Sequence[str]) -> np.ndarray:
        return model.encode_text(tokenizer(list(texts)).to(device)).float().cpu().numpy()

    def truncated(texts: Sequence[str]) -> int:
        """Count the texts that still fill a context of one token more."""
        if not texts:
            return 0
        tokens = tokenizer(list(texts), context_length=context + 1)
        if padding is None:  # open_clip's own tokenizer pads with 0, which is also the token of "!"
            return int((tokens[:, -1] != 0).sum())
        return int(((tokens != padding).sum(1) > context).sum())

    scale = round(float(model.logit_scale.exp()), 6)  # what cosines are multiplied with before a softmax
    description = _describe(file, device, context=context, normalised=False, logit_scale=scale)
    return Encoder(place, TEXT, row["width"], row.get("batch", 64), forward, description, truncated=truncated)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep open_clip from telling every step on the root logger, which is the job's log."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def own_preprocessing(config: Mapping[str, Any], place: str) -> Preprocessing:
    """Return the evaluation transform that goes with the weights."""
    size = config["size"]
    height, width = (size, size) if isinstance(size, int) else size
    modes = {"shortest": min(height, width), "squash": 0}
    if config["resize_mode"] not in modes or (height != width and config["resize_mode"] == "shortest"):
        raise UserError(
            f"{place}: the model resizes '{config['resize_mode']}', not known here; set preprocessing"
        )
    mean, std = tuple(config["mean"]), tuple(config["std"])
    return Preprocessing(modes[config["resize_mode"]], (height, width), config["interpolation"], mean, std)


def _source(row: Mapping[str, Any], place: str) -> tuple[str, Path, dict[str, Any]]:
    """Return open_clip's name of the model, its weights file, and what the tag says about preprocessing."""
    weights, where = row["weights"], f"{place}.weights"
    if "/" in weights or weights.startswith(PACKAGE) or Path(weights).exists():
        path = locate(weights, row.get("sha256"), where)
        if path.is_dir():
            _demand_config(path, where)
            return f"local-dir:{path}", weights_file(path, where), {}
        _demand_known(row["model"], place)
        return row["model"], path, {}
    _demand_known(row["model"], place)
    tag = get_pretrained_cfg(row["model"], weights)
    if not tag:
        tags = list_pretrained_tags_by_model(row["model"])
        raise UserError(f"{where}: {row['model']} has no weights '{weights}'{nearest(weights, tags)}")
    _demand_activation(row, tag, place)
    repository, _, name = tag["hf_hub"].rpartition("/")
    names = [name] if name else [HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME]
    file = hub.fetch_file(repository, names, where, row.get("revision"))
    own = {key: tag[key] for key in ("mean", "std", "interpolation", "resize_mode") if key in tag}
    return row["model"], locate(str(file), row.get("sha256"), where), own


def _demand_known(model: str, place: str) -> None:
    if model not in open_clip.list_models():
        raise UserError(f"{place}.model: open_clip has no '{model}'{nearest(model, open_clip.list_models())}")


def _demand_config(folder: Path, where: str) -> None:
    try:
        json.loads((folder / CONFIG).read_text(encoding="utf-8"))["model_cfg"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{where}: {folder} needs a {CONFIG} with 'model_cfg' ({error!r})") from error


def _demand_activation(row: Mapping[str, Any], tag: Mapping[str, Any], place: str) -> None:
    """Refuse weights trained with another activation: the text tower would be spoilt without a word."""
    ours = bool(open_clip.get_model_config(row["model"]).get("quick_gelu", False))
    theirs = bool(tag.get("quick_gelu", False))
    if ours != theirs:
        names = {True: "QuickGELU", False: "GELU"}
        base = row["model"].removesuffix("-quickgelu")
        raise UserError(
            f"{place}.model: {row['model']} computes {names[ours]}, weights '{row['weights']}' were trained with "
            f"{names[theirs]}; use model: {f'{base}-quickgelu' if theirs else base}"
        )


def _describe(file: Path, device: torch.device, **facts: Any) -> dict[str, Any]:
    facts = {"dtype": "float32", "device": tensors.device_name(device), **facts}
    return describe(file, "open_clip_torch", "torch", "pillow", **facts)
