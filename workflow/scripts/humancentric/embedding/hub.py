"""Read weights from the local cache of the model hub, and download them into it when weights are fetched."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from huggingface_hub import constants, hf_hub_download, snapshot_download
from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

from humancentric.core.errors import UserError
from humancentric.core.weights import SUFFIXES

SECONDS = 5  # timeout after which the network counts as absent; the hub's own client tries for 46 s
FOREIGN = ["*.onnx", "*.h5", "*.ot", "*.msgpack", "*.tflite", "onnx/*", "openvino/*", "coreml/*"]
TOKENIZER = [
    "token*",
    "vocab*",
    "merges*",
    "special_tokens*",
    "added_tokens*",
    "spiece*",
    "sentencepiece*",
    "config.json",
]
COMMAND = "run `snakemake fetch_weights` on a machine with network access (e.g. a login node)"


class HubFiles(NamedTuple):
    """A hub repository, possible names of its weights (None: the whole folder), and a tokenizer's repository."""

    repository: str
    names: Sequence[str] | None = None
    tokenizer: str | None = None


def cached_file(repository: str, names: Iterable[str], config_path: str, revision: str | None = None) -> Path:
    """Return the path of the first file of `repository` among `names` in the cache; `UserError` if there is none."""
    found = _file(repository, names, revision, local_files_only=True)
    if found is None:
        raise UserError(f"{config_path}: weights of '{repository}' are not on this machine; {COMMAND}")
    return found


def cached_folder(repository: str, config_path: str, revision: str | None = None) -> Path:
    """Return the cached folder with configuration, tokenizer and weights of `repository`; `UserError` if absent."""
    found = _folder(repository, revision, local_files_only=True)
    if found is None:
        raise UserError(f"{config_path}: weights of '{repository}' are not on this machine; {COMMAND}")
    return found


def download(
    repository: str, names: Iterable[str] | None, config_path: str, revision: str | None = None
) -> Path:
    """Return the first of `names` that `repository` has or, without `names`, its folder; from the cache or the hub.

    Raises `UserError` if neither has it, or the download fails.
    """

    def fetch(**options: Any) -> Path | None:
        if names is None:
            return _folder(repository, revision, **options)
        return _file(repository, names, revision, **options)

    found = fetch(local_files_only=True)
    if found is not None:
        return found
    _require_network(repository, config_path)
    with _failures_as_user_errors(repository, config_path):
        found = fetch()
    if found is None:
        raise UserError(
            f"{config_path}: '{repository}' on the hub has no weights of a known name; check the row"
        )
    return found


def download_tokenizer(repository: str, config_path: str, revision: str | None = None) -> Path:
    """Return the folder with the tokenizer of `repository`, from the cache or the hub.

    Raises `UserError` if neither has it, or the download fails.
    """
    wanted: dict[str, Any] = {"revision": revision, "allow_patterns": TOKENIZER}
    try:
        found = Path(snapshot_download(repository, **wanted, local_files_only=True))
        if any(found.glob("token*")):  # otherwise only weights were downloaded
            return found
    except LocalEntryNotFoundError:
        pass
    _require_network(repository, config_path)
    with _failures_as_user_errors(repository, config_path):
        return Path(snapshot_download(repository, **wanted))


def revision_of(path: Path) -> str:
    """Return the commit that a file or folder of the cache belongs to."""
    parts = path.parts
    return parts[len(parts) - 1 - parts[::-1].index("snapshots") + 1]


@contextmanager
def _failures_as_user_errors(repository: str, config_path: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the client raises its own, its HTTP library's and the system's errors
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{config_path}: fetching '{repository}' failed ({reason}); try again") from error


def _file(repository: str, names: Iterable[str], revision: str | None, **options: Any) -> Path | None:
    for name in names:
        try:
            return Path(hf_hub_download(repository, name, revision=revision, **options))
        except LocalEntryNotFoundError:
            if not options:
                raise
        except EntryNotFoundError:
            pass
    return None


def _folder(repository: str, revision: str | None, **options: Any) -> Path | None:
    try:
        found = snapshot_download(repository, revision=revision, ignore_patterns=FOREIGN, **options)
    except LocalEntryNotFoundError:
        if not options:
            raise
        return None
    # An interrupted download leaves a folder without weights.
    whole = any(file.suffix in SUFFIXES for file in Path(found).iterdir())
    return Path(found) if whole or not options else None


def _require_network(repository: str, config_path: str) -> None:
    missing = f"{config_path}: weights of '{repository}' are not on this machine and"
    remedy = f"{COMMAND}, or set `weights` to a local file or folder"
    if constants.HF_HUB_OFFLINE or os.environ.get("TRANSFORMERS_OFFLINE", "0") not in ("", "0"):
        raise UserError(f"{missing} HF_HUB_OFFLINE forbids fetching them; {remedy}")
    try:
        urlopen(Request(constants.ENDPOINT, method="HEAD"), timeout=SECONDS).close()
    except HTTPError:
        return  # any answer shows that there is a network
    except OSError as error:
        raise UserError(f"{missing} {constants.ENDPOINT} cannot be reached; {remedy}") from error
