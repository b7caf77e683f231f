"""Draw contamination: how scores change at each encoder's own cut-off, beside encoders that saw neither side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from humancentric.report.encoder_looks import looks
from humancentric.report.figures.claims_figure import LOOKS
from humancentric.report.panels import INK, QUIET, empty, handle, legend, name_rows, new_figure
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables import contamination_tables
from humancentric.report.tables.contamination_tables import Record
from humancentric.study.report_config import label, name_of
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

APART = 0.16  # row offset: the encoder above the centre, the others below


def draw(inputs: ReportInputs, study: Study) -> Figure:
    """Return two panels per control: changes of the encoder and of the others, and the difference with its verdict."""
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
            _point(
                left,
                at + APART,
                row["drift"],
                unit.scale,
                {"color": QUIET, "marker": "o", "mfc": "white", "ls": ""},
            )
            colour, marker, filled = LOOKS[row["verdict"]]
            names.add(row["verdict"])
            look = {"color": colour, "marker": marker, "mfc": colour if filled else "white", "ls": ""}
            _point(right, at, row, unit.scale, look)
        if rows:
            name_rows(left, [f"{name_of(study, row['features'])}\nuntil {row['cut_off']}" for row in rows])
            name_rows(right, [""] * len(rows))
    handles = {"the encoder": handle(color=INK, marker="o", ls="")}
    handles["encoders that saw neither side"] = handle(color=QUIET, marker="o", mfc="white", ls="")
    for name in (name for name in LOOKS if name in names):
        colour, marker, filled = LOOKS[name]
        handles[name] = handle(color=colour, marker=marker, mfc=colour if filled else "white", ls="")
    legend(figure, handles if any(rows for _, _, rows in shown) else {})
    return figure


def _point(panel: Axes, at: float, numbers: Record, scale: float, look: dict[str, Any]) -> None:
    """Draw a value with its interval, where it has one."""
    value, ends = numbers["value"] * scale, (numbers["low"], numbers["high"])
    if None not in ends:
        panel.hlines(at, ends[0] * scale, ends[1] * scale, color=look["color"], lw=1.4)
    panel.plot([value], [at], **look, zorder=3)


FIGURES = (
    FigureSpec(
        name="contamination",
        section="contamination",
        title="Scores before and after each encoder's own cut-off",
        order=60,
        shown=contamination_tables.compared,
        files=contamination_tables.contamination_files,
        draw=draw,
        caption=(
            "Left: by how much the mean score is higher before the end of an encoder's training data than after it, "
            "for the encoder (filled) and for encoders of the view that can have seen neither side (open). Right: the "
            "difference of both, with the verdict on whether the encoder has seen the earlier samples: filled circles "
            "reproduced, open circles not separable, open diamonds inconclusive, crosses reversed. Bars are 95 % "
            "intervals over samples and seeds."
        ),
        alt=(
            "Forest plots, one row per view and encoder: the change of its scores at the end of its training data "
            "beside that of encoders that saw neither side, and the difference with its interval. The table holds "
            "the numbers."
        ),
    ),
)
