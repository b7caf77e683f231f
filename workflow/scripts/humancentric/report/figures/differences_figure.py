"""Draw leads of encoders by month around the cut-off."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from humancentric.evaluation.diff_in_diff import BETWEEN
from humancentric.report.figures.panels import INK, QUIET, Look, empty, hole, legend, looks, panels
from humancentric.report.numbers import UNITS, Unit
from humancentric.report.score_cells import Scores
from humancentric.study import feature_sets, report_config
from humancentric.study.feature_sets import compared_pairs
from humancentric.study.report_config import label
from humancentric.study.study import Study

NORMAL = 1.96  # half-width of a 95 % interval in standard errors
FEWEST = 10  # minimum number of samples per point: neighbouring slices are joined to reach it
SIDES = ("before", "after")


@dataclass(frozen=True)
class Slice:
    """Samples of some months: first and last month from the cut-off (last excluded), count, mean, error."""

    begin: int
    end: int
    samples: int
    mean: float
    error: float  # standard error of the mean; 0 for a single sample


def joined(slices: Sequence[Slice], fewest: int = FEWEST) -> list[Slice]:
    """Join slices of one side, from the cut-off (month 0) outwards, until each has at least `fewest` samples.

    A remainder at the far end joins the slice before it. Means and errors are those of the pooled samples.
    """
    groups: list[list[Slice]] = []
    for part in sorted(slices, key=lambda part: abs(part.begin + part.end)):
        if not groups or sum(own.samples for own in groups[-1]) >= fewest:
            groups.append([])
        groups[-1].append(part)
    if len(groups) > 1 and sum(own.samples for own in groups[-1]) < fewest:
        rest = groups.pop()
        groups[-1] += rest
    return sorted(map(_together, groups), key=lambda part: part.begin)


def _together(parts: Sequence[Slice]) -> Slice:
    size = sum(part.samples for part in parts)
    mean = sum(part.samples * part.mean for part in parts) / size
    squares = sum(
        part.samples * (part.samples - 1) * part.error**2 + part.samples * (part.mean - mean) ** 2
        for part in parts
    )
    error = math.sqrt(squares / (size - 1) / size) if size > 1 else 0.0
    return Slice(min(part.begin for part in parts), max(part.end for part in parts), size, mean, error)


def draw(scores: Scores, study: Study) -> Figure:
    """Return leads by month: one panel per control and view, one colour per reference encoder.

    Points are time slices with 95 % intervals, lines the means before and after; the dashed line is the cut-off.
    """
    drawn, wanted = looks(study), _panels(study)
    figure, axes = panels(len(wanted), height=2.9, width=4.6)
    handles: dict[str, Line2D] = {}
    for (control, view, pairs), panel in zip(wanted, axes, strict=True):
        unit, missing = UNITS[report_config.headline(study, control)], []
        panel.set_title(f"{label(study, 'datasets', control)}: {label(study, 'views', view).lower()}")
        for place, (one, other) in enumerate(pairs):
            first, second = (features.split(".")[1] for features in (one, other))
            name = f"{label(study, 'encoders', first)} \N{MINUS SIGN} {label(study, 'encoders', second)}"
            slices = of_sides(scores, control, f"{one}{BETWEEN}{other}")
            if not any(slices.values()):
                missing.append(name)
                continue
            look, shift = drawn[second], (place - (len(pairs) - 1) / 2) * 0.3
            means = {
                side: scores.value("differences", control, f"{one}{BETWEEN}{other}", side, "difference")
                for side in SIDES
            }
            for side, fill in zip(SIDES, (look.colour, "white"), strict=True):
                _side(panel, joined(slices[side]), means[side], unit, look, fill, shift)
            handles[name] = Line2D([], [], color=look.colour, marker=look.marker, ls="")
        if len(missing) == len(pairs):
            empty(panel)
            continue
        hole(panel, missing)
        panel.axhline(0, color=QUIET, lw=0.8, zorder=1)
        panel.axvline(0, color=INK, ls=(0, (4, 3)), lw=1, zorder=1)
        panel.set_xlabel("months from the cut-off")
        panel.set_ylabel(f"lead, {unit.title}")
    if handles:
        dots = {"color": QUIET, "marker": "o", "ls": ""}
        handles |= {"before": Line2D([], [], **dots), "after": Line2D([], [], mfc="white", **dots)}
    legend(figure, handles, columns=4)
    return figure


def _panels(study: Study) -> list[tuple[str, str, list[tuple[str, str]]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for control in feature_sets.differing_controls(study):
        for pair in compared_pairs(study, control):
            found.setdefault((control, pair[0].split(".")[0]), []).append(pair)
    return [(control, view, pairs) for (control, view), pairs in found.items()]


def _number(month: str) -> int:
    year, place = month.split("-")
    return 12 * int(year) + int(place)


def of_sides(scores: Scores, control: str, stored: str) -> dict[str, list[Slice]]:
    """Return the slices of one lead by side; month 0 is the first month after the cut-off."""
    named = scores.slices("differences", control, stored)
    cut = min((_number(month) for side, month in named if side == "after"), default=0)
    starts = sorted({_number(month) for _, month in named})
    step = min((b - a for a, b in pairwise(starts)), default=1)
    found: dict[str, list[Slice]] = {side: [] for side in SIDES}
    for side, month in named if cut else []:
        split = f"{side}:{month}"
        values = {
            name: scores.value("differences", control, stored, split, name)
            for name in ("samples", "difference", "error")
        }
        if values["samples"] and values["difference"] is not None:
            begin = _number(month) - cut
            error = values["error"] or 0.0
            found[side].append(
                Slice(begin, begin + step, int(values["samples"]), values["difference"], error)
            )
    return found


def _side(
    panel: Axes, slices: list[Slice], mean: float | None, unit: Unit, look: Look, fill: str, shift: float
) -> None:
    """Draw one side of a lead: one point per slice with interval and months, and a line at the side's mean."""
    for part in slices:
        x, y = (part.begin + part.end) / 2 + shift, part.mean * unit.scale
        panel.hlines(y, part.begin, part.end, color=look.colour, lw=0.8, alpha=0.45)
        bars = panel.errorbar(
            x,
            y,
            NORMAL * part.error * unit.scale,
            **{
                "color": look.colour,
                "marker": look.marker,
                "mfc": fill,
                "ms": 5,
                "elinewidth": 1,
                "zorder": 3,
            },
        )
        bars.lines[0].set_gid(f"{part.samples} samples")
    if slices and mean is not None:
        ends = (min(part.begin for part in slices), max(part.end for part in slices))
        panel.plot(ends, [mean * unit.scale] * 2, color=look.colour, lw=2.2, alpha=0.75, zorder=2)
