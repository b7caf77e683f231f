"""What goes wrong with the requests that a stand-in of TMDb hears, as planned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from humancentric.tmdb_replica.answers import Asked, Reply


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request: first a delay, then a reset, an answer of its own, or a body cut short."""

    delay: float = 0.0  # seconds
    reset: bool = False
    reply: Reply | None = None
    truncated: bool = False


Faults = Callable[[Asked, int], Fault | None] | Sequence[Fault | None]
