"""Count the texts that an encoder truncated, as recorded in the embedding files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from humancentric.core import tables

KEYS = ("texts", "truncated", "empty", "context")


def truncation_counts(paths: Iterable[str | Path]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return ``{dataset: {view.encoder: texts, truncated, empty, context}}`` of files of embeddings.

    The path of a file says which it is; a count that a file does not hold is None.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for path in map(Path, paths):
        dataset, _, features = path.parts[-4:-1]
        about = tables.read_metadata(path)
        found.setdefault(dataset, {})[features] = {key: about.get(key) for key in KEYS}
    return found
