"""Compare numbers that may have been computed on a GPU."""

from typing import Any

import pytest

TOLERANCE = 1e-5  # of probabilities and scores: a GPU sums in another order than a CPU


def same(found: Any, device_type: str, tolerance: float = TOLERANCE) -> Any:
    """Return what a result must equal: `found` itself on a CPU, approximately `found` on a GPU.

    `found` is any nesting of mappings, lists and arrays. Strings and integers must be equal on a GPU too.
    """
    if device_type == "cpu":
        return found
    if isinstance(found, dict):
        return {key: same(value, device_type, tolerance) for key, value in found.items()}
    if isinstance(found, list):
        return [same(value, device_type, tolerance) for value in found]
    if found is None or isinstance(found, str | int):
        return found
    return pytest.approx(found, rel=0, abs=tolerance, nan_ok=True)
