"""Draw a forest plot of the claims: the weakest contrast of each, the paper's value, and the verdict as a word."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from textwrap import shorten as cut
from typing import TYPE_CHECKING, Any

from humancentric.report.page import claims_page as words
from humancentric.report.panels import INK, QUIET, empty, handle, legend, panels
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

LOOKS = {  # colour, marker, filled
    "reproduced": ("#009E73", "o", True),
    "not separable": (QUIET, "o", False),
    "inconclusive": (QUIET, "d", False),
    "reversed": ("#D55E00", "X", True),
}
MARGIN: dict[str, Any] = {"color": "#d1d5db", "lw": 7, "solid_capstyle": "butt"}
PAPER: dict[str, Any] = {"marker": "D", "mfc": "none", "mec": "#0072B2", "ms": 5, "ls": ""}
ROW, TALLEST, WIDTH = 0.29, 9.4, 7.2  # inches
LETTERS, WRAP = 6.5, 96  # font size in points for rows of height `ROW`; characters per line


def draw(inputs: ReportInputs, study: Study) -> Figure:
    """Return the forest plot of a study: one row per claim, its sentence above its weakest contrast."""
    claims = [claim for claim in inputs.claims.get("claims", ()) if claim["contrasts"]]
    rows = len(claims)
    height = max(2.0, min(1.3 + ROW * rows, TALLEST))
    size = min(LETTERS, LETTERS * (height - 1.3) / (ROW * rows)) if rows else LETTERS
    figure, (panel,) = panels(1, height=height, width=WIDTH)
    if not rows:
        empty(panel)
        return figure
    ticks: list[tuple[float, str]] = []
    seen: dict[str, Line2D] = {}
    for at, claim in enumerate(claims):
        contrast = words.weakest(claim["contrasts"])
        assert contrast is not None  # claims without contrasts are left out
        text = words.contrast_name(study, claim, contrast)
        ticks += [
            (at - 0.22, cut(claim["sentence"], WRAP, placeholder=" ...")),
            (at + 0.22, cut(text, WRAP, placeholder=" ...")),
        ]
        style: dict[str, Any] = {"fontsize": size, "va": "center", "weight": "bold", "color": INK}
        panel.text(1.01, at, claim["verdict"], transform=panel.get_yaxis_transform(), **style)
        _row(panel, at, claim, contrast, size, seen)
    panel.axvline(0, color=INK, lw=0.8)
    panel.set_yticks([y for y, _ in ticks], [text for _, text in ticks], fontsize=size)
    for tick in panel.get_yticklabels()[::2]:
        tick.set_fontweight("bold")
    panel.set_ylim(rows - 0.4, -0.6)
    panel.grid(axis="y", visible=False)
    panel.tick_params(axis="y", length=0)
    panel.set_xlabel("points")
    legend(figure, seen)
    return figure


def _row(
    panel: Axes,
    at: int,
    claim: Mapping[str, Any],
    contrast: Mapping[str, Any],
    size: float,
    seen: dict[str, Line2D],
) -> None:
    """Draw one contrast and add its legend entries to `seen`."""
    if claim["margin"]:
        ends = [-100 * claim["margin"], 100 * claim["margin"]]
        panel.plot(ends, [at, at], **MARGIN, zorder=0)
        seen.setdefault("margin", handle(**MARGIN))
    if contrast["paper"] is not None:
        panel.plot([100 * contrast["paper"]], [at], **PAPER)
        seen.setdefault("paper", handle(**PAPER))
    if contrast["value"] is None:
        panel.text(0, at, " not run", fontsize=size, color=QUIET, style="italic", va="center")
        return
    colour, marker, filled = LOOKS[contrast["verdict"]]
    look: dict[str, Any] = {
        "color": colour,
        "marker": marker,
        "mfc": colour if filled else "white",
        "ms": 4.5,
    }
    if contrast["low"] is not None and contrast["high"] is not None:
        panel.plot([100 * contrast["low"], 100 * contrast["high"]], [at, at], color=colour, lw=1.4)
    panel.plot([100 * contrast["value"]], [at], **look, ls="")
    seen.setdefault(contrast["verdict"], handle(**look, lw=1.4))


FIGURES = (
    FigureSpec(
        name="claims",
        section="claims",
        title="Claims and their verdicts",
        order=10,
        shown=attrgetter("claims"),
        draw=draw,
        caption=(
            "The contrast that supports each claim least, with its 95 % interval (paired bootstrap "
            "over items and seeds, in few-shot over items and draws), in "
            "points of accuracy or samples F1; diamonds are the paper's values, grey bars margins within "
            "which a difference counts as none. Filled circles: reproduced; open circles: not separable; "
            "open diamonds: inconclusive; crosses: reversed."
        ),
        alt=(
            "Forest plot, one row a claim: its weakest contrast with 95 % interval, the paper's value, and "
            "the verdict on the claim as a word. The table beside it and the lists above hold the numbers."
        ),
    ),
)
