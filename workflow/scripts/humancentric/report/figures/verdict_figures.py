"""Draw forest plots with verdicts: claims by their weakest contrast, and contamination by encoder."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from textwrap import shorten as cut
from typing import TYPE_CHECKING, Any

from humancentric.report.encoder_looks import Look, looks
from humancentric.report.page import claims_page as words
from humancentric.report.panels import INK, QUIET, empty, handle, legend, name_rows, new_figure, panels
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables import contamination_tables
from humancentric.report.tables.contamination_tables import Record
from humancentric.study.report_config import label, name_of
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

LOOKS: dict[str, dict[str, Any]] = {
    "reproduced": Look("#009E73", "o").style(),
    "not separable": Look(QUIET, "o").style(filled=False),
    "inconclusive": Look(QUIET, "d").style(filled=False),
    "reversed": Look("#D55E00", "X").style(),
}
MARGIN: dict[str, Any] = {"color": "#d1d5db", "lw": 7, "solid_capstyle": "butt"}
PAPER: dict[str, Any] = {"marker": "D", "mfc": "none", "mec": "#0072B2", "ms": 5, "ls": ""}
ROW, TALLEST, WIDTH = 0.29, 9.4, 7.2  # inches
LETTERS, WRAP = 6.5, 96  # font size in points for rows of height `ROW`; characters per line


def draw_claims(inputs: ReportInputs, study: Study) -> Figure:
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
    look = {**LOOKS[contrast["verdict"]], "ms": 4.5}
    if contrast["low"] is not None and contrast["high"] is not None:
        panel.plot([100 * contrast["low"], 100 * contrast["high"]], [at, at], color=look["color"], lw=1.4)
    panel.plot([100 * contrast["value"]], [at], **look, ls="")
    seen.setdefault(contrast["verdict"], handle(**look, lw=1.4))


OTHERS: dict[str, Any] = Look(QUIET, "o").style(filled=False, ls="")
APART = 0.16  # row offset: the encoder above the centre, the others below


def draw_contamination(inputs: ReportInputs, study: Study) -> Figure:
    """Return two panels per control: changes of an encoder and of the others, and their difference with its verdict."""
    shown = [
        (control, unit, contamination_tables.estimated(rows))
        for control, unit, rows in contamination_tables.by_control(inputs, study)
    ]
    height = max(1.7 + 0.5 * max((len(rows) for _, _, rows in shown), default=1), 2.4)
    figure = new_figure(9.4, height * len(shown))
    axes = figure.subplots(len(shown), 2, squeeze=False)
    found, names = looks(study), set()
    for (control, unit, rows), (left, right) in zip(shown, axes, strict=True):
        left.set_title(label(study, "datasets", control))
        right.set_title("Encoder \N{MINUS SIGN} others")
        for panel in (left, right):
            if not rows:
                empty(panel, "no encoder with samples on both sides")
                continue
            panel.axvline(0, color=INK, lw=0.8, zorder=1)
            panel.locator_params(axis="x", nbins=6)
            panel.set_xlabel(f"before \N{MINUS SIGN} after, {unit.title}")
        for at, row in enumerate(rows):
            encoder = row["features"].split(".")[1]
            own: dict[str, Any] = found[encoder].style(ls="")
            _point(left, at - APART, row["loss"], unit.scale, own)
            _point(left, at + APART, row["drift"], unit.scale, OTHERS)
            names.add(row["verdict"])
            _point(right, at, row, unit.scale, {**LOOKS[row["verdict"]], "ls": ""})
        if rows:
            name_rows(left, [f"{name_of(study, row['features'])}\nuntil {row['cut_off']}" for row in rows])
            name_rows(right, [""] * len(rows))
    handles = {"the encoder": handle(color=INK, marker="o", ls="")}
    handles["encoders that saw neither side"] = handle(**OTHERS)
    handles |= {name: handle(**look, ls="") for name, look in LOOKS.items() if name in names}
    legend(figure, handles if any(rows for _, _, rows in shown) else {})
    return figure


def _point(panel: Axes, at: float, numbers: Record, scale: float, look: dict[str, Any]) -> None:
    """Draw a value with its interval, if it has one."""
    value, ends = numbers["value"] * scale, (numbers["low"], numbers["high"])
    if None not in ends:
        panel.hlines(at, ends[0] * scale, ends[1] * scale, color=look["color"], lw=1.4)
    panel.plot([value], [at], **look, zorder=3)


FIGURES = (
    FigureSpec(
        name="claims",
        section="claims",
        title="Claims and their verdicts",
        order=10,
        shown=attrgetter("claims"),
        draw=draw_claims,
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
    FigureSpec(
        name="contamination",
        section="contamination",
        title="Scores before and after each encoder's own cut-off",
        order=60,
        shown=contamination_tables.compared,
        files=contamination_tables.contamination_files,
        draw=draw_contamination,
        caption=(
            "Left: mean score before the end of an encoder's training data minus mean score after it, for "
            "the encoder (filled) and for encoders of the same view that can have seen neither side "
            "(open). Right: the difference between the two, with the verdict on whether the encoder has "
            "seen the earlier samples: filled circles reproduced, open circles not separable, open "
            "diamonds inconclusive, crosses reversed. Bars are 95 % intervals over samples and seeds."
        ),
        alt=(
            "Forest plots, one row per view and encoder: the change of its scores at the end of its training data "
            "beside that of encoders that saw neither side, and the difference with its interval. The table holds "
            "the numbers."
        ),
    ),
)
