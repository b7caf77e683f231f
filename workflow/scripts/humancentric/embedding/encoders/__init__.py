"""Frozen encoders: every module of this package serves the `kind` of that name."""

from collections.abc import Mapping
from typing import Any

from humancentric.core.registry import kind_module
from humancentric.embedding.encoder import Encoder


def load(row: Mapping[str, Any], name: str, threads: int = 1) -> Encoder:
    """Return the frozen encoder of the config's `row` called `name`; `UserError` in one line if it can't be had.

    Nothing is downloaded: weights of the hub come out of its local cache.
    """
    config_path = f"encoders.{name}"
    return kind_module(__name__, row["kind"], config_path).load(row, config_path, threads)
