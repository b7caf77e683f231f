"""Draw specification curves: claims and encoders under all specifications of their probes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import numpy as np

from humancentric.report.encoder_looks import Look, looks
from humancentric.report.numbers import unit_of
from humancentric.report.page import claims_page as words
from humancentric.report.panels import (
    GRID,
    INK,
    QUIET,
    draw_baseline,
    empty,
    empty_figure,
    handle,
    legend,
    name_rows,
    new_figure,
)
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables import specification_tables as shared
from humancentric.study import feature_sets, specification_grid
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

ROW, COLUMN = 0.17, 0.135  # inches per choice and per specification
CONTRAST = 0.34  # inches per contrast
COLOURS = {"robust": "#009E73", "reversed": "#D55E00", "depends on the probe": "#0072B2", "equal": INK}
OPTIONS = {specification_grid.FIXED: ("#b45309", "|"), specification_grid.TUNED: ("#0072B2", "|")}


def draw_ranks(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return scores and ranks of the encoders of a dataset under every specification, view by view."""
    found = shared.verdicts_of(inputs)
    encoders = [encoder for encoder in found["encoders"] if encoder["dataset"] == dataset]
    views = [
        list(members)
        for _, members in groupby(encoders, key=lambda encoder: feature_sets.views_of(encoder["features"]))
    ]
    listed = found["specifications"]
    if not views:
        return empty_figure(6.4, 2.0)
    order = np.argsort(
        [-np.mean([encoder["means"][n] for encoder in encoders]) for n in range(len(listed))], kind="stable"
    )
    choices = _choices(study, listed)
    ranked = [max(0.2 * len(members), 0.3) for members in views]
    heights = [part for size in ranked for part in (1.35, size)] + [ROW * len(choices)]
    figure = new_figure(2.0 + COLUMN * len(listed), sum(heights) + 0.35 * len(views) + 0.7)
    axes = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)[:, 0]
    unit, seen = unit_of(study, dataset), looks(study)
    for view_number, members in enumerate(views):
        top, below = axes[2 * view_number], axes[2 * view_number + 1]
        shown = feature_sets.views_of(members[0]["features"]).split("+")
        top.set_title(" + ".join(label(study, "views", view) for view in shown), fontsize=8.5)
        for encoder in members:
            look = seen[encoder["features"].split("+")[0].split(".")[1]]
            means = unit.scale * np.array(encoder["means"])[order]
            top.plot(range(len(order)), means, **look.style(ms=3.6, lw=0.7, mew=0.6))
            chosen = [listed[number]["name"] for number in order].index(encoder["selected"])
            top.plot(
                [chosen], [means[chosen]], marker="o", ms=9, mfc="none", mec=INK, mew=1.1, ls="", zorder=4
            )
        draw_baseline(top, inputs.scores, study, dataset, unit, left=True)
        top.set_ylabel(unit.title, fontsize=7.5)
        top.grid(axis="x", visible=False)
        _ranks(below, study, members, order, seen)
    _dots(axes[-1], listed, order, choices)
    axes[-1].set_xlim(-0.7, len(order) - 0.3)
    axes[-1].set_xticks([])
    axes[-1].set_xlabel("specifications, by the mean score of all encoders")
    return figure


def _ranks(
    panel: Axes, study: Study, members: Sequence[Mapping], order: np.ndarray, seen: Mapping[str, Look]
) -> None:
    """Draw the rank of every encoder as a number, the first on a background in its colour."""
    for row, encoder in enumerate(members):
        colour = seen[encoder["features"].split("+")[0].split(".")[1]].colour
        for x, number in enumerate(order):
            rank = encoder["ranks"][number]
            panel.text(
                x, row, str(rank), ha="center", va="center", fontsize=6, color="white" if rank == 1 else QUIET,
                bbox={"boxstyle": "square,pad=0.22", "fc": colour if rank == 1 else "white", "ec": "none"},
            )  # fmt: skip
    name_rows(panel, [words.encoders(study, encoder["features"]) for encoder in members])
    panel.tick_params(axis="y", labelsize=7)
    for tick, encoder in zip(panel.get_yticklabels(), members, strict=True):
        tick.set_color(seen[encoder["features"].split("+")[0].split(".")[1]].colour)
    panel.set_axisbelow(True)
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)


def _choices(study: Study, listed: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any, str]]:
    """Return (axis, value, label) of every choice that specifications make, axis by axis."""
    found = []
    for key in ("probe", "features", "options", "width"):
        for value in dict.fromkeys(specification[key] for specification in listed):
            if key == "probe":
                text = label(study, "protocols", value)
            elif key == "width":
                text = "all features" if value is None else f"{value} components"
            else:
                text = str(value)
            found.append((key, value, text))
    return found


def _dots(
    panel: Axes, listed: Sequence[Mapping], order: np.ndarray, choices: Sequence[tuple[str, Any, str]]
) -> None:
    for x, number in enumerate(order):
        taken = [row for row, (key, value, _) in enumerate(choices) if listed[number][key] == value]
        panel.plot([x] * len(choices), range(len(choices)), color=GRID, marker=".", ms=4, ls="")
        panel.plot([x] * len(taken), taken, color=INK, marker="o", ms=3.6, ls="")
    name_rows(panel, [text for *_, text in choices])
    panel.tick_params(axis="y", labelsize=7.5)
    panel.grid(visible=False)
    for row in range(1, len(choices)):
        if choices[row][0] != choices[row - 1][0]:
            panel.axhline(row - 0.5, color=QUIET, lw=0.6)


def draw_contrasts(inputs: ReportInputs, study: Study) -> Figure:
    """Return the leads of every contrast under all specifications, and the interval of the selected one."""
    found = shared.verdicts_of(inputs)
    options = [specification["options"] for specification in found["specifications"]]
    rows = [(claim, row) for claim in found["claims"] for row in claim["contrasts"] if row["leads"]]
    figure = new_figure(7.6, max(2.0, 1.2 + CONTRAST * len(rows)))
    panel = figure.subplots()
    if not rows:
        empty(panel)
        return figure
    names: list[str] = []
    seen: dict[str, Line2D] = {}
    for at, (claim, contrast) in enumerate(rows):
        first = not at or rows[at - 1][0] is not claim
        if first and at:
            panel.axhline(at - 0.5, color=QUIET, lw=0.6)
        text = shorten(words.contrast_name(study, claim, contrast), 62, placeholder=" ...")
        names.append((f"{claim['claim']}\n" if first else "") + text)
        leads = 100 * np.array(contrast["leads"])
        for option, (colour, marker) in OPTIONS.items():
            own = leads[[number for number, name in enumerate(options) if name == option]]
            style: dict[str, Any] = {"color": colour, "marker": marker, "ls": "", "alpha": 0.75}
            style |= {"ms": 7, "mew": 0.9}
            offset = -0.2 if option == specification_grid.FIXED else 0.05
            panel.plot(own, np.full(len(own), at + offset), **style)
            seen.setdefault(f"{option} options", handle(**style))
        colour = COLOURS.get(contrast["answer"], QUIET)
        style = {"color": colour, "marker": "D", "mfc": colour, "ms": 4.5}
        if contrast["low"] is not None and contrast["high"] is not None:
            panel.plot([100 * contrast["low"], 100 * contrast["high"]], [at + 0.3] * 2, color=colour, lw=1.4)
        if contrast["value"] is not None:
            panel.plot([100 * contrast["value"]], [at + 0.3], **style, ls="")
        seen.setdefault("selected, 95 % interval", handle(color=INK, marker="D", ms=4.5, lw=1.4))
        held = f"{shared.percent(contrast['holds'])} {shared.share_interval(contrast, 'holds')}"
        text_style: dict[str, Any] = {"transform": panel.get_yaxis_transform(), "fontsize": 7, "va": "center"}
        panel.text(1.01, at - 0.14, contrast["answer"], weight="bold", color=colour, **text_style)
        panel.text(1.01, at + 0.2, f"holds in {held}", color=INK, **text_style)
    panel.axvline(0, color=INK, lw=0.8)
    name_rows(panel, names)
    panel.tick_params(axis="y", labelsize=7)
    panel.set_xlabel("points")
    legend(figure, seen)
    return figure


FIGURES = (
    FigureSpec(
        name="specification-contrasts",
        section=shared.SECTION,
        title="Contrasts under all specifications",
        order=61,
        shown=specification_grid.cells,
        files=lambda study: [shared.FILE],
        draw=draw_contrasts,
        caption=(
            "Every bar is the difference under one specification, in points of accuracy or samples F1. "
            "Diamonds: the difference, with its 95 % interval, if the specification of every encoder is "
            "selected on validation samples. Right: the answer, and the share of specifications in which "
            "the contrast holds, with its interval over test items and seeds."
        ),
        alt=(
            "One row a contrast: a strip of differences under all specifications, the selected one with its interval, "
            "and in words the answer and the share of specifications in which it holds. The table holds the numbers."
        ),
    ),
    FigureSpec(
        name="specification-ranks-{dataset}",
        section=shared.SECTION,
        title="{dataset}: encoders under all specifications",
        order=62,
        shown=specification_grid.datasets,
        files=lambda study: [shared.FILE],
        draw=draw_ranks,
        caption=(
            "Mean test score of every encoder under every specification, and its rank below. Rings mark the "
            "specification that validation samples select for an encoder. The dots say what a specification is. "
            "Dotted: the best baseline that uses no input."
        ),
        alt=(
            "Specification curves, one panel a view: scores of all encoders by specification, above their ranks as "
            "numbers and a grid of dots that names the choices. The table of ranks holds the numbers."
        ),
    ),
)
