"""Pickled arrays from outside: only plain values and arrays are built, nothing else is ever called."""

import io
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np

from humancentric.core.errors import UserError


def _bytes(text: str, encoding: str) -> bytes:
    """Stand in for ``_codecs.encode``, by which Python 3 writes bytes for Python 2."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it asks for the codec {encoding!r}")
    return text.encode("latin-1")


def _array(kind: type, shape: tuple[int, ...], typecode: Any) -> np.ndarray:
    """Stand in for numpy's ``_reconstruct``: an empty array, which its state then fills."""
    if kind is not np.ndarray or shape != (0,):
        raise pickle.UnpicklingError("it asks for an unusual array")
    return np.ndarray(shape, np.uint8)


ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("_codecs", "encode"): _bytes,
    ("numpy", "dtype"): np.dtype,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy.core.multiarray", "_reconstruct"): _array,
    ("numpy._core.multiarray", "_reconstruct"): _array,
}


class _Restricted(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """Return one of the few things that arrays are made of."""
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}") from None


def load(data: bytes, place: str) -> Any:
    """Return the value pickled in `data`: numbers, strings (as bytes where Python 2 wrote them), lists, dicts, arrays.

    Raises `UserError` naming `place` where the data are damaged or ask for anything else.
    """
    try:
        return _Restricted(io.BytesIO(data), encoding="bytes").load()
    except Exception as error:  # damaged data fail in every way
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UserError(
            f"{place}: not read ({reason}); only plain pickled arrays are; fetch it again"
        ) from error
