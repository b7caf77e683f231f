"""Drawing primitives of synthetic pictures."""
