"""The open_clip library, imported with only those of its optional libraries that a model needs."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from humancentric.embedding import light_imports

NEEDS = {"timm": ("vision_cfg", "timm_model_name"), "transformers": ("text_cfg", "hf_model_name")}
_left_out: set[str] = set()  # by the import that this process has


def known_config(model: str) -> dict[str, Any] | None:
    """Return open_clip's own configuration of `model`, without importing it; None where it has none."""
    found = find_spec("open_clip")
    if found is None or found.origin is None:
        return None
    try:
        text = (Path(found.origin).parent / "model_configs" / f"{model}.json").read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError):
        return None


def library(config: Mapping[str, Any] | None) -> ModuleType:
    """Return open_clip, able to build a model of `config`; of any model where `config` is None."""
    leave = {name for name, (part, key) in NEEDS.items() if config and not config.get(part, {}).get(key)}
    if _left_out - leave:  # an earlier model of this process needed less
        for name in [name for name in sys.modules if name.partition(".")[0] == "open_clip"]:
            del sys.modules[name]
    if "open_clip" not in sys.modules:
        _left_out.clear()
        _left_out.update(name for name in leave if name not in sys.modules)
        with light_imports.without(*leave), light_imports.without_compiler():
            return import_module("open_clip")
    return sys.modules["open_clip"]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep open_clip from telling every step on the root logger, which is the job's log."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
