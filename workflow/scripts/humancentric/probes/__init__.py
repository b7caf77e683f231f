"""Probes on frozen features, by the `kind` of their protocol row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from humancentric.errors import UserError, nearest
from humancentric.probes import (
    cache_model,
    discriminant,
    neighbours,
    network,
    prompted_discriminant,
    trials,
)
from humancentric.probes.problem import Problem, Row
from humancentric.probes.trials import Answer, Explore, Fit

__all__ = ["KINDS", "Kind", "Problem", "Row", "kind_of"]


@dataclass(frozen=True)
class Kind:
    """What a kind of probe can do."""

    fit: Fit  # -> tensors by seed; kinds without chance give one seed only
    probabilities: Answer
    explore: Explore
    with_options: Callable[[Row, dict[str, Any]], dict[str, Any]] = trials.with_options
    prompted: bool = False  # needs a text vector a class


def _at_once(module: Any, prompted: bool = False) -> Kind:
    explore = trials.of(module.fit, module.probabilities)
    return Kind(module.fit, module.probabilities, explore, prompted=prompted)


KINDS = {
    "head": Kind(network.fit, network.probabilities, network.explore, network.with_options),
    "gda": _at_once(discriminant),
    "knn": _at_once(neighbours),
    "tip": _at_once(cache_model, prompted=True),
    "zero-shot-gda": _at_once(prompted_discriminant, prompted=True),
}


def kind_of(row: Row) -> Kind:
    """Return the kind of a protocol row, "head" where it does not say; `UserError` for a kind there is not."""
    name = row.get("kind", "head")
    if name not in KINDS:
        raise UserError(f"protocols: kind is '{name}'{nearest(name, KINDS)}")
    return KINDS[name]
