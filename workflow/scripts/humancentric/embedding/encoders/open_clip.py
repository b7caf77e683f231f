"""Encoders of the open_clip library: the image tower or the text tower, in the space they share."""

import json
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import torch

from humancentric.core.errors import UserError
from humancentric.embedding import hub, projections, torch_runtime
from humancentric.embedding.encoder import IMAGE, TEXT, Encoder, describe
from humancentric.embedding.open_clip_import import library, quiet
from humancentric.embedding.open_clip_sources import Source, find
from humancentric.embedding.preprocessing import Preprocessing, choose, scaled_side
from humancentric.embedding.tokens import NAME, Tokens

Tokenize = Callable[[Sequence[str]], torch.Tensor]


def load(row: Mapping[str, Any], place: str, threads: int) -> Encoder:
    """Return the tower that the row's ``modality`` names, as it projects into the joint space (not normalised).

    ``weights`` is a tag of open_clip for ``model`` (fetched from the hub), a weights file for it, or a folder
    with its own configuration, weights and tokenizer; then ``model`` is only a name. ``projection: false`` gives
    the vectors before the projection.
    """
    device = torch_runtime.start(threads)
    source = find(row, place)
    open_clip = library(source.config)
    try:
        with quiet():
            model = open_clip.create_model(
                source.name,
                pretrained=None if source.folder else str(source.file),
                precision="fp32",
                device=device,
                require_pretrained=True,  # else a model without weights is returned, silently random
                force_preprocess_cfg=source.own,
                pretrained_text=False,
            )
    except (
        RuntimeError
    ) as error:  # open_clip's word for weights of another shape, torch's for no weights at all
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"{place}.weights: {source.file.name} does not fit {row['model']} ({reason}); check both"
        ) from error
    if not row.get("projection", True):
        projections.drop(model, row["modality"], place)
    model = model.float().eval().requires_grad_(False)
    facts = {
        "dtype": row.get("dtype", "float32"),
        "device": torch_runtime.device_name(device),
        "normalised": False,
        "projected": row.get("projection", True),
    }
    if row["modality"] == TEXT:
        return _text_tower(row, place, model, source, facts, open_clip)
    return _image_tower(row, place, model, source, facts, threads)


def _image_tower(
    row: Mapping[str, Any], place: str, model: Any, source: Source, facts: dict[str, Any], threads: int
) -> Encoder:
    device = next(model.parameters()).device
    model = model.to(memory_format=torch.channels_last)
    preprocessing = choose(row, own_preprocessing(model.visual.preprocess_cfg, place), place)
    facts = {"preprocessing": str(preprocessing), "decoding": row.get("decoding", "exact"), **facts}
    forward = torch_runtime.image_forward(model.encode_image, preprocessing, device, facts["dtype"])
    return Encoder(
        place,
        IMAGE,
        row["width"],
        torch_runtime.image_batch(row, forward, preprocessing, device),
        forward,
        describe(source.file, "open_clip_torch", "torch", "pillow", **facts),
        preprocessing,
        scaled=scaled_side(row, preprocessing),
        lanes=torch_runtime.parallel_batches(device, threads),
    )


def _text_tower(
    row: Mapping[str, Any],
    place: str,
    model: Any,
    source: Source,
    facts: dict[str, Any],
    open_clip: ModuleType,
) -> Encoder:
    tokenizer = plain_tokenizer(source, open_clip) or library_tokenizer(source, open_clip, place)
    tokenize, longer, context = tokenizer
    device = next(model.parameters()).device

    @torch.inference_mode()
    def forward(texts: Sequence[str]) -> np.ndarray:
        with torch_runtime.precision(device, facts["dtype"]):
            vectors = model.encode_text(tokenize(texts).to(device))
        return vectors.float().cpu().numpy()

    facts["logit_scale"] = round(float(model.logit_scale.exp()), 6)  # of cosines, before a softmax
    description = describe(source.file, "open_clip_torch", "torch", context=context, **facts)
    return Encoder(place, TEXT, row["width"], row.get("batch", 64), forward, description, truncated=longer)


def plain_tokenizer(
    source: Source, open_clip: ModuleType
) -> tuple[Tokenize, Callable[[Sequence[str]], int], int] | None:
    """Return tokenizer, counter of longer texts and context of a folder with a plain ``tokenizer.json``.

    What open_clip would load through transformers, without that library's import; None where it is no such folder.
    """
    config = source.config.get("text_cfg", {})
    options = dict(config.get("tokenizer_kwargs", {}))
    clean, folder = options.pop("clean", "whitespace"), source.folder
    if folder is None or options or not (folder / NAME).is_file():
        return None
    try:
        kind = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if kind.get("tokenizer_class") != "TokenizersBackend" or "pad_token" not in kind:
        return None
    tokens = Tokens(folder / NAME, config.get("context_length", 77), kind["pad_token"])
    cleaned = open_clip.tokenizer.get_clean_fn(clean)

    def tokenize(texts: Sequence[str]) -> torch.Tensor:
        return torch.from_numpy(tokens.ids([cleaned(text) for text in texts], tokens.context)[0])

    return tokenize, lambda texts: tokens.longer([cleaned(text) for text in texts]), tokens.context


def library_tokenizer(
    source: Source, open_clip: ModuleType, place: str
) -> tuple[Tokenize, Callable[[Sequence[str]], int], int]:
    """Return tokenizer, counter of longer texts and context as open_clip makes them."""
    try:
        with quiet(), hub.offline():
            tokenizer = open_clip.get_tokenizer(source.name)
    except (OSError, ValueError) as error:  # a tokenizer of the hub that was not fetched with the weights
        raise UserError(
            f"{place}.model: {source.name} has no tokenizer on this machine; {hub.COMMAND}"
        ) from error
    context = tokenizer.context_length
    padding = getattr(getattr(tokenizer, "tokenizer", None), "pad_token_id", None)

    def longer(texts: Sequence[str]) -> int:
        """Count the texts that still fill a context of one token more."""
        if not texts:
            return 0
        tokens = tokenizer(list(texts), context_length=context + 1)
        if padding is None:  # open_clip's own tokenizer pads with 0, which is also the token of "!"
            return int((tokens[:, -1] != 0).sum())
        return int(((tokens != padding).sum(1) > context).sum())

    return lambda texts: tokenizer(list(texts)), longer, context


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
