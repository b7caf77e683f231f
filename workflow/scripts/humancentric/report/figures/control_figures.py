"""Draw controls: scores of the same heads on a dataset and its control, and leads of encoders by month."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from humancentric.report.encoder_looks import Look, looks
from humancentric.report.numbers import Unit, unit_of
from humancentric.report.panels import (
    INK,
    QUIET,
    empty,
    halo,
    handle,
    legend,
    list_missing,
    name_rows,
    panels,
)
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.specs import FigureSpec
from humancentric.report.tables import control_tables
from humancentric.study import feature_sets, report_config
from humancentric.study.feature_sets import compared_pairs
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

APART = 0.17  # row offset: dataset above the centre, control below, so that they do not overlap


def draw_control(inputs: ReportInputs, study: Study) -> Figure:
    """Return dumbbell charts of scores on a dataset and its control: one panel per control, one row per feature set."""
    encoder_looks, wanted = looks(study), report_config.controls(study)
    rows = [list(control_tables.pairs(inputs.scores, study, *pair)) for pair in wanted]
    height = 1.5 + 0.36 * max(map(len, rows))
    figure, axes = panels(len(wanted), height=height, width=6.4 if len(wanted) == 1 else 5)
    for (parent, name), found, panel in zip(wanted, rows, axes, strict=True):
        unit = unit_of(study, parent)
        panel.set_title(label(study, "datasets", name))
        if not any(before and after for _, before, after in found):
            empty(panel)
            continue
        for row, (features, before, after) in enumerate(found):
            ((_, encoder),) = report_config.split_features(features)
            _dumbbell(panel, row, encoder_looks[encoder], unit, before, after)
        name_rows(panel, [report_config.name_of(study, features) for features, _, _ in found])
        low, high = panel.get_xlim()  # leave room on the right for the change
        panel.set_xlim(max(low - 0.05 * (high - low), 0), high + 0.16 * (high - low))
        panel.set_xlabel(unit.title)
    dots: dict[str, Any] = {"color": QUIET, "marker": "o", "ls": ""}
    legend(
        figure,
        {"test split of the heads' dataset": handle(**dots), "control": handle(mfc="white", **dots)},
    )
    return figure


def _dumbbell(panel: Axes, row: int, look: Look, unit: Unit, before: Cell | None, after: Cell | None) -> None:
    for cell, height, filled in ((before, row - APART, True), (after, row + APART, False)):
        if cell:
            style = look.style(filled, mew=1.4, ls="", elinewidth=0.9, capsize=2)
            panel.errorbar([cell.mean * unit.scale], [height], xerr=cell.std * unit.scale, **style)
    style = {"textcoords": "offset points", "va": "center", "fontsize": 8}
    if before and after:
        values = [before.mean * unit.scale, after.mean * unit.scale]
        panel.plot(values, [row - APART, row + APART], color=look.colour, lw=1.4, alpha=0.6, zorder=1)
        end = max(before.mean + before.std, after.mean + after.std) * unit.scale
        text = unit.difference(after.mean - before.mean) or "0"
        panel.annotate(text, (end, row), xytext=(8, 0), color=INK, path_effects=halo(), **style)
    else:
        words = " and ".join(name for name, cell in (("dataset", before), ("control", after)) if not cell)
        position: dict[str, Any] = {"xy": (0, row), "xycoords": panel.get_yaxis_transform(), "xytext": (6, 0)}
        panel.annotate(f"{words} not run", **position, color=QUIET, style="italic", **style)


NORMAL = 1.96  # half-width of a 95 % interval in standard errors
FEWEST = 10  # minimum number of samples per point; smaller periods are joined with their neighbours
SIDES = ("before", "after")


@dataclass(frozen=True)
class Period:
    """Samples of the months from `begin` to `end` (excluded), counted from the cut-off."""

    begin: int
    end: int
    samples: int
    mean: float
    error: float  # standard error of the mean; 0 for a single sample


def joined(periods: Sequence[Period], fewest: int = FEWEST) -> list[Period]:
    """Join periods of one side, from the cut-off (month 0) outwards, until each has at least `fewest` samples.

    A remainder at the far end is joined with its neighbour. Means and errors are those of the pooled samples.
    """
    groups: list[list[Period]] = []
    for part in sorted(periods, key=lambda part: abs(part.begin + part.end)):
        if not groups or sum(own.samples for own in groups[-1]) >= fewest:
            groups.append([])
        groups[-1].append(part)
    if len(groups) > 1 and sum(own.samples for own in groups[-1]) < fewest:
        rest = groups.pop()
        groups[-1] += rest
    return sorted(map(_pooled, groups), key=lambda part: part.begin)


def _pooled(parts: Sequence[Period]) -> Period:
    size = sum(part.samples for part in parts)
    mean = sum(part.samples * part.mean for part in parts) / size
    squares = sum(
        part.samples * (part.samples - 1) * part.error**2 + part.samples * (part.mean - mean) ** 2
        for part in parts
    )
    error = math.sqrt(squares / (size - 1) / size) if size > 1 else 0.0
    return Period(min(part.begin for part in parts), max(part.end for part in parts), size, mean, error)


def draw_differences(inputs: ReportInputs, study: Study) -> Figure:
    """Return leads by month: one panel per control and view, one colour per reference encoder.

    Points are periods with 95 % intervals, lines the means before and after; the dashed line is the cut-off.
    """
    scores, encoder_looks, wanted = inputs.scores, looks(study), _panels(study)
    figure, axes = panels(len(wanted), height=2.9, width=4.6)
    handles: dict[str, Line2D] = {}
    for (control, view, pairs), panel in zip(wanted, axes, strict=True):
        unit, missing = unit_of(study, control), []
        panel.set_title(f"{label(study, 'datasets', control)}: {label(study, 'views', view).lower()}")
        for index, (left, right) in enumerate(pairs):
            first, second = (features.split(".")[1] for features in (left, right))
            name = f"{label(study, 'encoders', first)} \N{MINUS SIGN} {label(study, 'encoders', second)}"
            stored = f"{left}{feature_sets.BETWEEN}{right}"
            periods = of_sides(scores, control, stored)
            if not any(periods.values()):
                missing.append(name)
                continue
            look, shift = encoder_looks[second], (index - (len(pairs) - 1) / 2) * 0.3
            for side in SIDES:
                mean = scores.value("differences", control, stored, side, "difference")
                _side(panel, joined(periods[side]), mean, unit, look, side == "before", shift)
            handles[name] = handle(color=look.colour, marker=look.marker, ls="")
        if len(missing) == len(pairs):
            empty(panel)
            continue
        list_missing(panel, missing)
        panel.axhline(0, color=QUIET, lw=0.8, zorder=1)
        panel.axvline(0, color=INK, ls=(0, (4, 3)), lw=1, zorder=1)
        panel.set_xlabel("months from the cut-off")
        panel.set_ylabel(f"lead, {unit.title}")
    if handles:
        dots: dict[str, Any] = {"color": QUIET, "marker": "o", "ls": ""}
        handles |= {"before": handle(**dots), "after": handle(mfc="white", **dots)}
    legend(figure, handles, columns=4)
    return figure


def _panels(study: Study) -> list[tuple[str, str, list[tuple[str, str]]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for control in feature_sets.differing_controls(study):
        for pair in compared_pairs(study, control):
            found.setdefault((control, pair[0].split(".")[0]), []).append(pair)
    return [(control, view, pairs) for (control, view), pairs in found.items()]


def _month_index(month: str) -> int:
    year, number = month.split("-")
    return 12 * int(year) + int(number)


def of_sides(scores: Scores, control: str, stored: str) -> dict[str, list[Period]]:
    """Return the periods of one lead by side; month 0 is the first month after the cut-off."""
    named = scores.months("differences", control, stored)
    cut = min((_month_index(month) for side, month in named if side == "after"), default=0)
    starts = sorted({_month_index(month) for _, month in named})
    step = min((b - a for a, b in pairwise(starts)), default=1)
    found: dict[str, list[Period]] = {side: [] for side in SIDES}
    for side, month in named if cut else []:
        names = ("samples", "difference", "error")
        values = (scores.value("differences", control, stored, f"{side}:{month}", name) for name in names)
        samples, mean, error = values
        if samples and mean is not None:
            begin = _month_index(month) - cut
            found[side].append(Period(begin, begin + step, int(samples), mean, error or 0.0))
    return found


def _side(
    panel: Axes, periods: list[Period], mean: float | None, unit: Unit, look: Look, filled: bool, shift: float
) -> None:
    """Draw one side of a lead: a point per period with its interval and months, and a line at the mean of the side."""
    for part in periods:
        x, y = (part.begin + part.end) / 2 + shift, part.mean * unit.scale
        panel.hlines(y, part.begin, part.end, color=look.colour, lw=0.8, alpha=0.45)
        style = look.style(filled, ms=5, elinewidth=1, zorder=3)
        bars = panel.errorbar(x, y, NORMAL * part.error * unit.scale, **style)
        bars.lines[0].set_gid(f"{part.samples} samples")
    if periods and mean is not None:
        ends = (min(part.begin for part in periods), max(part.end for part in periods))
        panel.plot(ends, [mean * unit.scale] * 2, color=look.colour, lw=2.2, alpha=0.75, zorder=2)


FIGURES = (
    FigureSpec(
        name="control",
        section="control",
        title="Datasets and controls",
        order=40,
        shown=report_config.controls,
        draw=draw_control,
        caption=(
            "Scores on the dataset that the heads were trained on (filled, above) and on the control "
            "(open, below), with the change; bars are one standard deviation over seeds."
        ),
        alt=(
            "Dot chart, one row per view and encoder: score on the dataset the head was trained on (filled) "
            "and on the control (open), with the change as a number. The table beside it holds the numbers."
        ),
    ),
    FigureSpec(
        name="differences",
        section="control",
        title="Leads by month of release",
        order=50,
        shown=feature_sets.differing_controls,
        draw=draw_differences,
        caption=(
            "Leads of encoders that were trained on images and language over the others, by month of "
            "release: points are periods of time with 95 % intervals, thin lines the months that a point "
            "stands for (periods with fewer than 10 samples are joined with their neighbours), thick lines "
            "the means over all samples before (filled) and after (open) the cut-off, including those outside "
            "the months shown."
        ),
        alt=(
            "Scatter charts, one panel per control and view: the lead of an encoder that was trained on "
            "images and language over each of the others against the months from the cut-off, with 95 % "
            "intervals, and the mean leads before and after as lines. The table beside it holds the means."
        ),
    ),
)
