"""Image encoders of the timm library: the trunk's pooled features before the class head."""

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from humancentric.core.errors import UserError, nearest
from humancentric.core.weights import locate, weights_file
from humancentric.embedding import hub, light_imports, torch_runtime
from humancentric.embedding.encoder import IMAGE, Encoder, describe
from humancentric.embedding.preprocessing import Preprocessing, choose, scaled_side

with light_imports.without_compiler():
    import timm
    from timm.models import load_state_dict

PRETRAINED = "pretrained"
# torchvision's names for weights; `DEFAULT` is another file in every version of it.
TORCHVISION = re.compile(r"(\w+_Weights\.)?(DEFAULT|IMAGENET1K_\w+)")
# Not the BiT-M of 21,843 classes, though its name is nearly the same. Who wants it states the pixels it sees.
FINE_TUNED = re.compile(r"(resnetv2_\w+_bit)\.goog_(?!in21k$)\w+")
FILES = ("model.safetensors", "pytorch_model.bin")


def load(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    """Return the encoder of a row with ``model`` (a name of timm) and ``weights`` (``pretrained`` or a place).

    ``pretrained`` fetches the weights of the model's tag from the hub; a file or ``package:`` is loaded instead
    of them, by the tensors' names, or with ``mapping: position`` in their order.
    """
    if row["modality"] != IMAGE:
        raise UserError(f"{place}.modality is {row['modality']}; kind timm has image encoders only")
    refuse_traps(row, place)
    device = torch_runtime.start(threads)
    config = config_of(row, place)
    file = _file(row, config, place)
    model = build(row["model"], file, row.get("mapping", "name"), place)
    model = model.to(device, memory_format=torch.channels_last)
    preprocessing = choose(row, own_preprocessing(config, place), place)
    facts = {
        "preprocessing": str(preprocessing),
        "decoding": row.get("decoding", "exact"),
        "dtype": row.get("dtype", "float32"),
        "device": torch_runtime.device_name(device),
    }
    forward = torch_runtime.image_forward(model, preprocessing, device, facts["dtype"])
    return Encoder(
        place,
        IMAGE,
        row["width"],
        torch_runtime.image_batch(row, forward, preprocessing, device),
        forward,
        describe(file, "timm", "torch", "pillow", **facts),
        preprocessing,
        scaled=scaled_side(row, preprocessing),
        lanes=torch_runtime.parallel_batches(device, threads),
    )


def refuse_traps(row: Mapping[str, Any], place: str) -> None:
    """Raise `UserError` for ambiguous names of weights."""
    if TORCHVISION.fullmatch(row["weights"]):
        raise UserError(
            f"{place}.weights is '{row['weights']}', a name of torchvision; use weights: pretrained with a tag of "
            "timm, e.g. model: resnet50.tv_in1k for IMAGENET1K_V1"
        )
    found = FINE_TUNED.fullmatch(row["model"])
    if found and "input" not in row:
        raise UserError(
            f"{place}.model is '{row['model']}', trained again on 1,000 classes (at another size of input), not the "
            f"BiT-M of 21,843; use {found[1]}.goog_in21k, or state `input` to take it on purpose"
        )


def build(name: str, file: Path, mapping: str, place: str) -> torch.nn.Module:
    """Return the model in evaluation mode with all tensors of `file` and without its class head."""
    model = timm.create_model(name, pretrained=False)
    logging.getLogger("timm").setLevel(logging.WARNING)  # else it tells where the file lies
    wanted, given = model.state_dict(), load_state_dict(str(file), device="cpu")
    if mapping == "position":
        given = dict(zip(wanted, given.values(), strict=False)) if len(wanted) == len(given) else given
    if differing := _difference(wanted, given):
        raise UserError(
            f"{place}.weights: {file.name} does not fit {name} ({differing}); check model and mapping"
        )
    model.load_state_dict(given)
    model.reset_classifier(0)
    return model.eval().requires_grad_(False)


def own_preprocessing(config: Any, place: str) -> Preprocessing:
    """Return the evaluation transform that timm states for the weights."""
    if config.crop_mode not in ("center", "squash"):
        raise UserError(
            f"{place}: the model's crop mode '{config.crop_mode}' is not known; set preprocessing"
        )
    size = config.input_size[1:]
    scaled = int(min(size) / config.crop_pct)
    if config.crop_mode == "squash" and config.crop_pct == 1:
        scaled = 0
    return Preprocessing(scaled, tuple(size), config.interpolation, tuple(config.mean), tuple(config.std))


def config_of(row: Mapping[str, Any], place: str) -> Any:
    """Return what timm states for the model and tag of the row; `UserError` where it has none."""
    architecture, _, tag = row["model"].partition(".")
    if not timm.is_model(row["model"]):
        raise UserError(
            f"{place}.model: timm has no '{row['model']}'{nearest(architecture, timm.list_models())}"
        )
    tags = timm.list_pretrained(f"{architecture}.*") if row["weights"] == PRETRAINED else []
    if row["weights"] == PRETRAINED and (not tag or row["model"] not in tags):
        # Without a tag timm would take its current favourite, which changes between its versions.
        raise UserError(
            f"{place}.model is '{row['model']}', its weights need a tag: {', '.join(tags) or 'none'}"
        )
    return timm.get_pretrained_cfg(row["model"])


def _file(row: Mapping[str, Any], config: Any, place: str) -> Path:
    if row["weights"] != PRETRAINED:
        return weights_file(locate(row["weights"], row.get("sha256"), f"{place}.weights"))
    file = hub.cached_file(config.hf_hub_id, FILES, f"{place}.weights", row.get("revision"))
    return locate(str(file), row.get("sha256"), f"{place}.weights")


def _difference(wanted: Mapping[str, torch.Tensor], given: Mapping[str, torch.Tensor]) -> str:
    """Return what keeps `given` from being loaded as `wanted`, or an empty string."""
    if len(wanted) != len(given):
        return f"{len(given)} tensors instead of {len(wanted)}"
    for name, tensor in wanted.items():
        if name not in given:
            return f"no tensor '{name}'"
        if given[name].shape != tensor.shape:
            return f"'{name}' is {tuple(given[name].shape)} instead of {tuple(tensor.shape)}"
    return ""
