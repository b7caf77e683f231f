"""Probes on frozen features: each module of this package implements the `kind` of the same name."""

from humancentric.core.registry import kind_module
from humancentric.probing.probe import Kind, Row


def kind_of(row: Row) -> Kind:
    """Return the kind of a protocol row, "head" by default. Raises `UserError` for an unknown kind."""
    return kind_module(__name__, row.get("kind", "head"), "protocols").KIND
