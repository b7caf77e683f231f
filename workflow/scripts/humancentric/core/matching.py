"""Check that the ids, paths and texts that a study names meet its samples."""

from humancentric.core.errors import UserError

MIN_MATCH = 0.1  # where the config has no study.min_match
FEWEST = 20  # of a shard; with fewer, no match may be chance


def check_match(found: int, total: int, least: float, facts: str, remedy: str) -> None:
    """Raise `UserError` if `found` of `total` is none, or a smaller share than `least`; 0 allows everything.

    The error is `facts`, in which ``{count}`` is e.g. ``none of 12``, and `remedy`.
    """
    if total and least and (not found or found < least * total):
        count = f"{'none' if not found else f'only {found}'} of {total}"
        raise UserError(f"{facts.replace('{count}', count)}; {remedy}, or lower study.min_match ({least:g})")


def shown(examples: list[str]) -> str:
    """Return the first two of `examples` for an error."""
    return ", ".join(map(repr, examples[:2])) + (" and others" if len(examples) > 2 else "")
