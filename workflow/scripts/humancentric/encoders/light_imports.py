"""Imports of heavy libraries without the parts that no frozen encoder uses: most of a short job's time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

COMPILER = "torch._dynamo"


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Let `packages` look as if they were not installed to what the block imports; those already imported stay.

    For libraries that import others only if they are there. Whoever imports them later gets them.
    """
    hidden = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def torchvision() -> None:
    """Import torchvision without torch's compiler, which it asks one question in an operator for detection.

    The stand-in answers no to "can this be compiled for the device?"; that operator then takes its plain path. The
    compiler itself stays importable.
    """
    if COMPILER in sys.modules or "torchvision" in sys.modules:
        return
    utils = ModuleType(f"{COMPILER}.utils")
    utils.is_compile_supported = lambda device: False  # type: ignore[attr-defined]
    compiler = ModuleType(COMPILER)
    compiler.utils = utils  # type: ignore[attr-defined]
    stand_ins = {COMPILER: compiler, utils.__name__: utils}
    sys.modules.update(stand_ins)
    try:
        import_module("torchvision")
    finally:
        for name in stand_ins:
            del sys.modules[name]
