"""Imports of heavy libraries without the parts that no frozen encoder uses: most of a short job's time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def without_compiler() -> Iterator[None]:
    """Keep torch's compiler out of what the block imports: frozen encoders run as they are.

    torchvision asks it whether it can compile an operator for detection, timm marks a function as not to be
    compiled. The stand-in answers no and marks nothing; the compiler itself stays importable afterwards.
    """
    if COMPILER in sys.modules:
        yield
        return
    compiler, utils = ModuleType(COMPILER), ModuleType(f"{COMPILER}.utils")
    vars(compiler).update(utils=utils, disable=lambda function, *_, **__: function)
    vars(utils).update(is_compile_supported=lambda device: False)
    stand_ins = {module.__name__: module for module in (compiler, utils)}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]
