"""Probes on frozen features, by the `kind` of their protocol row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from humancentric.core.errors import UserError, nearest
from humancentric.probing.kinds import gda, knn, mlp_head, probe, tip_adapter, zero_shot_gda
from humancentric.probing.kinds.probe import Answer, Explore, Fit, Row, TrainingData

__all__ = ["KINDS", "Kind", "Row", "TrainingData", "kind_of"]


@dataclass(frozen=True)
class Kind:
    """The functions and requirements of one kind of probe."""

    fit: Fit  # -> tensors by seed; kinds without chance give one seed only
    probabilities: Answer
    explore: Explore
    with_options: Callable[[Row, dict[str, Any]], dict[str, Any]] = probe.with_options
    prompted: bool = False  # needs a text vector a class


def _at_once(module: Any, prompted: bool = False) -> Kind:
    explore = probe.grid_search(module.fit, module.probabilities)
    return Kind(module.fit, module.probabilities, explore, prompted=prompted)


KINDS = {
    "head": Kind(mlp_head.fit, mlp_head.probabilities, mlp_head.explore, mlp_head.with_options),
    "gda": _at_once(gda),
    "knn": _at_once(knn),
    "tip": _at_once(tip_adapter, prompted=True),
    "zero-shot-gda": _at_once(zero_shot_gda, prompted=True),
}


def kind_of(row: Row) -> Kind:
    """Return the kind of a protocol row, "head" where it does not say; `UserError` for a kind there is not."""
    name = row.get("kind", "head")
    if name not in KINDS:
        raise UserError(f"protocols: kind is '{name}'{nearest(name, KINDS)}")
    return KINDS[name]
