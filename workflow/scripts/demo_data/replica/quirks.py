"""How the pages of a list differ from what one would expect of them, as those of the real service do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PAGE = 20
SHIFTS = (0, -1, 0)  # of the starts of uneven pages: they hold 19, 21, 20 films, and so on


@dataclass(frozen=True)
class Quirks:
    """Which of the service's habits its stand-in has.

    Those of a list that moves while it is read (`hidden`, `unsteady`) have passed when a page is asked for again.
    """

    uneven: bool = False  # pages of 19 and of 21 films, none lost
    repeated: int = 0  # every n-th page begins with the last film of the page before
    hidden: int = 0  # every n-th page leaves out a film, the first time
    unsteady: bool = False  # the first of several pages counts one film too many, the first time
    clamped: bool = False  # total_pages never says more than pages can be asked for

    def page(self, found: Sequence[int], number: int, cap: int, again: bool) -> Mapping[str, Any]:
        """Return page `number` of a list: places of films as `results`, and what the page says of the whole.

        `again` says that the same page of the same list was asked for before.
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
