"""What a row of kind open-clip names: the architecture, its weights, and what their tag says of preprocessing."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from humancentric.core.errors import UserError, nearest
from humancentric.core.weights import is_local, locate, weights_file
from humancentric.embedding import hub
from humancentric.embedding.open_clip_import import known_config, library

CONFIG = "open_clip_config.json"
LOCAL = "local-dir:"


class Source(NamedTuple):
    """A checked row: open_clip's name of the model, its configuration and weights, the tag's own preprocessing."""

    name: str
    config: dict[str, Any]
    file: Path
    own: dict[str, Any]

    @property
    def folder(self) -> Path | None:
        """Return the folder that brings configuration, weights and tokenizer; None for a model of open_clip's."""
        return Path(self.name.removeprefix(LOCAL)) if self.name.startswith(LOCAL) else None


def find(row: Mapping[str, Any], place: str) -> Source:
    """Return what the row names, with weights that are on this machine now; `UserError` for every trap."""
    weights, where = row["weights"], f"{place}.weights"
    if is_local(weights):
        path = locate(weights, row.get("sha256"), where)
        if path.is_dir():
            return Source(f"{LOCAL}{path}", _config_in(path, where), weights_file(path, where), {})
        return Source(row["model"], _config(row["model"], place), path, {})
    config = _config(row["model"], place)
    tag = tag_of(row, place)
    repository, names = files_of(tag)
    file = hub.cached_file(repository, names, where, row.get("revision"))
    own = {key: tag[key] for key in ("mean", "std", "interpolation", "resize_mode") if key in tag}
    return Source(row["model"], config, locate(str(file), row.get("sha256"), where), own)


def tag_of(row: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return what open_clip knows of the row's weights; `UserError` where they do not go with the model."""
    open_clip = library(_config(row["model"], place))
    tag = open_clip.pretrained.get_pretrained_cfg(row["model"], row["weights"])
    if not tag:
        tags = open_clip.list_pretrained_tags_by_model(row["model"])
        raise UserError(
            f"{place}.weights: {row['model']} has no weights '{row['weights']}'{nearest(row['weights'], tags)}"
        )
    _demand_activation(open_clip, row, tag, place)
    return tag


def files_of(tag: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the hub's repository of a tag and the file names that may hold its weights."""
    repository, _, name = tag["hf_hub"].rpartition("/")
    return repository, [name] if name else ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"]


def _config(model: str, place: str) -> dict[str, Any]:
    config = known_config(model)
    if config is None:
        open_clip = library(None)
        config = open_clip.get_model_config(model)
        if config is None:
            names = open_clip.list_models()
            raise UserError(f"{place}.model: open_clip has no '{model}'{nearest(model, names)}")
    return config


def _config_in(folder: Path, where: str) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / CONFIG).read_text(encoding="utf-8"))["model_cfg"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{where}: {folder} needs a {CONFIG} with 'model_cfg' ({error!r})") from error


def _demand_activation(
    open_clip: ModuleType, row: Mapping[str, Any], tag: Mapping[str, Any], place: str
) -> None:
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
