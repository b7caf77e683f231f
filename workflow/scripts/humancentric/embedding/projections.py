"""Remove the final linear projection into the joint space from an open_clip model."""

from typing import Any

import torch
from torch import nn

from humancentric.core.errors import UserError


def drop(model: Any, modality: str, place: str) -> None:
    """Make open_clip's `model` give the vectors before its projection; `UserError` where it has none."""
    dropped = _drop_text(model) if modality == "text" else _drop_image(model.visual)
    if not dropped:
        raise UserError(
            f"{place}.projection is false, the {modality} tower of this model has none; leave the key out"
        )


def _drop_text(model: Any) -> bool:
    tower = getattr(model, "text", model)
    for name in ("text_projection", "proj"):
        if getattr(tower, name, None) is not None:
            setattr(tower, name, nn.Identity() if name == "proj" else None)
            return True
    return False


def _drop_image(visual: Any) -> bool:
    if isinstance(getattr(visual, "proj", None), nn.Parameter):  # vision transformers
        visual.proj = None
        return True
    if hasattr(visual, "attnpool") and hasattr(
        visual.attnpool, "c_proj"
    ):  # ResNets: the attention's own output map
        linear = visual.attnpool.c_proj
        whole = nn.Linear(linear.in_features, linear.in_features)
        with torch.no_grad():
            whole.weight.copy_(torch.eye(linear.in_features))
            whole.bias.zero_()
        visual.attnpool.c_proj = whole.to(linear.weight)
        return True
    if hasattr(getattr(visual, "head", None), "proj"):  # trunks of timm
        visual.head.proj = nn.Identity()
        return True
    return False
