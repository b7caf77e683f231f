"""Weights from the model hub: from the local cache, or fetched once, or one clear line why not."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from humancentric.errors import UserError
from humancentric.weights import SUFFIXES

SECONDS = 5  # to find out that there is no network; the hub's own client tries for 46 s
FOREIGN = ["*.onnx", "*.h5", "*.ot", "*.msgpack", "*.tflite", "onnx/*", "openvino/*", "coreml/*"]


def fetch_file(repository: str, names: Iterable[str], place: str, revision: str | None = None) -> Path:
    """Return the path of the first of `names` that the hub's `repository` has."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    names = list(names)

    def fetch(**options: Any) -> Path | None:
        for name in names:
            try:
                return Path(hf_hub_download(repository, name, revision=revision, **options))
            except LocalEntryNotFoundError:
                if not options:
                    raise
            except EntryNotFoundError:
                pass
        return None

    return _fetch(repository, place, fetch)


def fetch_folder(repository: str, place: str, revision: str | None = None) -> Path:
    """Return the folder with configuration, tokenizer and weights of the hub's `repository`."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    def fetch(**options: Any) -> Path | None:
        try:
            found = snapshot_download(repository, revision=revision, ignore_patterns=FOREIGN, **options)
        except LocalEntryNotFoundError:
            if not options:
                raise
            return None
        # An interrupted download leaves a folder without weights.
        whole = any(file.suffix in SUFFIXES for file in Path(found).iterdir())
        return Path(found) if whole or not options else None

    return _fetch(repository, place, fetch)


def _fetch(repository: str, place: str, fetch: Callable[..., Path | None]) -> Path:
    """Return what `fetch` finds in the cache, else on the hub; `UserError` in one line if neither has it."""
    found = fetch(local_files_only=True)
    if found is not None:
        return found
    _demand_network(repository, place)
    try:
        found = fetch()
    except Exception as error:  # the client raises its own, its HTTP library's and the system's errors
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{place}: fetching '{repository}' failed ({reason}); try again") from error
    if found is None:
        raise UserError(f"{place}: '{repository}' on the hub has no weights of a known name; check the row")
    return found


def _demand_network(repository: str, place: str) -> None:
    import requests
    from huggingface_hub import constants

    missing = f"{place}: weights of '{repository}' are not on this machine and"
    remedy = "run once with network, or set `weights` to a local file or folder"
    if constants.HF_HUB_OFFLINE or os.environ.get("TRANSFORMERS_OFFLINE", "0") not in ("", "0"):
        raise UserError(f"{missing} HF_HUB_OFFLINE forbids fetching them; {remedy}")
    try:
        requests.head(constants.ENDPOINT, timeout=SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        raise UserError(f"{missing} {constants.ENDPOINT} cannot be reached; {remedy}") from error
