"""Probes on frozen features: every module of this package serves the `kind` of that name."""

from humancentric.core.registry import kind_module
from humancentric.probing.probe import Kind, Row


def kind_of(row: Row) -> Kind:
    """Return the kind of a protocol row, "head" where it does not say; `UserError` for an unknown kind."""
    return kind_module(__name__, row.get("kind", "head"), "protocols").KIND
