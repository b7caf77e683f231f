"""Image encoders of the timm library: the pooled features before the classification head."""

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import timm
import torch
from timm.models import load_state_dict

from humancentric.core.errors import UserError, nearest
from humancentric.core.weights import locate, weights_file
from humancentric.embedding import hub, torch_runtime
from humancentric.embedding.encoder import IMAGE, Encoder, describe
from humancentric.embedding.preprocessing import Preprocessing

PRETRAINED = "pretrained"
# torchvision's names for weights; the file that `DEFAULT` refers to changes between versions.
TORCHVISION = re.compile(r"(\w+_Weights\.)?(DEFAULT|IMAGENET1K_\w+)")
# Easily confused with the BiT-M of 21,843 classes: such a row must state its ``input``.
FINE_TUNED = re.compile(r"(resnetv2_\w+_bit)\.goog_(?!in21k$)\w+")
WEIGHTS = ("model.safetensors", "pytorch_model.bin")  # file names in a repository


def load(row: Mapping[str, Any], config_path: str, threads: int) -> Encoder:
    """Return the encoder of a row with ``model`` (timm's name) and ``weights``.

    ``weights: pretrained`` loads those of the model's tag from the hub's cache. Tensors of a file or ``package:`` are
    matched by name, or with ``mapping: position`` in their order.
    """
    if row["modality"] != IMAGE:
        raise UserError(f"{config_path}.modality is {row['modality']}; kind timm has image encoders only")
    reject_ambiguous_weights(row, config_path)
    device = torch_runtime.start(threads)
    config = config_of(row, config_path)
    file = _file(row, config, config_path)
    model = build(row["model"], file, row.get("mapping", "name"), config_path)
    model = model.to(device).to(memory_format=torch.channels_last)
    preprocessing = own_preprocessing(config, config_path)
    description = describe(file, "timm", "torch", "pillow")
    return torch_runtime.image_encoder(row, config_path, model, preprocessing, description, device, threads)


def hub_files(row: Mapping[str, Any], config_path: str) -> hub.HubFiles:
    """Return what the row needs from the hub: the weights of its tag."""
    reject_ambiguous_weights(row, config_path)
    return hub.HubFiles(config_of(row, config_path).hf_hub_id, WEIGHTS)


def reject_ambiguous_weights(row: Mapping[str, Any], config_path: str) -> None:
    """Raise `UserError` for names of weights that are ambiguous."""
    if TORCHVISION.fullmatch(row["weights"]):
        raise UserError(
            f"{config_path}.weights is '{row['weights']}', a name of torchvision; use weights: pretrained with a tag "
            "of timm, e.g. model: resnet50.tv_in1k for IMAGENET1K_V1"
        )
    found = FINE_TUNED.fullmatch(row["model"])
    if found and "input" not in row:
        raise UserError(
            f"{config_path}.model is '{row['model']}', trained again on 1,000 classes (at another size of input), not "
            f"the BiT-M of 21,843; use {found[1]}.goog_in21k, or state `input` to take it on purpose"
        )


def build(name: str, file: Path, mapping: str, config_path: str) -> torch.nn.Module:
    """Return the model in evaluation mode with all tensors of `file` and without its classification head."""
    model: Any = timm.create_model(name, pretrained=False)
    logging.getLogger("timm").setLevel(logging.WARNING)  # else the path of the file is logged
    try:
        wanted, found = model.state_dict(), load_state_dict(str(file), device="cpu")
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"{config_path}.weights: {file} cannot be read as tensors ({reason}); check the file"
        ) from error
    if mapping == "position" and len(wanted) == len(found):
        found = dict(zip(wanted, found.values(), strict=True))
    if difference := _difference(wanted, found):
        raise UserError(
            f"{config_path}.weights: {file.name} does not fit {name} ({difference}); check model and mapping"
        )
    model.load_state_dict(found)
    model.reset_classifier(0)
    return model.eval().requires_grad_(False)


def own_preprocessing(config: Any, config_path: str) -> Preprocessing:
    """Return the evaluation transform that timm states for the weights."""
    if config.crop_mode not in ("center", "squash"):
        raise UserError(
            f"{config_path}: the model's crop mode '{config.crop_mode}' is not known; set preprocessing"
        )
    size = config.input_size[1:]
    scaled = int(min(size) / config.crop_pct)
    if config.crop_mode == "squash" and config.crop_pct == 1:
        scaled = 0
    return Preprocessing(scaled, tuple(size), config.interpolation, tuple(config.mean), tuple(config.std))


def config_of(row: Mapping[str, Any], config_path: str) -> Any:
    """Return timm's configuration for the model and tag of the row. Raises `UserError` if it has none."""
    architecture, _, tag = row["model"].partition(".")
    if not timm.is_model(row["model"]):
        raise UserError(
            f"{config_path}.model: timm has no '{row['model']}'{nearest(architecture, timm.list_models())}"
        )
    tags = timm.list_pretrained(f"{architecture}.*") if row["weights"] == PRETRAINED else []
    if row["weights"] == PRETRAINED and (not tag or row["model"] not in tags):
        # Without a tag timm takes its default, which changes between versions.
        raise UserError(
            f"{config_path}.model is '{row['model']}', its weights need a tag: {', '.join(tags) or 'none'}"
        )
    return timm.get_pretrained_cfg(row["model"])


def _file(row: Mapping[str, Any], config: Any, config_path: str) -> Path:
    weights_path = f"{config_path}.weights"
    if row["weights"] != PRETRAINED:
        return weights_file(locate(row["weights"], row.get("sha256"), weights_path))
    file = hub.cached_file(config.hf_hub_id, WEIGHTS, weights_path, row.get("revision"))
    return locate(str(file), row.get("sha256"), weights_path)


def _difference(wanted: Mapping[str, torch.Tensor], found: Mapping[str, torch.Tensor]) -> str:
    """Return the first reason why tensors `found` cannot be loaded as `wanted`, or an empty string."""
    if len(wanted) != len(found):
        return f"{len(found)} tensors instead of {len(wanted)}"
    for name, tensor in wanted.items():
        if name not in found:
            return f"no tensor '{name}'"
        if found[name].shape != tensor.shape:
            return f"'{name}' is {tuple(found[name].shape)} instead of {tuple(tensor.shape)}"
    return ""
