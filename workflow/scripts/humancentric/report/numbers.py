"""Format scores in the paper's units, and mark the best cells of a table."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from humancentric.report.report_inputs import Cell
from humancentric.study.report_config import headline, split_features
from humancentric.study.study import Study

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class Unit:
    """A unit: factor for stored fractions, decimals of means and standard deviations, and name."""

    scale: float
    decimals: int
    spread_decimals: int
    leading_zero: bool
    title: str

    def number(self, value: float) -> str:
        """Format a mean, such as ``53.75`` or ``.526``, with a true minus sign if it is negative."""
        text = f"{value * self.scale:.{self.decimals}f}"
        sign = "\N{MINUS SIGN}" if text.startswith("-") and float(text) else ""
        return sign + self._strip(text.lstrip("-"))

    def spread(self, value: float) -> str:
        """Format a standard deviation, such as ``0.23`` or ``.01``."""
        return self._strip(f"{value * self.scale:.{self.spread_decimals}f}")

    def difference(self, value: float) -> str:
        """Format a signed difference, such as ``+1.20`` or ``+.019``, with a true minus sign; zero has no sign."""
        text = f"{value * self.scale:+.{self.decimals}f}"
        sign = {"+": "+", "-": "\N{MINUS SIGN}"}[text[0]] if float(text) else ""
        return sign + self._strip(text[1:])

    def interval(self, ends: Sequence[float | None]) -> str:
        """Format an interval, such as ``[.512, .587]``; empty unless both ends are known."""
        return self._between(ends, self.number)

    def difference_interval(self, ends: Sequence[float | None]) -> str:
        """Format the interval of a difference; empty unless both ends are known."""
        return self._between(ends, self.difference)

    @staticmethod
    def _between(ends: Sequence[float | None], text: Callable[[float], str]) -> str:
        known = [text(end) for end in ends if end is not None]
        return f"[{', '.join(known)}]" if len(known) == 2 else ""

    def _strip(self, text: str) -> str:
        return text if self.leading_zero or not text.startswith("0.") else text[1:]


PERCENT = Unit(100, 2, 2, True, "accuracy in percent")
FRACTION = Unit(1, 3, 2, False, "samples F1")
AUROC = Unit(1, 3, 3, False, "AUROC")
AMI = Unit(1, 3, 2, False, "adjusted mutual information")
MRR = Unit(1, 3, 2, False, "mean reciprocal rank")
CORRELATION = Unit(1, 3, 2, False, "Spearman correlation")
UNITS = {
    "accuracy": PERCENT,
    "f1_samples": FRACTION,
    "auroc": AUROC,
    "ami": AMI,
    "mrr": MRR,
    "spearman": CORRELATION,
}


def unit_of(study: Study, dataset: str) -> Unit:
    """Return the unit of a dataset's headline metric."""
    return UNITS[headline(study, dataset)]


def best(cells: Mapping[K, Cell | None], unit: Unit) -> set[K]:
    """Return the keys of the best cells; cells with the same printed mean tie. Empty if all are missing."""
    printed = {key: round(cell.mean * unit.scale, unit.decimals) for key, cell in cells.items() if cell}
    top = max(printed.values(), default=None)
    return {key for key, value in printed.items() if value == top}


def groups(cells: Mapping[str, V], keep_text_view: bool) -> list[dict[str, V]]:
    """Group the cells (by features) that are ranked together; with `keep_text_view`, pairs of one text view only."""
    found: dict[tuple, dict[str, V]] = {}
    for features, cell in cells.items():
        names = [view for view, _ in split_features(features)]
        key = (len(names), *(names if keep_text_view else names[:1]))
        found.setdefault(key, {})[features] = cell
    return list(found.values())


def marks(cells: Mapping[str, Cell | None], texts: set[str], unit: Unit) -> tuple[set[str], set[str]]:
    """Return the features printed bold and those underlined; `texts` are the names of the text views."""
    bold: set[str] = set()
    underlined: set[str] = set()
    for members in groups(cells, keep_text_view=True):
        parts = split_features(next(iter(members)))
        (bold if len(parts) == 1 and parts[0][0] not in texts else underlined).update(best(members, unit))
    for members in groups(cells, keep_text_view=False):
        if len(split_features(next(iter(members)))) > 1:
            bold |= best(members, unit)
    return bold, underlined
