"""Download the weights that a study's encoders need from the model hub, and pin them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from humancentric.core.weights import checksum, locate, weights_file
from humancentric.embedding import hub, weights_lock
from humancentric.embedding.weights_lock import Pin


class Need(NamedTuple):
    """A repository of the hub, the names its weights may have (None: the whole folder), a tokenizer's repository."""

    repository: str
    names: list[str] | None
    tokenizer: str | None = None


def _open_clip(row: Mapping[str, Any], place: str) -> Need:
    from humancentric.embedding import open_clip_sources
    from humancentric.embedding.open_clip_import import known_config

    repository, names = open_clip_sources.files_of(open_clip_sources.tag_of(row, place))
    texts = (known_config(row["model"]) or {}).get("text_cfg", {})
    tokenizer = texts.get("hf_tokenizer_name") if row["modality"] == "text" else None
    return Need(repository, names, tokenizer)


def _timm(row: Mapping[str, Any], place: str) -> Need:
    from humancentric.embedding.encoders import timm

    timm.refuse_traps(row, place)
    return Need(timm.config_of(row, place).hf_hub_id, list(timm.FILES))


def _sentence_transformers(row: Mapping[str, Any], place: str) -> Need:
    return Need(row["model"], None)


KINDS: dict[str, Callable[[Mapping[str, Any], str], Need]] = {
    "open-clip": _open_clip,
    "timm": _timm,
    "sentence-transformers": _sentence_transformers,
}


def fetch(row: Mapping[str, Any], name: str, lock: Path) -> Pin:
    """Return the pin of the weights of the row called `name`, which lie in the hub's cache afterwards.

    What the row and the `lock` do not know yet is recorded in the lock; what they know is checked. Raises
    `UserError` in one line where something else comes, or nothing can be had.
    """
    place = f"encoders.{name}"
    need = KINDS[row["kind"]](row, place)
    wanted = row.get("revision") or weights_lock.revision_of(lock, need.repository)
    found = hub.download(need.repository, need.names, f"{place}.weights", wanted)
    file = weights_file(locate(str(found), row.get("sha256"), f"{place}.weights"))
    pin = Pin(need.repository, file.name, hub.revision_of(found), checksum(file))
    weights_lock.record(lock, pin)
    if need.tokenizer:
        _fetch_tokenizer(need.tokenizer, f"{place}.model", lock)
    return pin


def _fetch_tokenizer(repository: str, place: str, lock: Path) -> None:
    """Have the tokenizer of `repository` in the hub's cache and its files in the lock, or stop where they differ."""
    folder = hub.download_tokenizer(repository, place, weights_lock.revision_of(lock, repository))
    for file in sorted(file for pattern in hub.TOKENIZER for file in folder.glob(pattern)):
        weights_lock.record(lock, Pin(repository, file.name, hub.revision_of(folder), checksum(file)))
