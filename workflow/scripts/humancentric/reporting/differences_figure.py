"""Leads month by month around the cut-off."""

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from humancentric.config.cells import compared
from humancentric.differences import BETWEEN
from humancentric.reporting import study
from humancentric.reporting.cells import Scores
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.palette import INK, QUIET, Look, looks
from humancentric.reporting.panels import empty, legend, panels
from humancentric.reporting.study import Config, label

NORMAL = 1.96  # standard errors on either side of a month's mean
OF_SLICE = ("difference", "error", "samples")
FEWEST = 5  # samples of a slice whose interval is drawn: of fewer it says little


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
        points = [
            (
                _number(month) - cut + step * (0.5 + shift),
                *(
                    scores.value("differences", control, stored, f"{side}:{month}", name) or 0.0
                    for name in OF_SLICE
                ),
            )
            for own, month in slices
            if own == side
        ]
        style = {"color": look.colour, "marker": look.marker, "mfc": fill, "ms": 4, "ls": ""}
        for many, alpha in ((True, 0.75), (False, 0.3)):
            rows = [
                (x, y, error if many else 0.0) for x, y, error, size in points if (size >= FEWEST) is many
            ]
            if rows:
                x, y, error = zip(*rows, strict=True)
                heights, bars = ([unit.scale * value for value in values] for values in (y, error))
                panel.errorbar(
                    x, heights, [NORMAL * bar for bar in bars], **style, elinewidth=0.8, alpha=alpha
                )
        mean = scores.value("differences", control, stored, side, "difference")
        if points and mean is not None:
            places = [x for x, *_ in points]
            ends = (min(places) - step / 2, 0) if side == "before" else (0, max(places) + step / 2)
            panel.plot(ends, [mean * unit.scale] * 2, color=look.colour, lw=1.8)
    return True
