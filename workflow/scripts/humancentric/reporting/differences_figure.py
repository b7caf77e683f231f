"""Leads month by month around the cut-off."""

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from humancentric.config.study import compared
from humancentric.differences import BETWEEN
from humancentric.reporting import study
from humancentric.reporting.cells import Scores
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.palette import INK, QUIET, Look, looks
from humancentric.reporting.panels import empty, legend, panels
from humancentric.reporting.study import Config, label

NORMAL = 1.96  # standard errors on either side of a month's mean


def draw(scores: Scores, config: Config) -> Figure:
    """Return leads by month, a panel a control and view, a colour an encoder that is compared with.

    Points are slices of time with 95 % intervals, lines the means before and after, dashed the cut-off.
    """
    drawn, wanted = looks(config), _panels(config)
    figure, axes = panels(len(wanted), height=2.9, width=4.6)
    handles: dict[str, Line2D] = {}
    for (control, view, pairs), panel in zip(wanted, axes, strict=True):
        unit = UNITS[study.headline(config, control)]
        panel.set_title(f"{label(config, 'datasets', control)}: {label(config, 'views', view).lower()}")
        shown = False
        for place, (one, other) in enumerate(pairs):
            first, second = (features.split(".")[1] for features in (one, other))
            shift = (place - (len(pairs) - 1) / 2) * 0.15
            if _lead(panel, scores, control, f"{one}{BETWEEN}{other}", drawn[second], unit, shift):
                shown = True
                look = drawn[second]
                name = (
                    f"{label(config, 'encoders', first)} \N{MINUS SIGN} {label(config, 'encoders', second)}"
                )
                handles[name] = Line2D([], [], color=look.colour, marker=look.marker, ls="")
        if not shown:
            empty(panel)
            continue
        panel.axhline(0, color=QUIET, lw=0.8)
        panel.axvline(0, color=INK, ls=(0, (4, 3)), lw=1)
        panel.set_xlabel("months from the cut-off")
        panel.set_ylabel(f"lead, {unit.title}")
    legend(figure, handles, columns=2)
    return figure


def _panels(config: Config) -> list[tuple[str, str, list[tuple[str, str]]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for control in study.differing_controls(config):
        for pair in compared(config, control):
            found.setdefault((control, pair[0].split(".")[0]), []).append(pair)
    return [(control, view, pairs) for (control, view), pairs in found.items()]


def _number(month: str) -> int:
    year, place = month.split("-")
    return 12 * int(year) + int(place)


def _lead(
    panel: Axes, scores: Scores, control: str, stored: str, look: Look, unit: Unit, shift: float
) -> bool:
    """Draw one lead on a time axis whose zero is the cut-off; return whether there is any."""
    slices = scores.slices("differences", control, stored)
    cut = min((_number(month) for side, month in slices if side == "after"), default=None)
    starts = sorted({_number(month) for _, month in slices})
    if cut is None:
        return False
    step = min((b - a for a, b in pairwise(starts)), default=1)
    for side, fill in (("before", look.colour), ("after", "white")):
        months = [month for own, month in slices if own == side]
        x = [_number(month) - cut + step * (0.5 + shift) for month in months]
        y, error = (
            [
                unit.scale * (scores.value("differences", control, stored, f"{side}:{month}", name) or 0)
                for month in months
            ]
            for name in ("difference", "error")
        )
        style = {
            "color": look.colour,
            "marker": look.marker,
            "mfc": fill,
            "ms": 4,
            "ls": "",
            "elinewidth": 0.8,
        }
        panel.errorbar(x, y, yerr=[NORMAL * e for e in error], **style, alpha=0.75)
        mean = scores.value("differences", control, stored, side, "difference")
        if x and mean is not None:
            ends = (min(x) - step / 2, 0) if side == "before" else (0, max(x) + step / 2)
            panel.plot(ends, [mean * unit.scale] * 2, color=look.colour, lw=1.8)
    return True
