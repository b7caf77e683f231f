"""Draw the drop over time: the same heads on a dataset and on its control."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from humancentric.report.figures.panels import INK, QUIET, Look, empty, legend, looks, panels
from humancentric.report.numbers import UNITS, Unit
from humancentric.report.score_cells import Cell, Scores
from humancentric.report.tables import control_table
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

APART = 0.17  # row offset: dataset above the centre, control below, so that neither hides the other


def draw(scores: Scores, study: Study) -> Figure:
    """Return lines from the score on a dataset to that on its control: a panel per control, a row per feature."""
    drawn, wanted = looks(study), report_config.controls(study)
    rows = [list(control_table.pairs(scores, study, *pair)) for pair in wanted]
    height = 1.5 + 0.36 * max(map(len, rows))
    figure, axes = panels(len(wanted), height=height, width=6.4 if len(wanted) == 1 else 5)
    for (parent, name), found, panel in zip(wanted, rows, axes, strict=True):
        unit = UNITS[report_config.headline(study, parent)]
        panel.set_title(label(study, "datasets", name))
        if not any(before and after for _, before, after in found):
            empty(panel)
            continue
        for place, (features, before, after) in enumerate(found):
            ((_, encoder),) = report_config.split_features(features)
            _dumbbell(panel, place, drawn[encoder], unit, before, after)
        panel.set_yticks(
            range(len(found)), [report_config.name_of(study, features) for features, _, _ in found]
        )
        panel.set_ylim(len(found) - 0.4, -0.6)
        low, high = panel.get_xlim()
        panel.set_xlim(
            max(low - 0.05 * (high - low), 0), high + 0.16 * (high - low)
        )  # the change is printed there
        panel.grid(axis="y", visible=False)
        panel.set_xlabel(unit.title)
    dots = {"color": QUIET, "marker": "o", "ls": ""}
    legend(
        figure,
        {"dataset it was trained on": Line2D([], [], **dots), "control": Line2D([], [], mfc="white", **dots)},
    )
    return figure


def _dumbbell(panel: Axes, row: int, look: Look, unit: Unit, before: Cell | None, after: Cell | None) -> None:
    cells = ((before, row - APART, look.colour), (after, row + APART, "white"))
    if before and after:
        values = [before.mean * unit.scale, after.mean * unit.scale]
        panel.plot(values, [row - APART, row + APART], color=look.colour, lw=1.4, alpha=0.6, zorder=1)
    for cell, height, fill in cells:
        if cell:
            style = {"color": look.colour, "marker": look.marker, "mfc": fill, "mew": 1.4, "ls": ""}
            reach = {"xerr": cell.std * unit.scale, "elinewidth": 0.9, "capsize": 2}
            panel.errorbar([cell.mean * unit.scale], [height], **style, **reach)
    style = {"textcoords": "offset points", "va": "center", "fontsize": 8}
    if before and after:
        end = max(cell.mean + cell.std for cell, _, _ in cells) * unit.scale
        text = unit.difference(after.mean - before.mean) or "0"
        panel.annotate(text, (end, row), xytext=(8, 0), color=INK, **style)
    else:
        words = " and ".join(name for name, cell in (("dataset", before), ("control", after)) if not cell)
        place = {"xy": (0, row), "xycoords": panel.get_yaxis_transform(), "xytext": (6, 0)}
        panel.annotate(f"{words} not run", **place, color=QUIET, style="italic", **style)
