"""Draw a forest plot of all contrasts: value, interval, the paper's value, and verdict (marker and word)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from textwrap import wrap
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
    "reversed": ("#D55E00", "X", True),
}
MARGIN: dict[str, Any] = {"color": "#d1d5db", "lw": 7, "solid_capstyle": "butt"}
PAPER: dict[str, Any] = {"marker": "D", "mfc": "none", "mec": "#0072B2", "ms": 5, "ls": ""}
ROW, TALLEST, WIDTH = 0.2, 9.4, 7.2  # inches
LETTERS, WRAP = 6.5, 78  # font size in points for rows of height `ROW`; characters per line


def draw(inputs: ReportInputs, study: Study) -> Figure:
    """Return the forest plot of a study: one row per contrast, below the name of its claim."""
    claims = inputs.claims.get("claims", ())
    rows = sum(1 + len(claim["contrasts"]) for claim in claims)
    height = max(2.0, min(1.3 + ROW * rows, TALLEST))
    size = min(LETTERS, LETTERS * (height - 1.3) / (ROW * rows)) if rows else LETTERS
    figure, (panel,) = panels(1, height=height, width=WIDTH)
    if not rows:
        empty(panel)
        return figure
    ticks: list[tuple[int, str, bool]] = []
    at = 0
    seen: dict[str, Line2D] = {}
    for claim in claims:
        ticks.append((at, claim["claim"].replace("-", " ").capitalize(), True))
        style: dict[str, Any] = {"fontsize": size, "va": "center", "weight": "bold", "color": INK}
        panel.text(1.01, at, claim["verdict"], transform=panel.get_yaxis_transform(), **style)
        at += 1
        for contrast in claim["contrasts"]:
            text = f"{words.contrast_setting(study, claim, contrast)}: {words.contrast_sides(study, claim, contrast)}"
            ticks.append((at, "\n".join(wrap(text, WRAP, break_on_hyphens=False)), False))
            _row(panel, at, claim, contrast, size, seen)
            at += 1
    panel.axvline(0, color=INK, lw=0.8)
    panel.set_yticks([y for y, _, _ in ticks], [text for _, text, _ in ticks], fontsize=size)
    for tick, (_, _, heading) in zip(panel.get_yticklabels(), ticks, strict=True):
        tick.set_fontweight("bold" if heading else "normal")
    panel.set_ylim(at - 0.4, -0.6)
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
            "Every contrast with its 95 % interval (paired bootstrap over test samples and seeds), in "
            "points of accuracy or samples F1; diamonds are the paper's values, grey bars margins within "
            "which a difference counts as none. Filled circles: reproduced; open ones: not separable; "
            "crosses: reversed."
        ),
        alt=(
            "Forest plot, one row a contrast under the name of its claim: value, 95 % interval, the "
            "paper's value, and the verdict on the claim as a word. The table beside it and the lists "
            "above hold the numbers."
        ),
    ),
)
