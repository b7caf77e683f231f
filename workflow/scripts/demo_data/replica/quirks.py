"""Reproduce the irregular paging of the real service's lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PAGE = 20
SHIFTS = (0, -1, 0)  # shifts of page starts, so that uneven pages hold 19, 21, 20 films, and so on


@dataclass(frozen=True)
class Quirks:
    """The quirks of the real service that the replica reproduces.

    `hidden` and `unsteady` simulate a list that changes while it is read; they vanish when a page is requested again.
    """

    uneven: bool = False  # pages of 19 and of 21 films, none lost
    repeated: int = 0  # every n-th page begins with the last film of the previous page
    hidden: int = 0  # every n-th page omits a film on the first request
    unsteady: bool = False  # page 1 of several reports one film too many on the first request
    clamped: bool = False  # total_pages never exceeds the page cap

    def page(self, found: Sequence[int], number: int, cap: int, again: bool) -> Mapping[str, Any]:
        """Return page `number` of a list: indices of films as `results`, and the totals it reports.

        `again` is true if the same page of the same list was requested before.
        """
        pages = max(1, -(-len(found) // PAGE))
        start, end = self._start(number), self._start(number + 1)
        shown = list(found[start:] if number == pages else found[start:end])
        if self.repeated and number % self.repeated == 0 and shown and start:
            shown.insert(0, found[start - 1])
        if self.hidden and number % self.hidden == 0 and not again:
            del shown[len(shown) // 2 : len(shown) // 2 + 1]
        total = len(found) + int(self.unsteady and number == 1 and pages > 1 and not again)
        pages = -(-total // PAGE) if total else 1
        return {
            "page": number,
            "results": shown,
            "total_pages": min(pages, cap) if self.clamped else pages,
            "total_results": total,
        }

    def _start(self, number: int) -> int:
        return (number - 1) * PAGE + (SHIFTS[(number - 1) % 3] if self.uneven else 0)
